import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../../app-error.ts'
import type { Database, Transaction } from '../../../database/database.ts'
import type { Log } from '../../../log.ts'
import type { Places } from '../../../places.ts'
import type { AccountRestore } from '../../accounts/index.ts'
import type {
  ConversationRemoval,
  Restore,
  RestoreApplication,
  RestoreChange,
  RestoreCounts,
  RestoreRepository,
  RestoreStaging,
} from '../../conversations/index.ts'
import { type Records, readArchive } from '../archive/read-archive.ts'
import { type AccountRecord, fromConversationRecord, fromMessageRecord } from '../archive/records.ts'
import { type Backup, backupNotFound, type CompleteBackup, requireComplete } from '../backup.ts'
import type { LocalCopies } from '../local-copies.ts'
import type { BackupRepository } from '../repository.ts'
import { usingStorage } from '../storage-failure.ts'
import { KeptLease } from './kept-lease.ts'

export interface RestoreServiceOptions {
  database: Database
  backups: BackupRepository
  copies: LocalCopies
  places: Places
  accounts: AccountRestore
  restores: RestoreRepository
  staging: RestoreStaging
  application: RestoreApplication
  removal: ConversationRemoval
  /** Makes a backup of what there is before it is replaced. */
  keepSafe(accountId: string): Promise<Backup>
  /** Ends all answers of an account that are being written. */
  endAnswers(accountId: string): Promise<void>
  log: Log
}

export interface RestoreRequest {
  /** The last complete one, if it is left out. */
  backupId?: string | undefined
  mode: Restore['mode']
  /** Only to tell what would be done. */
  isRehearsal: boolean
}

export interface RestoreReport {
  backupId: string
  counts: RestoreCounts
  /** The names of those that are others now. */
  preferences: string[]
  /** What there was before it was replaced. */
  safetyBackupId?: string
  /** Of a rehearsal, what would be done. */
  changes?: RestoreChange[]
}

/** How many changes are told. */
const MOST_CHANGES = 1_000

/** How often to try to replace an account to which something is written each time. */
const MOST_ATTEMPTS = 3

/** Something was written after the account was kept safe. */
class WrittenMeanwhileError extends Error {}

/** Brings back what is in a backup: all of it in one moment, or nothing. */
export class RestoreService implements AsyncDisposable {
  readonly #options: RestoreServiceOptions
  readonly #ending = new AbortController()
  readonly #running = new Set<Promise<unknown>>()

  constructor(options: RestoreServiceOptions) {
    this.#options = options
  }

  /** Goes on to its end, whoever waits for it. */
  async restore(accountId: string, request: RestoreRequest): Promise<RestoreReport> {
    const work = this.#restore(accountId, request)
    const settled = work.catch(() => undefined)
    this.#running.add(settled)
    void settled.then(() => this.#running.delete(settled))
    return work
  }

  /** Deletes what restores have left that are over. To be called every now and then. */
  async sweep(signal?: AbortSignal, accountId?: string): Promise<void> {
    const { removal, restores } = this.#options
    for (const { id, ownerId } of await restores.listOver(accountId)) {
      await removal.deleteUnseen(ownerId, id, signal)
      await restores.remove(id, signal)
    }
  }

  /** Ends what is being restored to an account, and deletes what is left of it. */
  async deleteAll(accountId: string, signal?: AbortSignal): Promise<void> {
    await this.#options.restores.endAll(accountId)
    await this.sweep(signal, accountId)
  }

  /** Leaves off: what is not yet to be seen never will be. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort(
      new AppError('draining', 'Restore again in a few seconds: the server is shutting down.', {
        retryAfterSeconds: 5,
      }),
    )
    await Promise.all(this.#running)
  }

  async #restore(accountId: string, request: RestoreRequest): Promise<RestoreReport> {
    const { application, copies, log, places, restores } = this.#options
    const { isRehearsal, mode } = request
    const backup = await this.#find(accountId, request.backupId)
    using _place = places.take()
    const restore = await restores.begin(accountId, mode, backup.id)
    if (!restore) throw new AppError('restore-running', 'Wait until the restore that is running is over.')
    try {
      await using lease = new KeptLease(() => restores.renew(restore.id), this.#ending.signal)
      await using copy = await usingStorage(() => copies.of(backup, lease.signal))
      await readArchive(copy.path, { limitBytes: Number.POSITIVE_INFINITY, signal: lease.signal })
      await this.sweep(lease.signal, accountId)
      const account = await this.#stage(restore, copy.path, lease.signal)
      await application.requireShortMoment(restore)
      const report = isRehearsal
        ? await this.#rehearse(restore, account)
        : await this.#apply(restore, account, lease.signal)
      log.info(
        { restore: restore.id, account: accountId, backup: backup.id, mode, isRehearsal, ...report.counts },
        'restored',
      )
      return { backupId: backup.id, ...report }
    } finally {
      await restores.end(restore.id)
      this.#sweepLater(accountId)
    }
  }

  async #find(accountId: string, backupId: string | undefined): Promise<CompleteBackup> {
    const { backups } = this.#options
    const found = await (backupId === undefined ? backups.findNewest(accountId) : backups.find(accountId, backupId))
    if (!found && backupId === undefined)
      throw new AppError(
        'backup-not-found',
        'Make a backup first, or name one: there is none of this account that is complete, but for those of what was replaced.',
      )
    if (!found) throw backupNotFound()
    const backup = requireComplete(found)
    if (backup.recipients.length === 0) return backup
    throw new AppError('backup-encrypted', 'Decrypt the archive where its key is, upload it, and restore that.')
  }

  /** The same file that was just verified; it is verified again on the way. */
  async #stage(restore: Restore, path: string, signal: AbortSignal): Promise<AccountRecord> {
    const { staging } = this.#options
    let account: AccountRecord | undefined
    const onRecords = async ({ name, records }: Records) => {
      signal.throwIfAborted()
      if (name === 'account.json') [account] = records
      else if (name === 'conversations.ndjson')
        await staging.conversations(
          restore,
          records.map((record) => fromConversationRecord(restore.ownerId, record)),
        )
      else await staging.messages(restore, records.map(fromMessageRecord))
    }
    await readArchive(path, { limitBytes: Number.POSITIVE_INFINITY, signal, onRecords })
    await staging.finish(restore)
    if (!account) throw new TypeError('An archive that was verified has an account.')
    return account
  }

  async #rehearse(restore: Restore, account: AccountRecord) {
    const { application, database } = this.#options
    const [counts, changes] = [await application.count(restore), await application.changes(restore, MOST_CHANGES)]
    const preferences = await database.transaction((transaction) =>
      this.#restoreAccount(transaction, restore, { account, isRehearsal: true }),
    )
    return { counts, changes, preferences }
  }

  async #apply(restore: Restore, account: AccountRecord, signal: AbortSignal) {
    if (restore.mode === 'merge') return this.#appear(restore, account)
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#replace(restore, account, signal)
      } catch (cause) {
        if (!(cause instanceof WrittenMeanwhileError)) throw cause
        if (attempt < MOST_ATTEMPTS) continue
        throw accountBusy(cause)
      }
    }
  }

  /** What there is goes only if a backup has all of it. */
  async #replace(restore: Restore, account: AccountRecord, signal: AbortSignal) {
    const { application, endAnswers, keepSafe, restores } = this.#options
    const { ownerId } = restore
    await endAnswers(ownerId)
    const before = await application.fingerprint(ownerId)
    const safety = await keepSafe(ownerId)
    await restores.keepSafety(restore.id, safety.id)
    await this.#waitFor(safety, signal)
    return { ...(await this.#appear(restore, account, { before, safety })), safetyBackupId: safety.id }
  }

  async #waitFor(safety: Backup, signal: AbortSignal): Promise<void> {
    const { backups } = this.#options
    for (;;) {
      const found = await backups.findAny(safety.id)
      if (!found || found.isDeleted) throw safetyDeleted()
      if (found.backup.status === 'completed') return
      if (found.backup.status === 'failed') {
        const detail =
          'Make a backup by hand to see why: what there is could not be kept safe, so nothing was replaced.'
        throw new AppError('storage-unavailable', detail, { retryAfterSeconds: 60 })
      }
      await delay(100, undefined, { signal }).catch(() => signal.throwIfAborted())
    }
  }

  /** The moment. */
  async #appear(restore: Restore, account: AccountRecord, kept?: { before: string; safety: Backup }) {
    const { accounts, application, backups, database, restores } = this.#options
    return database.transaction(async (transaction) => {
      // Whoever asks, imports or deletes the account locks it first, too.
      await accounts.lock(transaction, restore.ownerId)
      await restores.renewWithin(transaction, restore.id)
      if (kept) {
        if (!(await backups.isKept(transaction, kept.safety.id))) throw safetyDeleted()
        const isSafe =
          (await application.lockedFingerprint(transaction, restore.ownerId)) === kept.before &&
          !(await application.isAnswering(transaction, restore.ownerId))
        if (!isSafe) throw new WrittenMeanwhileError('The account is not as it was kept safe.')
      }
      await application.requireComplete(transaction, restore)
      const preferences = await this.#restoreAccount(transaction, restore, { account, isRehearsal: false })
      const counts = await application.count(restore, transaction)
      await application.apply(transaction, restore)
      return { counts, preferences }
    })
  }

  #restoreAccount(
    transaction: Transaction,
    { mode, ownerId }: Restore,
    { account, isRehearsal }: { account: AccountRecord; isRehearsal: boolean },
  ): Promise<string[]> {
    const { avatar_url: avatarUrl, preferences } = account
    return this.#options.accounts.apply(transaction, ownerId, {
      account: { avatarUrl, preferences },
      mode,
      isRehearsal,
    })
  }

  /** Whoever waits for the answer need not wait for that. */
  #sweepLater(accountId: string): void {
    const { log } = this.#options
    const sweeping = this.sweep(this.#ending.signal, accountId).catch((err: unknown) => {
      if (!this.#ending.signal.aborted) log.warn({ err }, 'restore-not-swept')
    })
    this.#running.add(sweeping)
    void sweeping.then(() => this.#running.delete(sweeping))
  }
}

function safetyDeleted(): AppError {
  const detail = 'Restore again: what there is was to be kept safe first, and somebody has deleted that backup.'
  return new AppError('backup-not-found', detail)
}

function accountBusy(cause: WrittenMeanwhileError): AppError {
  return new AppError('account-busy', 'Stop what writes to the account, such as open chats, and restore again.', {
    cause,
  })
}
