import { isIP } from 'node:net'
import type { Parse } from './values.ts'

/** Exact origins, as browsers send them: nothing that a prefix or a pattern could let in by mistake. */
export const origins: Parse<readonly string[]> = (text) => {
  const list = splitList(text)
  return list.length > 0 && list.every(isOrigin) ? [...new Set(list)] : undefined
}

function isOrigin(text: string): boolean {
  return /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text
}

const MAX_HOPS = 10

/** Addresses and networks of proxies, or how many of them a request passes. */
export const trustedProxies: Parse<readonly string[] | number> = (text) => {
  if (/^\d+$/.test(text)) return Number(text) >= 1 && Number(text) <= MAX_HOPS ? Number(text) : undefined
  const list = splitList(text)
  return list.length > 0 && list.every(isNetwork) ? list : undefined
}

/** Not `/0`: whoever trusts everybody believes everything. */
function isNetwork(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0
  return most > 0 && (bits === undefined || (Number(bits) >= 1 && Number(bits) <= most))
}

function splitList(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '')
}
