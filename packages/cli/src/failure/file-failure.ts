import { getSystemErrorMap } from 'node:util'
import { CliError } from './cli-error.ts'

const SENTENCES: Record<string, (path: string) => string> = {
  ENOENT: (path) => `There is no file ${path}.`,
  EISDIR: (path) => `${path} is a folder, not a file.`,
  EACCES: (path) => `You may not read ${path}.`,
}

/** What to say of a file that should have been read. */
export function unreadable(path: string, error: unknown): CliError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const sentence = SENTENCES[code]?.(path) ?? `${path} cannot be read: ${systemReason(error)}.`
  return new CliError('failed', sentence, { cause: error })
}

/** Why the system did not do it, in its words, without their codes and calls. */
export function systemReason(error: unknown): string {
  const errno = error instanceof Error && 'errno' in error ? Number(error.errno) : undefined
  const [, reason] = (errno !== undefined && getSystemErrorMap().get(errno)) || []
  return reason ?? (error instanceof Error ? error.message : String(error))
}
