import { v5 } from 'uuid'

/** What a login request tells about the device that it comes from. */
export interface DeviceHints {
  id?: string | undefined
  name?: string | undefined
  userAgent?: string | undefined
}

export interface Device {
  id: string
  name: string
  /** The owner chose the name, rather than we. */
  isNamed: boolean
}

/** A device that an account has signed in on. Times are epoch milliseconds. */
export interface RegisteredDevice {
  id: string
  name: string
  lastSeenAt: number
}

/** A device with at least one session. */
export interface SignedInDevice extends RegisteredDevice {
  /** Of its sessions, the last use of any. */
  lastUsedAt: number
  /** Of its sessions, the beginning of the oldest. */
  signedInAt: number
}

/** A device that does not say which one it is, is told apart from the account's others by its User-Agent. */
export function describeDevice(accountId: string, hints: DeviceHints): Device {
  const userAgent = hints.userAgent ?? ''
  const name = cleanName(hints.name ?? '')
  return {
    id: hints.id ?? v5(userAgent, accountId),
    name: name || nameFromUserAgent(userAgent),
    isNamed: name !== '',
  }
}

/** Without what cannot be seen: control characters, and marks that turn the direction of what follows them. */
export function cleanName(name: string): string {
  return name.replace(/\p{C}/gu, '').trim()
}

/** Browsers by the mark that only they have: most claim to be Chrome and Safari too, so the order matters. */
const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR/', 'Opera'],
  ['SamsungBrowser/', 'Samsung Internet'],
  ['Firefox/', 'Firefox'],
  ['FxiOS/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['CriOS/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const

const SYSTEMS = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['CrOS', 'ChromeOS'],
  ['Linux', 'Linux'],
] as const

/** `Firefox on Linux`, `curl`: something that its owner recognises. */
function nameFromUserAgent(userAgent: string): string {
  const text = userAgent.slice(0, 512)
  const browser = BROWSERS.find(([mark]) => text.includes(mark))?.[1]
  const system = SYSTEMS.find(([mark]) => text.includes(mark))?.[1]
  if (text.startsWith('Mozilla/') && browser) return system ? `${browser} on ${system}` : browser
  // RFC 9110, section 10.1.5: the product that matters most comes first, as `name/version`.
  const product = cleanName(text.split(/[/\s(]/, 1)[0] ?? '').slice(0, 64)
  return product || 'Unknown device'
}
