import { isIP } from 'node:net'

/** A name that holds one of these names a secret, whatever its letters' case and accents and the signs between them. */
const PARTS =
  /token|secret|pass|pwd|key|auth|credential|cookie|session|signature|bearer|jwt|dsn|webhook|header|clave|contrase/

/** The same as words of their own: `path`, `ping` and `spin` name no secrets. */
const WORDS = new Set(['pin', 'pat', 'pw', 'salt', 'seed', 'otp', 'cert', 'private'])

/** Where a word ends in camelCase. */
const CAMEL_CASE = /(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g

/** How the tokens of well-known services begin, JSON Web Tokens, and keys in files. */
const KNOWN_TOKENS =
  /(?<![A-Za-z\d])(?:xox[a-z]-|gh[opsur]_|github_pat_|glpat-|sk-\S{3}|[prs]k_(?:live|test)|whsec_|AKIA|eyJ|AGE-SECRET-KEY-|-----BEGIN )/

/** Whoever draws letters and digits by lot needs as many for a secret. */
const TOKEN_LENGTH = 20

/** Long words with letters and digits that tell nobody a secret. */
const HARMLESS = [
  /^\$\{[A-Za-z_]\w*\}$/,
  /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i,
  /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)$/,
  /^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i,
  /^(?:[a-z\d-]{1,63}\.)+[a-z]{2,}(?::\d{1,5})?$/,
]

/** From a root, a home or here; or with a file at its end. */
const PATH = /^(?:~|\.{0,2})[/\\]|^[A-Z]:\\|[/\\][^/\\]*\.[a-z]{2,5}$/i

export function isSecretName(name: string): boolean {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '')
  const words =
    plain
      .replace(CAMEL_CASE, ' ')
      .toLowerCase()
      .match(/[a-z]+/g) ?? []
  return PARTS.test(words.join('')) || words.some((word) => WORDS.has(word))
}

/** Whether a text gives itself away, whatever name it stands under. Addresses are somebody else's business. */
export function looksSecret(text: string): boolean {
  return KNOWN_TOKENS.test(text) || text.split(/\s+/).some(looksDrawn)
}

/** Letters and digits, too many of them for a name. */
function looksDrawn(word: string): boolean {
  if (word.length < TOKEN_LENGTH || !/\p{L}/u.test(word) || !/\d/.test(word)) return false
  if (isIP(word) !== 0 || HARMLESS.some((pattern) => pattern.test(word))) return false
  return !PATH.test(word) || word.split(/[/\\]/).some(isDrawnSegment)
}

/** Of many services it is the path that lets in whoever has it. */
function isDrawnSegment(segment: string): boolean {
  return segment.length >= TOKEN_LENGTH && /^(?=\d*[a-z])(?=[a-z]*\d)[a-z\d]+$/i.test(segment)
}
