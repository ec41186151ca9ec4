import { isIP, isIPv4 } from 'node:net'
import type { Request } from 'express'

/**
 * Who a request comes from, as far as an address tells: an IPv4 address, or the part of an IPv6 address that one household
 * or one customer has to itself (RFC 6177: a /56). Express knows which proxies may say whom they speak for.
 */
export function addressOf({ ip = '' }: Pick<Request, 'ip'>): string {
  const text = ip.replace(/^::ffff:(?=\d+\.)/i, '').slice(0, 64)
  return isIP(text) === 0 || isIPv4(text) ? text : networkOf(text)
}

function networkOf(address: string): string {
  const [head = '', tail] = address.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  const following = (tail ?? '').split(':').filter((group) => group !== '')
  // An IPv4 address at the end stands for two groups.
  const missing = 8 - groups.length - following.length - (address.includes('.') ? 1 : 0)
  const all = [...groups, ...Array.from({ length: Math.max(0, missing) }, () => '0'), ...following]
  const digits = all.map((group) => group.toLowerCase().padStart(4, '0')).join('')
  return `${digits.slice(0, 14)}/56`
}
