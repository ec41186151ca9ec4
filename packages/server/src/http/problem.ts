import { AppError, type ErrorCode } from '../app-error.ts'
import type { components } from '../generated/openapi.ts'

export type Problem = components['schemas']['Problem']

/** `internal-error` is what nobody foresaw: no code throws it, everything unknown becomes it. */
export type ProblemCode = ErrorCode | 'internal-error'

const KINDS: Record<ProblemCode, { status: number; title: string }> = {
  busy: { status: 503, title: 'Too busy' },
  'conversation-busy': { status: 409, title: 'Conversation is being answered' },
  'conversation-not-found': { status: 404, title: 'Conversation not found' },
  'database-unavailable': { status: 503, title: 'Database unavailable' },
  draining: { status: 503, title: 'Shutting down' },
  'email-taken': { status: 409, title: 'E-mail address taken' },
  forbidden: { status: 403, title: 'Not allowed' },
  'idempotency-mismatch': { status: 422, title: 'Idempotency key already used' },
  'internal-error': { status: 500, title: 'Internal error' },
  'invalid-body': { status: 400, title: 'Unreadable body' },
  'invalid-credentials': { status: 401, title: 'Wrong credentials' },
  'invalid-cursor': { status: 422, title: 'Invalid cursor' },
  'invalid-json': { status: 400, title: 'Invalid JSON' },
  'invalid-refresh-token': { status: 401, title: 'Invalid refresh token' },
  'invalid-request': { status: 422, title: 'Invalid request' },
  'message-not-found': { status: 404, title: 'Message not found' },
  'method-not-allowed': { status: 405, title: 'Method not allowed' },
  'model-unavailable': { status: 503, title: 'Model unavailable' },
  'not-found': { status: 404, title: 'Not found' },
  'not-ready': { status: 503, title: 'Not ready' },
  'payload-too-large': { status: 413, title: 'Body too large' },
  'registration-closed': { status: 403, title: 'Registration is closed' },
  unauthorized: { status: 401, title: 'Not signed in' },
  'unknown-model': { status: 422, title: 'Unknown model' },
  'unsupported-media-type': { status: 415, title: 'Unsupported media type' },
  'upstream-failed': { status: 502, title: 'The model failed' },
  'upstream-rate-limited': { status: 503, title: 'The model has too much to do' },
  'upstream-rejected': { status: 502, title: 'The model rejected the request' },
  'upstream-timeout': { status: 504, title: 'The model did not answer in time' },
  'username-taken': { status: 409, title: 'Username taken' },
}

export interface ProblemSource {
  code: ProblemCode
  detail: string
  /** The path of the request that failed. */
  instance: string
  requestId: string
  fields?: Problem['errors'] | undefined
  messageId?: string | undefined
}

/** What a failure looks like on the wire (RFC 9457): as a response, in an event, in a stored message. */
export function toProblem({ code, detail, instance, requestId, fields, messageId }: ProblemSource): Problem {
  const { title, status } = KINDS[code]
  return {
    type: `/problems/${code}`,
    title,
    status,
    detail,
    instance,
    request_id: requestId,
    ...(fields && { errors: fields }),
    ...(messageId !== undefined && { message_id: messageId }),
  }
}

/** The problem of anything that was thrown. Of what nobody foresaw, the caller learns nothing but the request id. */
export function describeFailure(
  failure: unknown,
  { instance, requestId }: Pick<ProblemSource, 'instance' | 'requestId'>,
): { problem: Problem; headers: Record<string, string> } {
  if (!(failure instanceof AppError)) {
    const detail = 'Try again, and report the request id if it happens again.'
    return { problem: toProblem({ code: 'internal-error', detail, instance, requestId }), headers: {} }
  }
  const { code, message: detail, fields, messageId, retryAfterSeconds } = failure
  const problem = toProblem({ code, detail, instance, requestId, fields: fields && [...fields], messageId })
  return {
    problem,
    headers: {
      // RFC 6750, section 3: every 401 says how to authenticate.
      ...(problem.status === 401 && { 'WWW-Authenticate': 'Bearer' }),
      ...(retryAfterSeconds !== undefined && { 'Retry-After': String(Math.max(0, Math.ceil(retryAfterSeconds))) }),
    },
  }
}
