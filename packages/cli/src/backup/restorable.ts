import type { Backup, Vektor } from '@vektor/sdk'
import { CliError } from '../failure/cli-error.ts'
import { toStream } from '../transfer/to-stream.ts'
import type { Work } from './backup-work.ts'
import { BorrowedUpload } from './borrowed-upload.ts'
import { downloadArchive } from './download-archive.ts'
import { hasKeys, type KeyFlags } from './keys.ts'
import { decrypted, openArchive } from './open-archive.ts'
import { sendArchive, uploadArchive } from './upload-archive.ts'

export interface RestorableOptions {
  /** The id of a backup, or a file, or neither for the last complete backup. */
  from: { backup?: string | undefined; file?: string | undefined }
  keys: KeyFlags
  work: Work
  tell(sentence: string): void
}

/** What the server is to restore, as it can read it. */
export interface Restorable extends AsyncDisposable {
  /** Undefined: the last complete one. */
  id: string | undefined
  /** Somebody else than us still needs it. */
  keep(): void
}

export async function openRestorable(client: Pick<Vektor, 'backups'>, options: RestorableOptions): Promise<Restorable> {
  const { from, keys, tell, work } = options
  if (from.file !== undefined) {
    if (from.file !== '-') await verifyFile(from.file, keys, work)
    return new BorrowedUpload(client, await uploadArchive(client, from.file, { keys, work }), tell)
  }
  const backup = await findBackup(client, from.backup, keys)
  if (!backup?.encrypted) return onServer(backup?.backup_id ?? from.backup)
  if (!hasKeys(keys))
    throw new CliError('failed', 'The backup is encrypted: with --identity FILE it is decrypted here, and restored.')
  const onProgress = (fraction: number) => work.show('Decrypting', fraction)
  const archive = toStream(downloadArchive(client, backup, { signal: work.signal, onProgress }))
  return new BorrowedUpload(client, await sendArchive(client, await decrypted(archive, keys), work), tell)
}

/** The server would say the same, once all of it was sent. */
async function verifyFile(path: string, keys: KeyFlags, { show, signal }: Work): Promise<void> {
  const { verifyArchive } = await import('@vektor/sdk/archive')
  const archive = await openArchive(path, { signal, onProgress: (fraction) => show('Verifying', fraction) })
  await verifyArchive(await decrypted(archive, keys))
}

/** The server itself finds the last one, and says so if there is none; only what is to be decrypted has to be looked at. */
async function findBackup(
  { backups }: Pick<Vektor, 'backups'>,
  id: string | undefined,
  keys: KeyFlags,
): Promise<Backup | undefined> {
  if (id !== undefined) return backups.get(id)
  return hasKeys(keys) ? newestOf(await backups.list()) : undefined
}

/** The one that the server takes, too. */
function newestOf(backups: readonly Backup[]): Backup | undefined {
  const complete = backups.filter(({ origin, status }) => status === 'completed' && origin !== 'safety')
  return complete
    .toSorted((one, other) => Date.parse(one.completed_at ?? '') - Date.parse(other.completed_at ?? ''))
    .at(-1)
}

function onServer(id: string | undefined): Restorable {
  return { id, keep() {}, async [Symbol.asyncDispose]() {} }
}
