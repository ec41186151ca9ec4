import type { Database } from '../../database/database.ts'
import type { ArchiveStorage } from '../../storage/archive-storage.ts'
import { type Backup, keyOf } from './backup.ts'
import type { BackupRepository } from './repository.ts'

export interface RetentionOptions {
  database: Database
  backups: BackupRepository
  storage: ArchiveStorage
  /** How many complete backups an account keeps. */
  keepOf(accountId: string): Promise<number>
  /** Epoch milliseconds. */
  now(): number
}

/** Lets old backups go, and deletes the archives of those that nobody wants any more. */
export class Retention {
  readonly #options: RetentionOptions

  constructor(options: RetentionOptions) {
    this.#options = options
  }

  /** Lets all but the newest ones of an account go. */
  async retire(accountId: string): Promise<void> {
    const { backups, database, keepOf, now } = this.#options
    const keep = await keepOf(accountId)
    await database.transaction((transaction) => backups.retire(transaction, accountId, keep, now()))
    await this.sweep(accountId)
  }

  /** Goes on with deletions that did not come to their end: to be called every now and then. */
  async sweep(accountId?: string): Promise<void> {
    const { backups } = this.#options
    const failures: unknown[] = []
    for (let after = ''; ; ) {
      const deleted = await backups.listDeleted(accountId, after)
      // One that cannot be deleted must not keep the others.
      for (const backup of deleted) await this.#remove(backup).catch((error: unknown) => failures.push(error))
      const last = deleted.at(-1)
      if (!last) break
      after = last.id
    }
    if (failures.length > 0) throw failures[0]
  }

  /** The archive first: a row without an archive is found again, an archive without a row is not. */
  async #remove(backup: Backup): Promise<void> {
    const { backups, storage } = this.#options
    for (const archiveId of backup.storedArchives) await storage.delete(keyOf(backup, archiveId))
    await backups.remove(backup.id)
  }
}
