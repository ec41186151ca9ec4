/**
 * Whether a text can be stored and sent again unchanged: without a NUL, which PostgreSQL does not store, and without half a
 * surrogate pair, which is no Unicode.
 */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
