import type { Secret } from '../../secret.ts'

/** Makes words of others fit for the user's eyes: one line, without secrets. */
export type Redact = (text: string) => string

const MASK = '[secret]'

/** What looks like a credential, whosever it is. */
const BEARER = /\bBearer\s+[^\s"'<>,;)]{8,}/gi
const KEY = /\b(?:(?:sk|pk|rk|gsk|xai|hf)[-_][\w*.-]{8,}|AIza[\w*-]{20,})/gi

export function createRedactor(key: Secret | undefined): Redact {
  const forms = key ? formsOf(toLine(key.reveal())) : []
  return (text) =>
    forms
      .reduce((rest, form) => rest.replaceAll(form, MASK), toLine(text))
      .replace(BEARER, `Bearer ${MASK}`)
      .replace(KEY, MASK)
}

/** A control character in the middle would hide a key from a search, and not from a reader. */
function toLine(text: string): string {
  const visible = text.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (found) => (/\s/.test(found) ? ' ' : ''))
  return visible.replace(/\s+/g, ' ').trim()
}

/** A key as it may be written in a header, a JSON string or a URL. Longest first, as one may begin another. */
function formsOf(key: string): string[] {
  const forms = new Set([key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key)])
  return [...forms].filter((form) => form !== '').sort((one, other) => other.length - one.length)
}

/** The same failure with the same chain of causes, safe to log. */
export function redactError(error: unknown, redact: Redact, depth = 4): Error {
  if (!(error instanceof Error)) return new Error(redact(String(error)))
  const cause = error.cause === undefined || depth === 0 ? {} : { cause: redactError(error.cause, redact, depth - 1) }
  // A parser quotes what it could not read, and cuts it: half a key is not found, and is half a key.
  const message = error instanceof SyntaxError ? 'It is not JSON.' : redact(error.message)
  const safe = new Error(message, cause)
  safe.name = error.name
  return 'code' in error ? Object.assign(safe, { code: error.code }) : safe
}
