import type { FieldError } from '../app-error.ts'
import { isStorable } from '../storable-text.ts'
import { escapeSegment } from './contract.ts'

const DETAIL = 'Send valid Unicode without NUL characters.'

/** Every text in a request that could not be stored and sent again unchanged. */
export function findUnstorableText(value: unknown, pointer = ''): FieldError[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [{ pointer, detail: DETAIL }]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, member]) => {
    const at = `${pointer}/${escapeSegment(key)}`
    return isStorable(key) ? findUnstorableText(member, at) : [{ pointer: at, detail: DETAIL }]
  })
}
