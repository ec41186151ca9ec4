import type { Problem } from './wire-types.ts'

/** The codes that do not come from the server. */
export type LocalErrorCode =
  /** Nothing answered, or the connection broke. */
  | 'network'
  /** The caller's `signal` was aborted, or the stream was closed. */
  | 'aborted'
  /** An error status without a problem document: what a proxy in between answers. */
  | 'http-error'
  /** A successful answer that is not what the contract says. */
  | 'invalid-response'
  /** `chat.follow()` found no answer being written. */
  | 'nothing-to-follow'
  /** `backups.wait()` waited for one that failed. */
  | 'backup-failed'

/** What a {@link VektorError} carries beside its code and message. */
export interface VektorErrorDetails {
  status?: number | undefined
  problem?: Problem | undefined
  requestId?: string | undefined
  retryAfter?: number | undefined
  cause?: unknown
}

/**
 * Everything the SDK throws. `message` is one sentence for a person, `code` is for your program.
 *
 * @example
 * ```ts
 * import { VektorError } from '@vektor/sdk'
 *
 * try {
 *   await vektor.history.get(id)
 * } catch (error) {
 *   if (error instanceof VektorError && error.code === 'conversation-not-found') return undefined
 *   throw error
 * }
 * ```
 */
export class VektorError extends Error {
  override name = 'VektorError'
  /** The last part of the problem's `type`, such as `conversation-not-found`, or a {@link LocalErrorCode}. */
  declare readonly code: LocalErrorCode | (string & {})
  /** The HTTP status, if there was an answer. */
  declare readonly status: number | undefined
  /** The server's problem document (RFC 9457), with `errors` naming each wrong field. */
  declare readonly problem: Problem | undefined
  /** Names the request in the server's log. */
  declare readonly requestId: string | undefined
  /** Seconds to wait before trying again, if the server said so. */
  declare readonly retryAfter: number | undefined

  constructor(code: VektorError['code'], message: string, { cause, ...details }: VektorErrorDetails = {}) {
    super(message, { cause })
    Object.assign(this, { code, ...details })
  }
}

/** The error that a problem document describes. */
export function errorFromProblem(problem: Problem, retryAfter?: number): VektorError {
  const code = problem.type.replace(/.*\//, '')
  return new VektorError(code, problem.detail, {
    status: problem.status,
    problem,
    requestId: problem.request_id,
    retryAfter,
  })
}

/** The error that a response with an error status stands for. Reads its body. */
export async function errorFromResponse(response: Response): Promise<VektorError> {
  const retryAfter = secondsUntil(response.headers.get('retry-after'))
  // A body that breaks off, or is not JSON, says no more than its status does.
  const problem: Problem | null = await response.json().catch(() => null)
  if (typeof problem?.type === 'string') return errorFromProblem(problem, retryAfter)
  const { status, headers } = response
  const requestId = headers.get('x-request-id') ?? undefined
  return new VektorError('http-error', `The server answered ${status}.`, { status, requestId, retryAfter })
}

/** The error behind something thrown by `fetch` or by reading a body. */
export function errorFromFailure(failure: unknown, signal?: AbortSignal): VektorError {
  const cause = signal?.aborted ? signal.reason : failure
  if (cause instanceof VektorError) return cause
  if (signal?.aborted) return new VektorError('aborted', 'The request was aborted.', { cause })
  if (cause instanceof SyntaxError) return new VektorError('invalid-response', 'The answer cannot be read.', { cause })
  return new VektorError('network', 'The server cannot be reached.', { cause })
}

/** `Retry-After` holds seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function secondsUntil(retryAfter: string | null): number | undefined {
  if (!retryAfter) return undefined
  return [Number(retryAfter), (Date.parse(retryAfter) - Date.now()) / 1000].find((seconds) => seconds >= 0)
}
