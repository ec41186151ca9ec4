import { type FieldError, VektorError } from '@vektor/sdk'
import { CliError, EXIT_CODES, type FailureKind } from './cli-error.ts'
import { systemReason } from './file-failure.ts'
import { usageSentence } from './usage-sentence.ts'

/** A problem document (RFC 9457): the server's as it is, or one of ours, whose `type` starts with `vektor:`. */
export interface FailureProblem {
  type: string
  title: string
  detail: string
  status?: number
  instance?: string
  request_id?: string
  errors?: FieldError[]
}

/** What went wrong, for people and for scripts. */
export interface Failure {
  exitCode: number
  problem: FailureProblem
  /** What to do about it, where the problem does not say. */
  hint?: string
}

const TITLES: Record<FailureKind, string> = {
  failed: 'Failed',
  usage: 'Wrong usage',
  'not-signed-in': 'Not signed in',
  'not-found': 'Not found',
  unreachable: 'Server unreachable',
  interrupted: 'Interrupted',
}

export function failureOf(error: unknown): Failure {
  if (error instanceof CliError) return local(error.kind, error.message)
  if (error instanceof VektorError) return fromSdk(error)
  if (isOclifError(error)) return local('usage', usageSentence(error.message))
  if (error instanceof Error && 'syscall' in error) return local('failed', systemSentence(error))
  return bug(error)
}

/** Of what a command did not foresee. */
function systemSentence(error: Error): string {
  const subject = 'path' in error ? `${error.path}` : 'The system refuses'
  return `${subject}: ${systemReason(error)}.`
}

/** Nothing that the user did: whoever repairs it needs to know where it was. */
function bug(error: unknown): Failure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { ...local('failed', message), hint: `This is a mistake in vektor itself.\n${stack}` }
}

function local(kind: FailureKind, detail: string): Failure {
  return { exitCode: EXIT_CODES[kind], problem: { type: `vektor:${kind}`, title: TITLES[kind], detail } }
}

function fromSdk(error: VektorError): Failure {
  const { code, status = 0, problem } = error
  if (problem) return { exitCode: exitCodeOf(code, status), problem, ...hintFor(code, problem) }
  if (code === 'network') return local('unreachable', unreachableSentence(error))
  if (OF_ARCHIVES.has(code)) return ofArchive(code, error.message)
  if (code === 'aborted') return local('interrupted', error.message)
  // What a proxy says when nothing is behind it.
  if (code === 'http-error' && status >= 502) return local('unreachable', `${error.message} Is it running?`)
  return { ...local('failed', error.message), hint: 'Is this the address of a Vektor server?' }
}

/** What the SDK itself says of backups and their archives: no server was asked, or none is to blame. */
const OF_ARCHIVES = new Set(['archive-invalid', 'archive-too-new', 'backup-encrypted', 'backup-failed', 'wrong-key'])

function ofArchive(code: string, detail: string): Failure {
  return { exitCode: EXIT_CODES.failed, problem: { type: `vektor:${code}`, title: TITLES.failed, detail } }
}

function exitCodeOf(code: string, status: number): number {
  if (status === 401 && code !== 'invalid-credentials') return EXIT_CODES['not-signed-in']
  return status === 404 ? EXIT_CODES['not-found'] : EXIT_CODES.failed
}

const HINTS: Record<string, string> = {
  'model-unavailable': 'vektor models lists them, --model NAME chooses one.',
  'unknown-model': 'vektor models lists them, --model NAME chooses one.',
}

/** Who sets preferences has no `--model`. */
const PREFERRED_MODEL_HINT = 'vektor models lists them; --no-default-model has none.'

function hintFor(code: string, { errors = [] }: FailureProblem): { hint?: string } {
  const hint = errors.some(({ pointer }) => pointer === '/default_model') ? PREFERRED_MODEL_HINT : HINTS[code]
  return hint === undefined ? {} : { hint }
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there. Is the server running?',
  ENOTFOUND: 'there is no host of that name.',
  EAI_AGAIN: 'the name of the host cannot be looked up now.',
  ETIMEDOUT: 'it does not answer in time.',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer in time.',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer in time.',
  ECONNRESET: 'it broke the connection.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak HTTPS: try http://.',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak HTTPS: try http://.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed (NODE_EXTRA_CA_CERTS can name it).',
}

/** Says why, if the system said so. `server` is its address, where it is known. */
export function unreachableSentence(error: VektorError, server = 'The server'): string {
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    const reason = 'code' in cause && REASONS[String(cause.code)]
    if (reason) return `${server} cannot be reached: ${reason}`
  }
  return `${server} cannot be reached.`
}

function isOclifError(error: unknown): error is Error {
  return error instanceof Error && 'oclif' in error
}
