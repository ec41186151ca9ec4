import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { findRecipientFaults } from '../../age-recipients.ts'
import { AppError } from '../../app-error.ts'
import type { Database, Transaction } from '../../database/database.ts'
import { newId } from '../../id.ts'
import type { JobRunner } from '../../jobs/runner.ts'
import type { Places } from '../../places.ts'
import { type ArchiveStorage, type ByteRange, StorageError } from '../../storage/archive-storage.ts'
import { readArchive } from './archive/read-archive.ts'
import { type Backup, backupNotFound, type CompleteBackup, keyOf, requireComplete } from './backup.ts'
import type { LocalCopies } from './local-copies.ts'
import type { BackupRepository } from './repository.ts'
import type { Retention } from './retention.ts'
import { usingStorage } from './storage-failure.ts'

export interface BackupServiceOptions {
  database: Database
  backups: BackupRepository
  jobs: JobRunner
  storage: ArchiveStorage
  copies: LocalCopies
  places: Places
  retention: Retention
  /** To whom an account wants its backups encrypted, unless it says otherwise. */
  recipientsOf(accountId: string): Promise<readonly string[]>
  /** Epoch milliseconds. */
  now(): number
}

/** What backup to make. */
interface Wish {
  origin: keyof typeof JOB_OF
  recipients: readonly string[]
}

/** One that was just begun. */
export interface BegunBackup {
  backup: Backup
  announce(): void
}

/** Each is a long work: whoever asks for more waits. A restore, of which each account has one at a time, asks for three at most. */
const MOST_UNFINISHED = { safety: Number.POSITIVE_INFINITY, requested: 3, scheduled: 1 } as const

/** Somebody waits for all but those that are scheduled, of which very many may be due at once. */
const JOB_OF = { safety: 'safety-backup', requested: 'backup', scheduled: 'scheduled-backup' } as const

/** How long to wait for backups of a deleted account to be given up. */
const PATIENCE_MS = 10_000

/** The backups of each account. */
export class BackupService {
  readonly #options: BackupServiceOptions

  constructor(options: BackupServiceOptions) {
    this.#options = options
  }

  /** Begins a backup. `recipients` that are left out are those of the account. */
  async create(accountId: string, recipients?: readonly string[]): Promise<Backup> {
    const chosen = recipients ?? (await this.recipientsOf(accountId))
    const fields = await findRecipientFaults(chosen, '/recipients')
    if (fields.length > 0) throw new AppError('invalid-request', 'Correct the fields listed in "errors".', { fields })
    return this.#begin(accountId, { origin: 'requested', recipients: chosen })
  }

  /** Begins one of what there is, before it is replaced: however many there are already. */
  async keepSafe(accountId: string): Promise<Backup> {
    return this.#begin(accountId, { origin: 'safety', recipients: await this.recipientsOf(accountId) })
  }

  /** To whom an account wants its backups encrypted. */
  recipientsOf(accountId: string): Promise<readonly string[]> {
    return this.#options.recipientsOf(accountId)
  }

  list(accountId: string): Promise<Backup[]> {
    return this.#options.backups.list(accountId)
  }

  async get(accountId: string, id: string): Promise<Backup> {
    const backup = await this.#options.backups.find(accountId, id)
    if (!backup) throw backupNotFound()
    return backup
  }

  /** What is being made is given up by its job, soon. */
  async delete(accountId: string, id: string): Promise<void> {
    const { backups, now, retention } = this.#options
    if (!(await backups.markDeleted(accountId, id, now()))) throw backupNotFound()
    await retention.sweep(accountId).catch(ignoreStorage)
  }

  /** Its archive is to be had with `read`. */
  async getComplete(accountId: string, id: string): Promise<CompleteBackup> {
    return requireComplete(await this.get(accountId, id))
  }

  /** The bytes of the archive, or a part of them. */
  async read(backup: CompleteBackup, range?: ByteRange): Promise<Readable> {
    return usingStorage(() => this.#options.storage.read(keyOf(backup, backup.archiveId), range))
  }

  /** @throws AppError `archive-invalid` if the archive could not be restored */
  async verify(accountId: string, id: string): Promise<Backup> {
    const backup = await this.getComplete(accountId, id)
    using _place = this.#options.places.take()
    await using copy = await usingStorage(() => this.#options.copies.of(backup))
    if (backup.recipients.length === 0) await readArchive(copy.path, { limitBytes: Number.POSITIVE_INFINITY })
    return backup
  }

  /** Deletes all that is kept of an account, or fails: what is left is gone on with another time. */
  async deleteAll(accountId: string, signal?: AbortSignal): Promise<void> {
    const { backups, now, retention } = this.#options
    const deadline = Date.now() + PATIENCE_MS
    for (;;) {
      await backups.markAllDeleted(accountId, now())
      await usingStorage(() => retention.sweep(accountId))
      if (!(await backups.hasAny(accountId))) return
      signal?.throwIfAborted()
      if (Date.now() > deadline)
        throw new AppError('busy', 'Wait until the backup that is being made of the account is given up.')
      await delay(100)
    }
  }

  /**
   * Begins one in the caller's transaction. `announce` is to be called after the commit. Nothing, if it has too many already, or
   * the account is gone.
   */
  async beginWithin(transaction: Transaction, accountId: string, wish: Wish): Promise<BegunBackup | undefined> {
    const { backups, jobs } = this.#options
    if (!(await backups.lockAccount(transaction, accountId))) return undefined
    const unfinished = await backups.countUnfinished(transaction, accountId, wish.origin)
    if (unfinished >= MOST_UNFINISHED[wish.origin]) return undefined
    const backup = blankBackup(accountId, wish, this.#options.now())
    await backups.insert(transaction, backup)
    const { announce } = await jobs.enqueue(transaction, JOB_OF[wish.origin], backup.id)
    return { backup, announce }
  }

  async #begin(accountId: string, wish: Wish): Promise<Backup> {
    const { backups, database } = this.#options
    const begun = await database.transaction(async (transaction) => {
      await backups.requireAccount(transaction, accountId)
      return this.beginWithin(transaction, accountId, wish)
    })
    if (!begun) throw new AppError('too-many-backups', 'Wait until one of the backups that are being made is complete.')
    begun.announce()
    return begun.backup
  }
}

function blankBackup(accountId: string, { origin, recipients }: Wish, createdAt: number): Backup {
  return {
    id: newId(),
    accountId,
    origin,
    status: 'in_progress',
    createdAt,
    completedAt: null,
    progress: 0,
    counts: { conversations: 0, messages: 0 },
    recipients,
    archiveId: null,
    storedArchives: [],
    size: null,
    sha256: null,
    error: null,
  }
}

/** What is marked is no backup any more; its archive is deleted as soon as that can be done. */
function ignoreStorage(error: unknown): void {
  if (!(error instanceof StorageError)) throw error
}
