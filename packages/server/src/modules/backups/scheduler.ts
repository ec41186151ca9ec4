import type { Database, Transaction } from '../../database/database.ts'
import { nextTime } from '../../schedule.ts'
import type { BackupScheduleRepository, PlannedBackup } from './schedule-repository.ts'

/** What a scheduler asks of the service of backups. */
export interface ScheduledBackups {
  recipientsOf(accountId: string): Promise<readonly string[]>
  beginWithin(
    transaction: Transaction,
    accountId: string,
    wish: { origin: 'scheduled'; recipients: readonly string[] },
  ): Promise<{ announce(): void } | undefined>
}

export interface BackupSchedulerOptions {
  database: Database
  schedules: BackupScheduleRepository
  backups: ScheduledBackups
  /** The schedule of an account; undefined if its owner leaves it to the operator. */
  scheduleOf(accountId: string): Promise<string | undefined>
  /** What the operator wants. */
  schedule: string
  /** Epoch milliseconds. */
  now(): number
}

const AT_A_TIME = 200

/** Begins the backups whose time has come: each once, whichever server is the first. */
export class BackupScheduler {
  readonly #options: BackupSchedulerOptions
  #hasForgotten = false

  constructor(options: BackupSchedulerOptions) {
    this.#options = options
  }

  /** To be called every now and then. What was missed while no server ran is made up for, once. */
  async tick(signal?: AbortSignal): Promise<void> {
    await this.#forgetOthers()
    await this.#plan(signal)
    const { now, schedules } = this.#options
    const moment = now()
    let due: PlannedBackup[]
    do {
      due = await schedules.listDue(moment, AT_A_TIME)
      for (const planned of due) {
        signal?.throwIfAborted()
        await this.#begin(planned, moment)
      }
    } while (due.length === AT_A_TIME)
  }

  /** Once: what was planned with another schedule of the operator's. */
  async #forgetOthers(): Promise<void> {
    if (this.#hasForgotten) return
    const { schedule, scheduleOf, schedules } = this.#options
    await schedules.forgetOthers(schedule, async (accountId) => (await scheduleOf(accountId)) !== undefined)
    this.#hasForgotten = true
  }

  async #plan(signal: AbortSignal | undefined): Promise<void> {
    const { now, schedule: common, scheduleOf, schedules } = this.#options
    let unplanned: string[]
    do {
      unplanned = await schedules.listUnplanned(AT_A_TIME)
      for (const accountId of unplanned) {
        signal?.throwIfAborted()
        const schedule = (await scheduleOf(accountId)) ?? common
        await schedules.plan({ accountId, schedule, nextAt: nextTime(schedule, now()) })
      }
    } while (unplanned.length === AT_A_TIME)
  }

  async #begin(planned: PlannedBackup, moment: number): Promise<void> {
    const { backups, database, schedules } = this.#options
    const next = nextTime(planned.schedule, moment)
    const recipients = await backups.recipientsOf(planned.accountId)
    const begun = await database.transaction(async (transaction) => {
      const isOurs = await schedules.advance(transaction, planned, next)
      return isOurs
        ? backups.beginWithin(transaction, planned.accountId, { origin: 'scheduled', recipients })
        : undefined
    })
    begun?.announce()
  }
}
