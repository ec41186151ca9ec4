import { pointerTo } from './json-document.ts'

/** What is shown in the place of a secret. */
export const MASK = '[secret]'

/** A name that holds one of these, whatever its letters' case and the signs between them, names a secret. */
const SECRET_WORDS =
  /token|secret|passw|passphrase|pwd|key|auth|credential|cookie|session|signature|bearer|jwt|dsn|webhook|header/

/** Nothing but the name of a variable tells nobody its value. A default would. */
const VARIABLE = /^\$\{[A-Za-z_]\w*\}$/

/** An address in a text: scheme, user and password, host, and what follows. */
const ADDRESS =
  /(?<scheme>\b[a-z][a-z\d+.-]{0,30}:\/\/)(?<user>[^\s/?#"'<>]*@)?(?<host>[^\s/?#"'<>@]*)(?<rest>[^\s"'<>]*)/i
const ADDRESSES = new RegExp(ADDRESS, 'gi')

/** Something that was sent where a mask stands, and that no secret is stored for. */
export interface UnknownMask {
  pointer: string
  detail: string
}

/**
 * Settings as they may be shown. A secret is whatever stands under a name like `token` or `password`, however deep, and of
 * an address all that follows its host: of many services it is the address that lets in whoever has it.
 */
export function maskSecrets(value: unknown, isSecret = false): unknown {
  if (typeof value === 'string') return isSecret ? maskText(value) : value.replace(ADDRESSES, maskAddress)
  if (typeof value === 'number') return isSecret ? MASK : value
  if (Array.isArray(value)) return value.map((entry) => maskSecrets(entry, isSecret))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, maskSecrets(member, isSecret || isSecretName(name))]),
  )
}

/** Settings with the stored secret wherever what is shown of it was sent back. A mask of nothing that is stored is an error. */
export function restoreSecrets(sent: unknown, stored: unknown): { value: unknown; errors: UnknownMask[] } {
  const errors: UnknownMask[] = []
  const restore = (value: unknown, here: Stored, pointer: string): unknown => {
    if (typeof value === 'string') {
      if (!value.includes(MASK)) return value
      if (value === here.shown) return here.value
      errors.push({ pointer, detail: `Send the secret itself: none is stored here that is shown as ${MASK}.` })
      return value
    }
    if (Array.isArray(value)) {
      return value.map((entry, index) => restore(entry, memberOf(here, index), pointerTo(pointer, index)))
    }
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value).map(([name, member]) => [
      name,
      restore(member, memberOf(here, name), pointerTo(pointer, name)),
    ])
    return Object.fromEntries(entries)
  }
  return { value: restore(sent, { value: stored, shown: maskSecrets(stored) }, ''), errors }
}

/** A web address without a user, a query and a fragment, and without the defaults of its variables. */
export function maskQuery(address: string): string {
  const plain = address.replace(/(\$\{\w+):-[^{}]*\}/g, '$1}').replace(/\/\/[^/?#]*@/, `//${MASK}@`)
  const end = plain.search(/[?#]/)
  return end < 0 ? plain : `${plain.slice(0, end)}?${MASK}`
}

/** A stored value, and what is shown of it. */
interface Stored {
  value: unknown
  shown: unknown
}

function memberOf({ value, shown }: Stored, key: string | number): Stored {
  return { value: ownMember(value, key), shown: ownMember(shown, key) }
}

function ownMember(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}

function isSecretName(name: string): boolean {
  return SECRET_WORDS.test(name.toLowerCase().replace(/[^a-z]/g, ''))
}

function maskText(text: string): string {
  return text === '' || VARIABLE.test(text) ? text : MASK
}

function maskAddress(address: string): string {
  const { scheme = '', user, host = '', rest = '' } = ADDRESS.exec(address)?.groups ?? {}
  const isBare = user === undefined && (rest === '' || rest === '/')
  return isBare ? address : `${scheme}${host}/${MASK}`
}
