import { BlockList, isIP } from 'node:net'

type Range = readonly [network: string, bits: number]

const LOOPBACK: readonly Range[] = [
  ['127.0.0.0', 8],
  ['::1', 128],
]

/** RFC 1918, RFC 6598, RFC 3927, RFC 4193 and RFC 4291: addresses that mean something on one network alone. */
const PRIVATE: readonly Range[] = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
  ['fc00::', 7],
  ['fe80::', 10],
]

/** RFC 1122 (3.2.1.3) and RFC 4291: no machine's address. Whoever connects to it often meets their own machine. */
const UNSPECIFIED: readonly Range[] = [
  ['0.0.0.0', 8],
  ['::', 128],
]

/** RFC 4291 and RFC 6052: IPv4 addresses written as IPv6, all of which have better ways to be written. */
const DISGUISED: readonly Range[] = [
  ['::', 96],
  ['64:ff9b::', 96],
]

/** Whether an address is one of this machine alone. An IPv4 address may be written as IPv6 (`::ffff:127.0.0.1`). */
export const isLoopback = inRanges(LOOPBACK)

/** Whether an address is one of this machine, or of a network that is not the internet. */
export const isNearby = inRanges([...LOOPBACK, ...PRIVATE])

/** Whether the host of a URL, as `URL` has it, is an address where nothing is that the internet could see, or `localhost`. */
export function isInternalHost(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  return host === 'localhost' || host.endsWith('.localhost') || isInternal(host)
}

const isInternal = inRanges([...LOOPBACK, ...PRIVATE, ...UNSPECIFIED, ...DISGUISED])

function inRanges(ranges: readonly Range[]): (address: string | undefined) => boolean {
  const list = new BlockList()
  for (const [network, bits] of ranges) list.addSubnet(network, bits, familyOf(network))
  return (address = '') => isIP(address) !== 0 && list.check(address, familyOf(address))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
