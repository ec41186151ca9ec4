import { toJson, toJsonLine } from '../output/json.ts'
import { neutralise } from '../output/neutralise.ts'
import { EXIT_CODES } from './cli-error.ts'
import { type Failure, type FailureProblem, failureOf } from './failure.ts'

interface Streams {
  stdout: { write(text: string): unknown }
  stderr: { write(text: string): unknown }
}

/** Tells what went wrong: scripts on standard output, people on standard error. Gives the exit code. */
export function reportFailure(error: unknown, argv: readonly string[], streams: Streams): number {
  const failure = failureOf(error)
  const document = { error: failure.problem }
  // What is followed is told a line at a time.
  if (has(argv, '--json')) streams.stdout.write(has(argv, '--follow') ? toJsonLine(document) : `${toJson(document)}\n`)
  else streams.stderr.write(`${failureLines(failure).map(neutralise).join('\n')}\n`)
  return failure.exitCode
}

/** Known even when the flags could not be parsed. */
function has(argv: readonly string[], flag: string): boolean {
  const end = argv.indexOf('--')
  return argv.slice(0, end === -1 ? argv.length : end).includes(flag)
}

export function failureLines({ problem, hint, exitCode }: Failure): string[] {
  const lines = [OUR_WORDS[problem.type]?.(problem) ?? problem.detail]
  for (const { pointer, detail } of problem.errors ?? []) {
    if (!problem.detail.includes(detail)) lines.push(`  ${pointer.replace(/^\//, '')}: ${forPeople(detail)}`)
  }
  if (problem.request_id && (problem.status ?? 0) >= 500 && !isJustMissing(problem.type))
    lines.push(`  (request ${problem.request_id})`)
  if (hint) lines.push(hint)
  if (exitCode === EXIT_CODES.usage) lines.push('--help shows how.')
  return lines
}

/** Nothing broke: whoever runs the server has not set it up yet. */
function isJustMissing(type: string): boolean {
  return type.endsWith('/model-unavailable')
}

/** Where the server's advice is for those who write requests. */
const OUR_WORDS: Record<string, (problem: FailureProblem) => string> = {
  '/problems/invalid-request': () => 'The server does not take this:',
  '/problems/unauthorized': () => 'You are signed out: vektor login',
  '/problems/invalid-refresh-token': () => 'You are signed out: vektor login',
  '/problems/payload-too-large': ({ detail }) => tooLongSentence('The message', detail),
  '/problems/conversation-busy': () =>
    'This conversation is being answered right now: send it again when the answer is there.',
  '/problems/adapter-not-found': () => 'There is no such adapter: vektor config adapters lists them.',
  '/problems/backup-not-found': ({ detail }) =>
    detail.startsWith('Make a backup first')
      ? 'There is no complete backup: vektor sync backup makes one.'
      : 'There is no such backup: vektor sync backups lists yours.',
  '/problems/backup-not-ready': ({ detail }) =>
    detail.includes('failed')
      ? 'This backup failed, and there is no archive: vektor sync backups show ID says why.'
      : 'This backup is not complete yet: vektor sync backups show ID tells how far it is.',
  '/problems/backup-encrypted': () =>
    'The backup is encrypted: vektor sync restore --identity FILE decrypts it here, and restores it.',
  '/problems/restore-running': () =>
    'Something is being restored to this account already: wait until that is done, then start again.',
  '/problems/too-many-backups': () =>
    'Several backups of this account are being made already: wait until one is complete (vektor sync backups).',
  'vektor:backup-encrypted': () => 'The archive is encrypted: say --identity FILE or --passphrase-file FILE.',
  '/problems/device-not-found': () => 'There is no such device: vektor sync devices lists yours.',
  '/problems/session-not-found': () => 'It is not signed in: vektor sync sessions lists those that are.',
  '/problems/import-running': () =>
    'Another file is being imported into this account: wait until that is done, then start again.',
  '/problems/upload-running': () =>
    'Another archive of this account is being sent: wait until it has arrived, then start again.',
  '/problems/message-not-found': () =>
    'The conversation has no such message: vektor history show ID --tree lists them.',
  '/problems/conversation-not-found': () => 'There is no such conversation: vektor history lists yours.',
}

/** What belongs there says enough; nobody sends null from a command line. */
function forPeople(detail: string): string {
  return detail.replace(/^Send what belongs here: /, 'it must be ').replace(/, or send null\.$/, '.')
}

/** What to say where the server said this, in its words. */
export function tooLongSentence(what: string, detail: string): string {
  return `${what} is too long for this server${limitIn(detail)}.`
}

/** The server counts bytes. */
function limitIn(detail: string): string {
  const bytes = Number(/\d{4,}/.exec(detail)?.[0])
  return Number.isNaN(bytes) ? '' : ` (${Number((bytes / 2 ** 20).toPrecision(2))} MB)`
}
