import type { Database, Transaction } from '../../database/database.ts'

export interface PlannedBackup {
  accountId: string
  schedule: string
  /** Epoch milliseconds; null for never. */
  nextAt: number | null
}

interface ScheduleRow {
  account_id: string
  schedule: string
  next_at: number | null
}

/** When each account is backed up next. */
export class BackupScheduleRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Accounts that nobody has planned for. */
  async listUnplanned(limit: number): Promise<string[]> {
    const accounts = this.#database.read('accounts as a').leftJoin('backup_schedules as s', 's.account_id', 'a.id')
    const unplanned = accounts.where({ 'a.deleted_at': null, 's.account_id': null })
    return this.#database.guard(async () => unplanned.orderBy('a.id').limit(limit).pluck('a.id'))
  }

  /** Unless another server was faster, or the account is gone. */
  async plan({ accountId, schedule, nextAt }: PlannedBackup): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const account = transaction('accounts').where({ id: accountId, deleted_at: null })
      if (!(await this.#database.dialect.lockRows(account).first('id'))) return
      const row = { account_id: accountId, schedule, next_at: nextAt }
      await transaction<ScheduleRow>('backup_schedules').insert(row).onConflict('account_id').ignore()
    })
  }

  async listDue(now: number, limit: number): Promise<PlannedBackup[]> {
    const rows = this.#database.read<ScheduleRow>('backup_schedules').where('next_at', '<=', now)
    const found = await this.#database.guard(async () => rows.orderBy(['next_at', 'account_id']).limit(limit))
    return found.map((row) => ({ accountId: row.account_id, schedule: row.schedule, nextAt: row.next_at }))
  }

  /** False if another server has done it. */
  async advance(transaction: Transaction, { accountId, nextAt }: PlannedBackup, next: number | null): Promise<boolean> {
    const planned = transaction<ScheduleRow>('backup_schedules').where({ account_id: accountId, next_at: nextAt })
    return (await planned.update({ next_at: next })) > 0
  }

  /** The owner has changed something that it may depend on. */
  async forget(transaction: Transaction, accountId: string): Promise<void> {
    await transaction<ScheduleRow>('backup_schedules').where({ account_id: accountId }).delete()
  }

  /** The operator has: all that does not follow this schedule, and that no owner has chosen, is planned anew. */
  async forgetOthers(schedule: string, isChosen: (accountId: string) => Promise<boolean>): Promise<void> {
    const rows = this.#database.read<ScheduleRow>('backup_schedules').whereNot({ schedule })
    for (const accountId of await this.#database.guard(async () => rows.pluck('account_id'))) {
      if (await isChosen(accountId)) continue
      await this.#database.transaction((transaction) => this.forget(transaction, accountId))
    }
  }
}
