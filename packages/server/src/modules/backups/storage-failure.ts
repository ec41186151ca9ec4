import { AppError } from '../../app-error.ts'
import { ArchiveMissingError, StorageError } from '../../storage/archive-storage.ts'

/** What a disk says that takes nothing more, or gives nothing back. */
const DISK_CODES = ['EACCES', 'EDQUOT', 'EFBIG', 'EIO', 'ENOSPC', 'ENOTDIR', 'EPERM', 'EROFS']

/** What went wrong with the storage, or with the disk on the way to it, for those who wait for the answer. */
export function toStorageFailure(cause: unknown): unknown {
  if (cause instanceof ArchiveMissingError) {
    const detail =
      'Make a new backup: the archive is not where it was stored. If several servers store archives, have them share one storage.'
    return new AppError('backup-not-found', detail, { cause })
  }
  if (cause instanceof StorageError)
    return unavailable('Try again in a minute: the archives cannot be reached right now.', cause)
  if (DISK_CODES.includes(diskCodeOf(cause) ?? ''))
    return unavailable('Tell the operator of the server: its disk has no room for this archive, or is broken.', cause)
  return cause
}

/** The error code of the disk's failure behind this one, if that is what it is. */
export function diskCodeOf(error: unknown): string | undefined {
  if (error instanceof StorageError) return diskCodeOf(error.cause)
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

export async function usingStorage<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw toStorageFailure(error)
  }
}

function unavailable(detail: string, cause: unknown): AppError {
  return new AppError('storage-unavailable', detail, { cause, retryAfterSeconds: 60 })
}
