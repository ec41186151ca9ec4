import { AppError } from '../../../app-error.ts'
import type { Database, Transaction } from '../../../database/database.ts'
import type { Dialect } from '../../../database/dialect.ts'
import { newId } from '../../../id.ts'
import type { Restore } from './restore.ts'

/** Whoever does not say for so long that it lives is dead. */
const LEASE_MS = 30_000

/** Few enough that whoever else writes waits for a moment only. */
const PLANNED_AT_A_TIME = 2_000

/** Which restores there are: each account has one at a time, on whatever server. */
export class RestoreRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Undefined while another one runs. */
  async begin(ownerId: string, mode: Restore['mode'], backupId: string | null): Promise<Restore | undefined> {
    const { dialect } = this.#database
    const id = newId()
    const inserted = await this.#database.transaction(async (transaction) => {
      // Whatever began after it was deleted would be left of it.
      const account = dialect.lockRows(transaction('accounts').where({ id: ownerId, deleted_at: null }))
      if (!(await account.first('id')))
        throw new AppError('unauthorized', 'This account was deleted: sign in with another one.')
      await transaction('restores')
        .where({ account_id: ownerId, is_over: false })
        .whereRaw(`lease_expires_at < ${dialect.now}`)
        .update({ is_over: true })
      const row = { id, account_id: ownerId, backup_id: backupId, lease_expires_at: leaseEnd(transaction, dialect) }
      const running = transaction('restores').where({ account_id: ownerId, is_over: false })
      if (await running.first('id')) return 0
      await transaction('restores').insert(row).onConflict().ignore()
      return transaction('restores').where({ id }).first('id')
    })
    return inserted ? { id, ownerId, mode } : undefined
  }

  /** The backup of what it replaces stays as long as it runs. */
  async keepSafety(id: string, safetyBackupId: string): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await this.renewWithin(transaction, id)
      await transaction('restores').where({ id }).update({ safety_backup_id: safetyBackupId })
    })
  }

  async renew(id: string): Promise<void> {
    await this.#database.transaction((transaction) => this.renewWithin(transaction, id))
  }

  async renewWithin(transaction: Transaction, id: string): Promise<void> {
    await renewLease(transaction, this.#database.dialect, id)
  }

  /** From here on nothing more is written. */
  async end(id: string): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await transaction('restores').where({ id }).update({ is_over: true })
    })
  }

  /** Whatever is being restored to an account ends. */
  async endAll(ownerId: string): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await transaction('restores').where({ account_id: ownerId }).update({ is_over: true })
    })
  }

  /** Where one server has the database for itself: nobody but itself restores. */
  async endEverything(): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await transaction('restores').where({ is_over: false }).update({ is_over: true })
    })
  }

  /** Those of which something may be left to delete: they are over, or their server is dead. */
  async listOver(ownerId?: string): Promise<{ id: string; ownerId: string }[]> {
    const { dialect, read } = this.#database
    await this.#database.transaction(async (transaction) => {
      await transaction('restores')
        .where({ is_over: false })
        .whereRaw(`lease_expires_at < ${dialect.now}`)
        .update({ is_over: true })
    })
    const rows = read('restores').where({ is_over: true })
    if (ownerId !== undefined) void rows.where({ account_id: ownerId })
    const found: { id: string; account_id: string }[] = await this.#database.guard(async () => rows.orderBy('id'))
    return found.map(({ id, account_id }) => ({ id, ownerId: account_id }))
  }

  /** Forgets what was planned, and at last that there was a restore. */
  async remove(id: string, signal?: AbortSignal): Promise<void> {
    for (const [table, column] of [
      ['restore_messages', 'message_id'],
      ['restore_conversations', 'archived_id'],
    ] as const) {
      do signal?.throwIfAborted()
      while (await this.#forgetSome(id, table, column))
    }
    await this.#database.transaction(async (transaction) => {
      await transaction('restores').where({ id }).delete()
    })
  }

  async #forgetSome(id: string, table: string, column: string): Promise<boolean> {
    return this.#database.transaction(async (transaction) => {
      const some = transaction(table).where({ restore_id: id }).orderBy(column).limit(PLANNED_AT_A_TIME).select(column)
      const forgotten = await transaction(table).where({ restore_id: id }).whereIn(column, some).delete()
      return forgotten > 0
    })
  }
}

/** To be called first in each transaction of a restore: whoever has lost its lease writes nothing. */
export async function renewLease(transaction: Transaction, dialect: Dialect, id: string): Promise<void> {
  const lease = { lease_expires_at: leaseEnd(transaction, dialect) }
  const renewed = await transaction('restores').where({ id, is_over: false }).update(lease)
  if (renewed === 0) {
    throw new AppError(
      'restore-running',
      'Restore again: this restore took too long to answer, or the account is being deleted.',
    )
  }
}

function leaseEnd(transaction: Transaction, { now }: Dialect) {
  return transaction.raw(`${now} + ${LEASE_MS}`)
}
