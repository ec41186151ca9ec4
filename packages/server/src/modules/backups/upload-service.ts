import { join } from 'node:path'
import { AppError } from '../../app-error.ts'
import type { Database } from '../../database/database.ts'
import { newId } from '../../id.ts'
import type { Places } from '../../places.ts'
import type { Spool } from '../../spool.ts'
import type { ArchiveStorage } from '../../storage/archive-storage.ts'
import { writeHashed } from './archive/hashed-file.ts'
import { readArchive } from './archive/read-archive.ts'
import { type Backup, backupNotFound, keyOf } from './backup.ts'
import type { BackupRepository } from './repository.ts'
import type { Retention } from './retention.ts'
import { usingStorage } from './storage-failure.ts'

export interface UploadServiceOptions {
  database: Database
  backups: BackupRepository
  spool: Spool
  /** For what arrives, however slowly. */
  arrivals: Places
  /** For what is read. */
  places: Places
  storage: ArchiveStorage
  retention: Retention
  /** How much an archive may hold once it is decompressed. */
  limitBytes: number
  /** How much one record of it may be. */
  lineLimitBytes: number
  /** Epoch milliseconds. */
  now(): number
}

/** Takes archives back in: of another server, or of a backup that is gone here. */
export class UploadService {
  readonly #options: UploadServiceOptions
  /** Each account sends one at a time. */
  readonly #arriving = new Set<string>()

  constructor(options: UploadServiceOptions) {
    this.#options = options
  }

  /** Keeps nothing that is not whole. */
  async receive(accountId: string, bytes: AsyncIterable<Uint8Array>): Promise<Backup> {
    if (this.#arriving.has(accountId))
      throw new AppError(
        'upload-running',
        'Wait until the other archive of yours has arrived, then send this one again.',
      )
    using _arrival = this.#options.arrivals.take()
    this.#arriving.add(accountId)
    try {
      return await usingStorage(() => this.#receive(accountId, bytes))
    } finally {
      this.#arriving.delete(accountId)
    }
  }

  async #receive(accountId: string, bytes: AsyncIterable<Uint8Array>): Promise<Backup> {
    const { backups, database, limitBytes, lineLimitBytes, now, places, retention, spool, storage } = this.#options
    await using folder = await spool.makeFolder()
    const path = join(folder.path, 'archive')
    const { sha256, size } = await writeHashed(path, bytes)
    using _place = await places.wait()
    const { counts, createdAt } = await readArchive(path, { limitBytes, lineLimitBytes })
    const [id, archiveId] = [newId(), newId()]
    const backup: Backup = {
      id,
      accountId,
      origin: 'uploaded',
      // Until it is stored: what a crash leaves is known by it, and goes like everything else.
      status: 'failed',
      createdAt,
      completedAt: now(),
      progress: 0,
      counts,
      recipients: [],
      archiveId,
      storedArchives: [archiveId],
      size,
      sha256,
      error: 'The upload did not come to its end: send the archive again.',
    }
    await database.transaction(async (transaction) => {
      await backups.requireAccount(transaction, accountId)
      await backups.insert(transaction, backup)
    })
    await storage.store(keyOf(backup, archiveId), path)
    const complete = await backups.admit(backup, now())
    // Whoever deleted it meanwhile, or the account, may have been there before the archive was.
    if (!complete) await storage.delete(keyOf(backup, archiveId))
    await retention.retire(accountId)
    if (!complete) throw backupNotFound()
    return complete
  }
}
