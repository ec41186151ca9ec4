import { AppError } from '../../app-error.ts'
import { ArchiveMissingError, StorageError } from '../../storage/archive-storage.ts'

/** What went wrong with the storage, for those who wait for the answer. */
export function toStorageFailure(cause: unknown): unknown {
  if (cause instanceof ArchiveMissingError) {
    const detail =
      'Make a new backup: the archive is not where it was stored. If several servers store archives, have them share one storage.'
    return new AppError('backup-not-found', detail, { cause })
  }
  if (!(cause instanceof StorageError)) return cause
  const detail = 'Try again in a minute: the archives cannot be reached right now.'
  return new AppError('storage-unavailable', detail, { cause, retryAfterSeconds: 60 })
}

export async function reading<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw toStorageFailure(error)
  }
}
