import { AppError, type FieldError } from '../app-error.ts'

/**
 * How many values a body may hold. The largest that any operation takes has about 3,000; what is far beyond is an attack on
 * the memory of the parser, or on the list of what is wrong.
 */
export const MAX_VALUES = 10_000

const MAX_ERRORS = 100

/** The request does not match the contract: one entry per field, as far as anybody would read. */
export function invalidRequest(errors: readonly FieldError[], cause?: unknown): AppError {
  const byPointer = new Map<string, FieldError>()
  for (const error of errors) {
    if (byPointer.size === MAX_ERRORS) break
    const pointer = printable(error.pointer)
    if (!byPointer.has(pointer)) byPointer.set(pointer, { pointer, detail: error.detail })
  }
  const fields = [...byPointer.values()]
  return new AppError('invalid-request', 'Correct the fields listed in "errors".', { fields, cause })
}

/** Callers choose the names of unknown fields: what we say about them is short, and valid Unicode. */
function printable(pointer: string): string {
  const text = pointer.length > 256 ? `${pointer.slice(0, 255)}…` : pointer
  return text.toWellFormed().replaceAll('\0', '\u{FFFD}')
}
