import { isSecretName, looksSecret } from './secret-signs.ts'

/** What is shown in the place of a secret. */
export const MASK = '[secret]'

/** Nothing but the name of a variable tells nobody its value. A default would. */
const VARIABLE = /^\$\{[A-Za-z_]\w*\}$/

/** An address in a text: scheme, user and password, host, and what follows. */
const ADDRESS =
  /(?<scheme>\b[a-z][a-z\d+.-]{0,30}:\/\/)(?<user>[^\s/?#"'<>]*@)?(?<host>[^\s/?#"'<>@]*)(?<rest>[^\s"'<>]*)/i
const ADDRESSES = new RegExp(ADDRESS, 'gi')

/**
 * Settings as they may be shown. A secret is whatever stands under a name like `token` or `password`, however deep, what
 * looks like a token under any name, and of an address all that follows its host: of many services it is the address
 * that lets in whoever has it.
 */
export function maskSecrets(value: unknown, isSecret = false): unknown {
  if (typeof value === 'string') return isSecret ? maskText(value) : maskPlainText(value)
  if (typeof value === 'number') return isSecret ? MASK : value
  if (Array.isArray(value)) return value.map((entry) => maskSecrets(entry, isSecret))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, maskSecrets(member, isSecret || isSecretName(name))]),
  )
}

/** A web address without a user, a query and a fragment, and without the defaults of its variables. */
export function maskQuery(address: string): string {
  const plain = address.replace(/(\$\{\w+):-[^{}]*\}/g, '$1}').replace(/\/\/[^/?#]*@/, `//${MASK}@`)
  const end = plain.search(/[?#]/)
  return end < 0 ? plain : `${plain.slice(0, end)}?${MASK}`
}

function maskText(text: string): string {
  return text === '' || VARIABLE.test(text) ? text : MASK
}

function maskPlainText(text: string): string {
  return looksSecret(text.replace(ADDRESSES, ' ')) ? MASK : text.replace(ADDRESSES, maskAddress)
}

function maskAddress(address: string): string {
  const { scheme = '', user, host = '', rest = '' } = ADDRESS.exec(address)?.groups ?? {}
  const isBare = user === undefined && (rest === '' || rest === '/')
  return isBare ? address : `${scheme}${host}/${MASK}`
}
