import { AppError } from '../../app-error.ts'
import type { Counts } from './archive/format.ts'

/** Why a backup is there: somebody asked for it, it was its time, the account was about to be replaced, or it was uploaded. */
export type BackupOrigin = 'requested' | 'scheduled' | 'safety' | 'uploaded'

/** An archive of all that an account keeps, or the making of one. */
export interface Backup {
  id: string
  accountId: string
  origin: BackupOrigin
  status: 'in_progress' | 'completed' | 'failed'
  /** The moment that it shows, once it is complete: epoch milliseconds, like all times here. */
  createdAt: number
  completedAt: number | null
  /** How much of the work is done, from 0 to 1. */
  progress: number
  counts: Counts
  /** Public keys of age; without any it is not encrypted. */
  recipients: readonly string[]
  /** Of the archive, or of the attempt to make it; null before the first one. */
  archiveId: string | null
  /** All that may be in the storage: those of attempts that came to nothing too. */
  storedArchives: readonly string[]
  /** In bytes, once there is an archive. */
  size: number | null
  /** Of the archive, in hexadecimal. */
  sha256: string | null
  /** Why it failed, in one sentence. */
  error: string | null
}

/** One that there is an archive of. */
export interface CompleteBackup extends Backup {
  status: 'completed'
  archiveId: string
  size: number
  sha256: string
}

/** Where an archive is in the storage. */
export function keyOf({ accountId, recipients }: Pick<Backup, 'accountId' | 'recipients'>, archiveId: string): string {
  return `${accountId}/${archiveId}.tar.gz${recipients.length > 0 ? '.age' : ''}`
}

export function requireComplete(backup: Backup): CompleteBackup {
  const { archiveId, status, size, sha256 } = backup
  if (status === 'completed' && archiveId !== null && size !== null && sha256 !== null)
    return { ...backup, status, archiveId, size, sha256 }
  const detail =
    status === 'failed'
      ? 'Make a new backup: this one failed, and there is no archive.'
      : 'Wait until the backup is complete; "GET /sync/backup" tells how far it is.'
  throw new AppError('backup-not-ready', detail)
}

export function backupNotFound(): AppError {
  return new AppError('backup-not-found', 'Check the backup id; "GET /sync/backup" lists yours.')
}
