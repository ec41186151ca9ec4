import { AppError, type ErrorCode } from '../app-error.ts'
import type { components } from '../generated/openapi.ts'

export type Problem = components['schemas']['Problem']

/** `internal-error` is what nobody foresaw: no code throws it, everything unknown becomes it. */
export type ProblemCode = ErrorCode | 'internal-error'

/** A kind of problem: on the wire, and on the page that its `type` leads to. */
export interface ProblemKind {
  status: number
  title: string
  /** What has happened, for whoever meets it. Between backticks, here and below, is what stands in a request or a response. */
  meaning: string
  /** What to do about it. */
  remedy: string
}

export const PROBLEM_KINDS: Record<ProblemCode, ProblemKind> = {
  'account-busy': {
    status: 409,
    title: 'Account is being written to',
    meaning:
      'The account was to be replaced by a backup, and something was written to it each time, after it had been kept safe; or a conversation of the backup was there when a restore began, and was deleted meanwhile. Nothing was restored.',
    remedy: 'Stop what writes to the account, such as open chats, and send the request again.',
  },
  'adapter-not-found': {
    status: 404,
    title: 'Adapter not found',
    meaning: 'There is no adapter of this name.',
    remedy: 'Look the name up in `GET /config/adapters`.',
  },
  'archive-invalid': {
    status: 422,
    title: 'Archive is damaged',
    meaning:
      'The archive is damaged, or no backup at all. It was read to see whether it can be trusted, and nothing was changed.',
    remedy:
      'Use another archive. If it was downloaded, compare its SHA-256 with `sha256` of the backup, and download it again.',
  },
  'archive-too-new': {
    status: 422,
    title: 'Archive is too new',
    meaning: 'A later version of the server wrote this archive, and this one would misread it. Nothing was changed.',
    remedy: 'Update this server, and try again.',
  },
  'backup-encrypted': {
    status: 422,
    title: 'Backup is encrypted',
    meaning: 'The archive is encrypted to keys that this server does not have. Nothing was changed.',
    remedy:
      'Decrypt it where the key is: `vektor sync restore --identity FILE` does that, and so does `age --decrypt`.',
  },
  'backup-not-found': {
    status: 404,
    title: 'Backup not found',
    meaning: "No backup of yours has this id: it was deleted, it gave way to newer ones, or it is somebody else's.",
    remedy: 'Look the id up in `GET /sync/backup`.',
  },
  'backup-not-ready': {
    status: 409,
    title: 'Backup is not complete',
    meaning: 'There is no archive: the backup is still being made, or it failed.',
    remedy: 'Look in `GET /sync/backup` how far it is, and make a new one if it failed.',
  },
  busy: {
    status: 503,
    title: 'Too busy',
    meaning:
      'The server has as much as it can to do: passwords to check, or files and archives to read. Nothing was done.',
    remedy: 'Send the request again after the seconds that `Retry-After` names.',
  },
  'config-read-only': {
    status: 409,
    title: 'Configuration cannot be written',
    meaning:
      'The server cannot write in its config folder: it is read-only for it, or its disk is full. Nothing was changed.',
    remedy: 'Change the files where they come from, or give the user that the server runs as the right to write there.',
  },
  'conversation-busy': {
    status: 409,
    title: 'Conversation is being answered',
    meaning:
      'This conversation is being answered, and a conversation has one answer at a time. The field `message_id` names the running answer.',
    remedy: 'Wait for it or cancel it, then send your message again.',
  },
  'conversation-not-found': {
    status: 404,
    title: 'Conversation not found',
    meaning: "No conversation of yours has this id: it was deleted, or it is somebody else's.",
    remedy: 'Look the id up in `GET /chat/history`.',
  },
  'database-unavailable': {
    status: 503,
    title: 'Database unavailable',
    meaning: 'The database does not answer, or cannot be written to. Nothing of what you sent was stored.',
    remedy:
      'Send the request again after the seconds that `Retry-After` names. Administrators: the log of the server says what the database said.',
  },
  'device-not-found': {
    status: 404,
    title: 'Device not found',
    meaning: 'No device of yours has this id: it was forgotten, or it never signed in to your account.',
    remedy: 'Look the id up in `GET /sync/devices`.',
  },
  draining: {
    status: 503,
    title: 'Shutting down',
    meaning: 'The server is shutting down, and begins no new answers.',
    remedy: 'Send the request again in a few seconds, by when it has started again or another replica has taken over.',
  },
  'email-taken': {
    status: 409,
    title: 'E-mail address taken',
    meaning: 'Another account has this e-mail address. Addresses are compared without regard to case.',
    remedy: 'Use another address, or sign in to the account that has this one.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed',
    meaning: 'You are signed in, and your account may not do this.',
    remedy: 'Ask an administrator of this server.',
  },
  'headers-too-large': {
    status: 431,
    title: 'Headers too large',
    meaning: 'The headers of the request are larger than this server reads.',
    remedy: 'Send fewer or shorter headers; a browser may hold too many cookies for this site.',
  },
  'idempotency-mismatch': {
    status: 422,
    title: 'Idempotency key already used',
    meaning: 'This `Idempotency-Key` was used within the last day, with another body.',
    remedy: 'Choose a new key for each new request, and keep it only to send the same request again.',
  },
  'import-running': {
    status: 409,
    title: 'An import is running',
    meaning: 'A file is being imported into this account, and an account imports one file at a time.',
    remedy: 'Wait until it is done, then send this file again.',
  },
  'internal-error': {
    status: 500,
    title: 'Internal error',
    meaning: 'The server failed in a way that nobody foresaw.',
    remedy:
      'Send the request again, and report the `request_id` if it fails again. Administrators: the log has the whole story under this id.',
  },
  'invalid-body': {
    status: 400,
    title: 'Unreadable body',
    meaning: 'The body cannot be decompressed, or is not UTF-8.',
    remedy: 'Send the body in UTF-8, and compressed as `Content-Encoding` says.',
  },
  'invalid-credentials': {
    status: 401,
    title: 'Wrong credentials',
    meaning: 'No account has this username or e-mail address and this password.',
    remedy: 'Check both. The answer is the same whichever of them is wrong.',
  },
  'invalid-cursor': {
    status: 422,
    title: 'Invalid cursor',
    meaning: 'A cursor says where to go on. This one did not come from this list or stream.',
    remedy: 'Begin without a cursor, and take the next one from the answer.',
  },
  'invalid-json': {
    status: 400,
    title: 'Invalid JSON',
    meaning: 'The body is not valid JSON, or is nested too deeply.',
    remedy: 'Check it for missing quotes and stray commas.',
  },
  'invalid-range': {
    status: 416,
    title: 'Nothing in this range',
    meaning:
      'The archive ends before the part that was asked for, and the header `Content-Range` tells how long it is.',
    remedy: 'Ask for bytes that there are, or for the whole.',
  },
  'invalid-refresh-token': {
    status: 401,
    title: 'Invalid refresh token',
    meaning: 'This is no refresh token, or it has expired, was used before, or its session has ended.',
    remedy: 'Sign in again. Keep the `refresh_token` that each refresh gives you, and forget the one before.',
  },
  'invalid-request': {
    status: 422,
    title: 'Invalid request',
    meaning:
      'The request is not what the description of this operation asks for. The list `errors` names what is wrong, field by field.',
    remedy: 'Correct these fields and send the request again.',
  },
  'malformed-request': {
    status: 400,
    title: 'Malformed request',
    meaning: 'What arrived is no HTTP request that this server can read.',
    remedy: 'Check what sends it, and whether it speaks HTTPS to a server that speaks HTTP.',
  },
  'message-not-found': {
    status: 404,
    title: 'Message not found',
    meaning: "No message of yours has this id: it was deleted with its conversation, or it is somebody else's.",
    remedy: 'Look the id up in `GET /chat/history/{conversation_id}`.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    meaning: 'This address is there, and does not know this method.',
    remedy: 'Use one of the methods that the `Allow` header lists.',
  },
  'model-unavailable': {
    status: 503,
    title: 'Model unavailable',
    meaning: 'This model is not set up on this server, for example because its key is missing.',
    remedy: 'Choose another model of `GET /chat/models`. Administrators: `detail` says what it lacks.',
  },
  'no-export': {
    status: 422,
    title: 'Not an export',
    meaning: 'The file holds no conversations in a form that this server knows. Nothing was stored.',
    remedy: 'Send what Vektor, ChatGPT or Open WebUI has exported, as it is: the JSON, or the ZIP archive.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    meaning: 'There is nothing at this address.',
    remedy: 'Check its spelling: the description of this API lists all there is.',
  },
  'not-ready': {
    status: 503,
    title: 'Not ready',
    meaning: 'The server cannot do its work right now; `detail` says which check failed.',
    remedy: 'Ask again later, or ask another replica.',
  },
  'payload-too-large': {
    status: 413,
    title: 'Body too large',
    meaning: 'The body is larger than this server takes, before or after decompression.',
    remedy:
      'Send less at once. Administrators: `VEKTOR_BODY_LIMIT` sets the limit, and `VEKTOR_IMPORT_LIMIT` that of imports.',
  },
  'registration-closed': {
    status: 403,
    title: 'Registration is closed',
    meaning: 'On this server people cannot make accounts themselves.',
    remedy: 'Ask an administrator of this server for an account.',
  },
  'request-timeout': {
    status: 408,
    title: 'Request took too long',
    meaning: 'The request did not arrive in time.',
    remedy: 'Send the whole request without a pause.',
  },
  'restore-running': {
    status: 409,
    title: 'Another restore is running',
    meaning: 'Something is being restored to this account, and an account has one restore at a time. Nothing was done.',
    remedy: 'Wait until it is over, then send the request again.',
  },
  'restore-too-large': {
    status: 422,
    title: 'Too much at once',
    meaning:
      'The restore would change so much in its one moment that everybody else on this server would wait for seconds. Nothing was changed.',
    remedy:
      'Restore the archive to another server or account, or delete what differs before. Administrators: with PostgreSQL nobody waits.',
  },
  'session-not-found': {
    status: 404,
    title: 'Not signed in there',
    meaning: 'The device is registered, and nobody is signed in on it: there is no session to end.',
    remedy: 'Look up in `GET /sync/sessions` where you are signed in.',
  },
  'storage-unavailable': {
    status: 503,
    title: 'Storage unavailable',
    meaning: 'What keeps the archives does not answer, or cannot be written to.',
    remedy:
      'Send the request again after the seconds that `Retry-After` names. Administrators: the log says what the storage said, and `VEKTOR_BACKUP_STORAGE` where it is.',
  },
  'too-many-backups': {
    status: 409,
    title: 'Too many backups at once',
    meaning: 'As many backups of this account are being made as may be.',
    remedy: 'Wait for one of them; `GET /sync/backup` tells how far they are.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    meaning:
      'More was asked than the policy in `RateLimit-Policy` allows, or wrong passwords were tried too often. Nothing was done.',
    remedy:
      'Wait the seconds that `Retry-After` names. Administrators: `VEKTOR_RATE_LIMIT` says how many requests an account may send.',
  },
  'too-many-streams': {
    status: 429,
    title: 'Too many open streams',
    meaning: 'The account has as many streams open as one account may have. Nothing was done.',
    remedy: 'Close a stream that nobody reads. Administrators: `VEKTOR_STREAM_LIMIT` says how many there may be.',
  },
  unauthorized: {
    status: 401,
    title: 'Not signed in',
    meaning: 'The access token is missing, wrong or expired, or its session has ended.',
    remedy: 'Get a new access token with your refresh token, or sign in, and send it as `Authorization: Bearer`.',
  },
  'unknown-model': {
    status: 422,
    title: 'Unknown model',
    meaning: 'This server has no model of this name.',
    remedy: 'Choose one of `GET /chat/models`.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    meaning: 'The server does not read bodies of this type here.',
    remedy: 'Set `Content-Type` to one of the types that the description of this operation names.',
  },
  'upload-running': {
    status: 409,
    title: 'Another upload is running',
    meaning:
      'An archive of this account is being sent already, and an account sends one at a time. Nothing was stored.',
    remedy: 'Wait until the other one has arrived, then send this one again.',
  },
  'upstream-failed': {
    status: 502,
    title: 'The model failed',
    meaning: 'The server that runs the model failed. The text so far is kept.',
    remedy: 'Send your message again, or choose another model.',
  },
  'upstream-rate-limited': {
    status: 503,
    title: 'The model has too much to do',
    meaning: 'The server that runs the model takes no more requests right now, or the quota there is used up.',
    remedy: 'Wait a little and send your message again, or choose another model.',
  },
  'upstream-rejected': {
    status: 502,
    title: 'The model rejected the request',
    meaning: 'The server that runs the model refused the request; `detail` says what it gave as a reason.',
    remedy: 'Change what it refused, for example by a shorter conversation, or choose another model.',
  },
  'upstream-timeout': {
    status: 504,
    title: 'The model did not answer in time',
    meaning: 'The model sent nothing for too long. The text so far is kept.',
    remedy:
      'Send your message again, or choose another model. Administrators: `VEKTOR_UPSTREAM_IDLE_TIMEOUT` sets how long is too long.',
  },
  'username-taken': {
    status: 409,
    title: 'Username taken',
    meaning: 'Another account has this username. Names are compared without regard to case.',
    remedy: 'Choose another name.',
  },
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
  const { title, status } = PROBLEM_KINDS[code]
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
