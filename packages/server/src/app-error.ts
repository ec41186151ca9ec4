/** Every failure that a caller can act on. `http/problem.ts` says what each is on the wire. */
export const ERROR_CODES = [
  'account-busy',
  'adapter-not-found',
  'archive-invalid',
  'archive-too-new',
  'backup-encrypted',
  'backup-not-found',
  'backup-not-ready',
  'busy',
  'config-read-only',
  'conversation-busy',
  'conversation-not-found',
  'database-unavailable',
  'device-not-found',
  'draining',
  'email-taken',
  'forbidden',
  'headers-too-large',
  'idempotency-mismatch',
  'import-running',
  'invalid-body',
  'invalid-credentials',
  'invalid-cursor',
  'invalid-json',
  'invalid-range',
  'invalid-refresh-token',
  'invalid-request',
  'malformed-request',
  'message-not-found',
  'method-not-allowed',
  'model-unavailable',
  'no-export',
  'not-found',
  'not-ready',
  'payload-too-large',
  'registration-closed',
  'request-timeout',
  'restore-running',
  'restore-too-large',
  'session-not-found',
  'storage-unavailable',
  'too-many-backups',
  'too-many-requests',
  'too-many-streams',
  'unauthorized',
  'unknown-model',
  'unsupported-media-type',
  'upload-running',
  'upstream-failed',
  'upstream-rate-limited',
  'upstream-rejected',
  'upstream-timeout',
  'username-taken',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/** One thing that is wrong with a request: where (a JSON Pointer, RFC 6901) and what to do about it. */
export interface FieldError {
  pointer: string
  detail: string
}

export interface AppErrorOptions extends ErrorOptions {
  /** One entry per offending field. */
  fields?: readonly FieldError[]
  /** How long the caller should wait before the next try. */
  retryAfterSeconds?: number
  /** The generation that is in the way. */
  messageId?: string
}

/** A failure the caller can act on. It knows no HTTP: `http/problem.ts` maps `code` to a status. */
export class AppError extends Error {
  override name = 'AppError'
  readonly code: ErrorCode
  readonly fields: readonly FieldError[] | undefined
  readonly retryAfterSeconds: number | undefined
  readonly messageId: string | undefined

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options)
    this.code = code
    this.fields = options.fields
    this.retryAfterSeconds = options.retryAfterSeconds
    this.messageId = options.messageId
  }
}

/** Whether the same may succeed in a while. */
export function isDatabaseUnavailable(error: unknown): boolean {
  return error instanceof AppError && error.code === 'database-unavailable'
}
