import type { FieldError } from '../app-error.ts'
import { escapeSegment } from './contract.ts'

const DETAIL = 'Send valid Unicode without NUL characters.'

/**
 * Every text in a request that could not be stored and sent again unchanged: with a NUL, which PostgreSQL does not store, or
 * with half a surrogate pair, which is no Unicode.
 */
export function findUnstorableText(value: unknown, pointer = ''): FieldError[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [{ pointer, detail: DETAIL }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => {
    const at = `${pointer}/${escapeSegment(key)}`
    return isStorable(key) ? findUnstorableText(member, at) : [{ pointer: at, detail: DETAIL }]
  })
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
