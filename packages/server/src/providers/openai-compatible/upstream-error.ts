import { AppError, type AppErrorOptions, type ErrorCode } from '../../app-error.ts'
import { isRecord } from './answer-chunk.ts'
import { readBody } from './read-body.ts'
import { type Redact, redactError } from './redactor.ts'
import type { UpstreamResponse } from './upstream-response.ts'

const MAX_ERROR_BYTES = 64 * 1024
/** Of the upstream's own words, in UTF-16 units. */
const MAX_WORDS = 300
const MAX_RETRY_AFTER_SECONDS = 24 * 60 * 60
/** Wrong, too large, or not to be processed. */
const REFUSING: ReadonlySet<number> = new Set([400, 413, 422])

/** The request itself is what the upstream does not like: another endpoint would not like it either. */
export class RequestRefused extends AppError {}

/** A response that is no answer: an error status, or a redirect. Reads its body. */
export async function errorFromResponse(response: UpstreamResponse, redact: Redact): Promise<AppError> {
  const { status } = response
  if (status >= 300 && status < 400) {
    return new AppError(
      'upstream-failed',
      'The model moved to another address, and a key is never sent on: ask the administrator to correct base_url.',
    )
  }
  // The status says enough if the words that explain it do not arrive.
  const body = await readBody(response, MAX_ERROR_BYTES).catch(() => '')
  const words = findWords(parseIfJson(body))
  const retryAfterSeconds = readRetryAfter(response)
  return errorOf(status, quote(sentenceFor(status, retryAfterSeconds), words, redact), {
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  })
}

/** An `error` object where an answer should be: in the middle of a stream, or under a status that says success. */
export function errorFromObject(error: unknown, redact: Redact): AppError {
  const status = statusOf(error)
  return errorOf(status, quote(sentenceFor(status), findWords({ error }), redact))
}

/** What asking, reading or parsing threw. */
export function errorFromFailure(failure: unknown, redact: Redact): AppError {
  const cause = redactError(failure, redact)
  const options = { cause }
  if (failure instanceof SyntaxError) return failed('The model sent something that is no answer: try again.', options)
  const reason = findCode(cause)
  if (reason === 'ETIMEDOUT') {
    return new AppError('upstream-timeout', 'The model took too long to answer: send your message again.', options)
  }
  if (reason === 'ECONNRESET' || reason === 'EPIPE') {
    return failed('The connection to the model broke off: send your message again.', options)
  }
  const detail = reason ? ` (${reason})` : ''
  return failed(`The model cannot be reached${detail}: try again, or ask the administrator to check base_url.`, options)
}

export function failed(message: string, options?: AppErrorOptions): AppError {
  return new AppError('upstream-failed', message, options)
}

export function isHtml(response: UpstreamResponse): boolean {
  return /^\s*(text\/html|application\/xhtml)/i.test(response.header('content-type') ?? '')
}

function errorOf(status: number, message: string, options?: AppErrorOptions): AppError {
  const Kind = REFUSING.has(status) ? RequestRefused : AppError
  return new Kind(codeOf(status), message, options)
}

function codeOf(status: number): ErrorCode {
  if (status === 429) return 'upstream-rate-limited'
  if (status === 408) return 'upstream-timeout'
  return status >= 400 && status < 500 ? 'upstream-rejected' : 'upstream-failed'
}

function sentenceFor(status: number, retryAfterSeconds?: number): string {
  switch (status) {
    case 401:
    case 403:
      return 'The model does not accept the key of this server: ask the administrator to check it.'
    case 404:
      return 'The model was not found where it should be: ask the administrator to check base_url and model.'
    case 408:
      return 'The model took too long to answer: send your message again.'
    case 429:
      return `The model has too much to do: try again ${retryAfterSeconds ? `in ${retryAfterSeconds} s` : 'later'}.`
    default:
      return status >= 400 && status < 500
        ? `The model refused this request (${status}).`
        : `The model failed${status > 0 ? ` (${status})` : ''}: try again.`
  }
}

/** The status that an error object stands for. Upstreams say it as a number, or in words. */
function statusOf(error: unknown): number {
  if (!isRecord(error)) return 0
  const said = [error.code, error.status, error.type].filter((value) => value !== null && value !== undefined)
  const status = said.map(Number).find((value) => value >= 400 && value < 600)
  if (status !== undefined) return status
  const words = said.join(' ').toLowerCase()
  if (/rate.?limit|quota|too.?many/.test(words)) return 429
  if (/api.?key|authentication|permission|unauthori[sz]ed/.test(words)) return 401
  return /invalid.?request|context.?length/.test(words) ? 400 : 0
}

function parseIfJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

/** The sentence in an error body: there are as many shapes as upstreams. A page of HTML has none. */
function findWords(body: unknown, depth = 4): string | undefined {
  if (typeof body === 'string') return body.trimStart().startsWith('<') ? undefined : body
  if (!isRecord(body) || depth === 0) return undefined
  const found = [body.message, body.error, body.detail, body.errors, body[0]].map((part) => findWords(part, depth - 1))
  return found.find((words) => words !== undefined && words.trim() !== '')
}

function quote(sentence: string, words: string | undefined, redact: Redact): string {
  const clean = redact(words ?? '')
  if (clean === '') return sentence
  const cut = clean.length > MAX_WORDS ? `${clean.slice(0, MAX_WORDS).replace(/[\ud800-\udbff]$/, '')}…` : clean
  return `${sentence} It says: “${cut}”`
}

/** RFC 9110, 10.2.3: seconds, or a date, which is read by the upstream's own clock. */
function readRetryAfter(response: UpstreamResponse): number | undefined {
  const value = response.header('retry-after')?.trim() ?? ''
  const seconds = /^\d+(\.\d+)?$/.test(value)
    ? Number(value)
    : (Date.parse(value) - Date.parse(response.header('date') ?? '')) / 1000
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(Math.ceil(seconds), 1), MAX_RETRY_AFTER_SECONDS)
}

/** The first code in a chain of causes. */
function findCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  return 'code' in error && typeof error.code === 'string' ? error.code : findCode(error.cause)
}
