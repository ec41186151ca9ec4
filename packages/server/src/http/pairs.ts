import { escapeSegment } from './contract.ts'
import { invalidRequest, MAX_VALUES } from './invalid-request.ts'

/** A percent sign that begins no escape stands for itself: people send passwords with `curl -d`, which escapes nothing. */
const STRAY_PERCENT = /%(?![0-9a-f]{2})/gi

/**
 * The names and values of a query or a form (`application/x-www-form-urlencoded`). A name is given once. Unlike
 * `URLSearchParams` it does not put U+FFFD for bytes that are not UTF-8: two passwords must not become one.
 */
export function parsePairs(text: string): Map<string, string> {
  const pairs = new Map<string, string>()
  const parts = text.split('&', MAX_VALUES + 1)
  if (parts.length > MAX_VALUES) throw invalidRequest([{ pointer: '', detail: 'Send fewer fields.' }])
  for (const part of parts.filter((part) => part !== '')) {
    const [, rawName = '', rawValue = ''] = /^([^=]*)=?(.*)$/s.exec(part) ?? []
    const name = decode(rawName, '')
    const pointer = `/${escapeSegment(name)}`
    if (pairs.has(name)) throw invalidRequest([{ pointer, detail: 'Send this field once.' }])
    pairs.set(name, decode(rawValue, pointer))
  }
  return pairs
}

function decode(text: string, pointer: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' ').replace(STRAY_PERCENT, '%25'))
  } catch (cause) {
    throw invalidRequest([{ pointer, detail: 'Send text that is UTF-8, with its bytes percent-encoded.' }], cause)
  }
}
