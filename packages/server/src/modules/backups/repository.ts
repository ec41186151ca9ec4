import type { Database, Transaction } from '../../database/database.ts'
import { accountGone } from '../accounts/index.ts'
import type { Counts } from './archive/format.ts'
import type { WrittenArchive } from './archive/write-archive.ts'
import type { Backup } from './backup.ts'

interface BackupRow {
  id: string
  account_id: string
  origin: Backup['origin']
  status: Backup['status']
  created_at: number
  completed_at: number | null
  progress: number
  conversations: number
  messages: number
  recipients: string
  archive_id: string | null
  stored_archives: string
  size: number | null
  sha256: string | null
  error: string | null
  deleted_at: number | null
}

/** One attempt to make a backup. */
export interface Attempt {
  id: string
  archive_id: string
}

const DAY_MS = 24 * 3_600_000

/** What is counted apart: whoever uploads archives, or replaces the account again and again, loses no backup by it. */
const KINDS = [['requested', 'scheduled'], ['safety'], ['uploaded']].flatMap((origins) => [
  { origins, status: 'completed' as const },
  { origins, status: 'failed' as const },
])

/** Progress is kept in thousandths. */
const WHOLE = 1_000

export class BackupRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** The newest first. */
  async list(accountId: string): Promise<Backup[]> {
    const rows = this.#database.read<BackupRow>('backups').where({ account_id: accountId, deleted_at: null })
    return (await this.#database.guard(async () => rows.orderBy(['created_at', 'id']))).map(toBackup).reverse()
  }

  /** Scoped to the owner: someone else's backup is the same as none. */
  async find(accountId: string, id: string): Promise<Backup | undefined> {
    const rows = this.#database.read<BackupRow>('backups').where({ id, account_id: accountId, deleted_at: null })
    const row = await this.#database.guard(async () => rows.first())
    return row && toBackup(row)
  }

  /** For those who work for no account in particular. What is being deleted is found too. */
  async findAny(id: string): Promise<{ backup: Backup; isDeleted: boolean } | undefined> {
    const rows = this.#database.read<BackupRow>('backups').where({ id })
    const row = await this.#database.guard(async () => rows.first())
    return row && { backup: toBackup(row), isDeleted: row.deleted_at !== null }
  }

  /** Whether nobody has deleted it, and nobody will until the transaction ends. */
  async isKept(transaction: Transaction, id: string): Promise<boolean> {
    return (await this.#lock(transaction, id))?.deleted_at === null
  }

  /** But for those of what was replaced: whoever replaces the account once more would get that back. */
  async findNewest(accountId: string): Promise<Backup | undefined> {
    const rows = this.#database.read<BackupRow>('backups').whereNot({ origin: 'safety' })
    const complete = rows.where({ account_id: accountId, status: 'completed', deleted_at: null })
    const row = await this.#database.guard(async () =>
      complete
        .orderBy([
          { column: 'completed_at', order: 'desc' },
          { column: 'id', order: 'desc' },
        ])
        .first(),
    )
    return row && toBackup(row)
  }

  async countUnfinished(transaction: Transaction, accountId: string, origin: Backup['origin']): Promise<number> {
    const rows = transaction<BackupRow>('backups')
    const unfinished = rows.where({ account_id: accountId, origin, status: 'in_progress', deleted_at: null })
    const [count] = await unfinished.count({ value: '*' })
    return Number(count?.value ?? 0)
  }

  /** Whether the account is still somebody's, which it then stays until the transaction ends. */
  async lockAccount(transaction: Transaction, accountId: string): Promise<boolean> {
    const account = transaction('accounts').where({ id: accountId, deleted_at: null })
    return (await this.#database.dialect.lockRows(account).first('id')) !== undefined
  }

  /** The same, or else throws: whatever began after the account was deleted would be left of it. */
  async requireAccount(transaction: Transaction, accountId: string): Promise<void> {
    if (!(await this.lockAccount(transaction, accountId))) throw accountGone()
  }

  async insert(transaction: Transaction, backup: Backup): Promise<void> {
    await transaction<BackupRow>('backups').insert(toRow(backup))
  }

  /**
   * Begins an attempt; the one before can change nothing any more. Answers the archives that earlier attempts may have left;
   * undefined if the backup is not wanted any more.
   */
  async begin(
    id: string,
    { archiveId, createdAt }: { archiveId: string; createdAt: number },
  ): Promise<string[] | undefined> {
    return this.#database.transaction(async (transaction) => {
      const row = await this.#lock(transaction, id)
      if (row?.status !== 'in_progress' || row.deleted_at !== null) return undefined
      const earlier: string[] = JSON.parse(row.stored_archives)
      const blank = { progress: 0, conversations: 0, messages: 0, created_at: createdAt }
      const stored = JSON.stringify([...earlier, archiveId])
      await transaction<BackupRow>('backups')
        .where({ id })
        .update({ ...blank, archive_id: archiveId, stored_archives: stored })
      return earlier
    })
  }

  /** An archive of an attempt is in the storage no more. */
  async forgetArchive(id: string, archiveId: string): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const row = await this.#lock(transaction, id)
      if (!row) return
      const left = JSON.parse(row.stored_archives).filter((stored: string) => stored !== archiveId)
      await transaction<BackupRow>('backups')
        .where({ id })
        .update({ stored_archives: JSON.stringify(left) })
    })
  }

  /** Nobody wants it any more: what is left of it is deleted like that of any other. Nothing, if another attempt was begun. */
  async giveUp(id: string, archiveId: string | null, now: number): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const rows = transaction<BackupRow>('backups').where({ id, archive_id: archiveId, status: 'in_progress' })
      await rows.update({ status: 'failed', completed_at: now, deleted_at: now })
    })
  }

  /** False if the backup is not wanted any more, or another attempt was begun. */
  async advance(attempt: Attempt, progress: number, { conversations, messages }: Counts): Promise<boolean> {
    return this.#update(attempt, { progress: Math.floor(progress * WHOLE), conversations, messages })
  }

  /** The same. */
  async complete(attempt: Attempt, { createdAt, size, sha256, counts }: WrittenArchive, now: number): Promise<boolean> {
    const done = { status: 'completed', completed_at: now, progress: WHOLE } as const
    return this.#update(attempt, { ...counts, ...done, created_at: createdAt, size, sha256 })
  }

  /** An upload that was stored is a backup. Undefined if it was deleted meanwhile. */
  async admit(upload: Backup, now: number): Promise<Backup | undefined> {
    const { id } = upload
    const done = { status: 'completed', completed_at: now, progress: WHOLE, error: null } as const
    const changed = await this.#database.transaction(async (transaction) =>
      transaction<BackupRow>('backups').where({ id, status: 'failed', deleted_at: null }).update(done),
    )
    return changed > 0 ? { ...upload, status: 'completed', completedAt: now, progress: 1, error: null } : undefined
  }

  /** One that is being deleted too: no job has it in its hands any more. */
  async fail(id: string, error: string, now: number): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const rows = transaction<BackupRow>('backups').where({ id, status: 'in_progress' })
      await rows.update({ status: 'failed', error, completed_at: now })
    })
  }

  /**
   * Those of an account that have had their time: all behind the newest `keep` of those that were made, of those that were
   * made before something was replaced, and of those that were uploaded; and so for those that failed. What is being
   * restored stays, and what there was before it.
   */
  async retire(transaction: Transaction, accountId: string, keep: number, now: number): Promise<void> {
    for (const { origins, status } of KINDS) {
      const ofKind = () =>
        transaction<BackupRow>('backups')
          .where({ account_id: accountId, status, deleted_at: null })
          .whereIn('origin', origins)
      const kept = ofKind()
        .orderBy([
          { column: 'completed_at', order: 'desc' },
          { column: 'id', order: 'desc' },
        ])
        .limit(keep)
        .select('id')
      await ofKind()
        .whereNotIn('id', kept)
        // An upload that is being stored looks like one that failed.
        .whereNot((begun) =>
          begun.where({ origin: 'uploaded', status: 'failed' }).where('completed_at', '>', now - DAY_MS),
        )
        .whereNotIn('id', neededBy(transaction, 'backup_id'))
        .whereNotIn('id', neededBy(transaction, 'safety_backup_id'))
        .update({ deleted_at: now })
    }
  }

  /** False if there is no such backup. */
  async markDeleted(accountId: string, id: string, now: number): Promise<boolean> {
    const changed = await this.#database.transaction(async (transaction) =>
      transaction<BackupRow>('backups')
        .where({ id, account_id: accountId, deleted_at: null })
        .update({ deleted_at: now }),
    )
    return changed > 0
  }

  async markAllDeleted(accountId: string, now: number): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await transaction<BackupRow>('backups')
        .where({ account_id: accountId, deleted_at: null })
        .update({ deleted_at: now })
    })
  }

  /** Those that were marked and that no job has in its hands; of one account, or of all; so many behind the id `after`. */
  async listDeleted(accountId: string | undefined, after: string): Promise<Backup[]> {
    const rows = this.#database
      .read<BackupRow>('backups')
      .whereNotNull('deleted_at')
      .andWhere('id', '>', after)
      .andWhere((free) => free.whereNot('status', 'in_progress').orWhereNull('archive_id'))
    if (accountId !== undefined) void rows.where({ account_id: accountId })
    return (await this.#database.guard(async () => rows.orderBy('id').limit(100))).map(toBackup)
  }

  /** Whether anything is left of an account's, in whatever state. */
  async hasAny(accountId: string): Promise<boolean> {
    const rows = this.#database.read<BackupRow>('backups').where({ account_id: accountId })
    return (await this.#database.guard(async () => rows.first('id'))) !== undefined
  }

  async remove(id: string): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await transaction<BackupRow>('backups').where({ id }).delete()
    })
  }

  async #lock(transaction: Transaction, id: string): Promise<BackupRow | undefined> {
    return this.#database.dialect.lockRows(transaction<BackupRow>('backups').where({ id })).first()
  }

  async #update(which: Attempt, change: Partial<BackupRow>): Promise<boolean> {
    const changed = await this.#database.transaction(async (transaction) =>
      transaction<BackupRow>('backups')
        .where({ ...which, status: 'in_progress', deleted_at: null })
        .update(change),
    )
    return changed > 0
  }
}

/** Those of restores that run. */
function neededBy(transaction: Transaction, column: string) {
  return transaction('restores').where({ is_over: false }).whereNotNull(column).select(column)
}

function toRow(backup: Backup): Omit<BackupRow, 'deleted_at'> {
  return {
    id: backup.id,
    account_id: backup.accountId,
    origin: backup.origin,
    status: backup.status,
    created_at: backup.createdAt,
    completed_at: backup.completedAt,
    progress: Math.floor(backup.progress * WHOLE),
    ...backup.counts,
    recipients: JSON.stringify(backup.recipients),
    archive_id: backup.archiveId,
    stored_archives: JSON.stringify(backup.storedArchives),
    size: backup.size,
    sha256: backup.sha256,
    error: backup.error,
  }
}

function toBackup(row: BackupRow): Backup {
  const { conversations, messages } = row
  return {
    id: row.id,
    accountId: row.account_id,
    origin: row.origin,
    status: row.status,
    createdAt: row.created_at,
    completedAt: row.completed_at,
    progress: row.progress / WHOLE,
    counts: { conversations, messages },
    recipients: JSON.parse(row.recipients),
    archiveId: row.archive_id,
    storedArchives: JSON.parse(row.stored_archives),
    size: row.size,
    sha256: row.sha256,
    error: row.error,
  }
}
