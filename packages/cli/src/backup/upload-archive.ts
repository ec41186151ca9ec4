import { type Backup, type Vektor, VektorError } from '@vektor/sdk'
import { CliError } from '../failure/cli-error.ts'
import { tooLongSentence } from '../failure/report-failure.ts'
import type { Bytes } from '../transfer/to-stream.ts'
import type { Work } from './backup-work.ts'
import type { KeyFlags } from './keys.ts'
import { decrypted, openArchive } from './open-archive.ts'

export interface UploadOptions {
  keys: KeyFlags
  work: Work
}

/** Uploads a file, or standard input for `-`, decrypted. */
export async function uploadArchive(
  { backups }: Pick<Vektor, 'backups'>,
  path: string,
  { keys, work }: UploadOptions,
): Promise<Backup> {
  const { signal } = work
  const archive = await openArchive(path, { signal, onProgress: (fraction) => work.show('Uploading', fraction) })
  return sendArchive({ backups }, await decrypted(archive, keys), work)
}

export async function sendArchive(
  { backups }: Pick<Vektor, 'backups'>,
  archive: ReadableStream<Bytes>,
  { signal }: Work,
): Promise<Backup> {
  try {
    return await backups.upload(archive, { signal })
  } catch (error) {
    throw inOurWords(error)
  }
}

/** What the stream itself threw is behind what sending it did. */
function inOurWords(error: unknown): unknown {
  if (!(error instanceof VektorError)) return error
  if (error.code === 'payload-too-large')
    return new CliError('failed', tooLongSentence('The archive', error.message), { cause: error })
  return sourceFailure(error) ?? error
}

function sourceFailure(error: VektorError): unknown {
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause)
    if (cause instanceof VektorError || cause instanceof CliError) return cause
  return undefined
}
