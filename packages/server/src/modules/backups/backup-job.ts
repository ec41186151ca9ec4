import type { Database, Snapshot } from '../../database/database.ts'
import { newId } from '../../id.ts'
import type { JobContext, JobHandler } from '../../jobs/runner.ts'
import type { Log } from '../../log.ts'
import type { Spool } from '../../spool.ts'
import type { ArchiveStorage } from '../../storage/archive-storage.ts'
import type { AccountArchive } from '../accounts/index.ts'
import type { ConversationArchive } from '../conversations/index.ts'
import { type AccountRecord, toConversationRecord, toMessageRecord, toTimestamp } from './archive/records.ts'
import {
  type Content,
  packArchive,
  type SpooledContent,
  spoolContent,
  type WrittenArchive,
} from './archive/write-archive.ts'
import { type Backup, keyOf } from './backup.ts'
import { Progress, UnwantedError } from './progress.ts'
import type { Attempt, BackupRepository } from './repository.ts'
import type { Retention } from './retention.ts'
import { diskCodeOf } from './storage-failure.ts'

export interface BackupJobOptions {
  database: Database
  backups: BackupRepository
  accounts: AccountArchive
  conversations: ConversationArchive
  storage: ArchiveStorage
  retention: Retention
  spool: Spool
  /** The program and its version. */
  createdBy: string
  log: Log
  /** Epoch milliseconds. */
  now(): number
}

/** How much of the work is to read: the rest is to compress. */
const READING = 0.5

/** Makes the archive of a backup that was asked for. It may begin again after a crash: nothing is kept of half a one. */
export class BackupJob implements JobHandler {
  readonly #options: BackupJobOptions

  constructor(options: BackupJobOptions) {
    this.#options = options
  }

  async run(id: string, { signal }: JobContext): Promise<void> {
    const { backups, now, retention, storage } = this.#options
    const found = await backups.findAny(id)
    if (found?.backup.status !== 'in_progress') return
    const { backup } = found
    const archiveId = newId()
    // From here on an attempt of another server that is still at it can complete nothing.
    const earlier = await backups.begin(id, { archiveId, createdAt: now() })
    try {
      if (!earlier) throw new UnwantedError('The backup was deleted before it was begun.')
      for (const other of earlier) await this.#deleteArchive(backup, other)
      await this.#make(backup, archiveId, signal)
    } catch (error) {
      if (!(error instanceof UnwantedError)) throw error
      if (earlier) await storage.delete(keyOf(backup, archiveId))
      await backups.giveUp(id, earlier ? archiveId : backup.archiveId, now())
      await retention.sweep(backup.accountId)
    }
  }

  async abandon(id: string, reason: unknown): Promise<void> {
    const { backups, now } = this.#options
    const { backup } = (await backups.findAny(id)) ?? {}
    await backups.fail(id, reasonOf(reason), now())
    // An attempt may have come so far. A storage that cannot be used keeps no backup from failing: its row knows the archive.
    for (const archiveId of backup?.storedArchives ?? []) {
      if (backup) await this.#deleteArchive(backup, archiveId).catch(() => undefined)
    }
  }

  async #deleteArchive(backup: Backup, archiveId: string): Promise<void> {
    const { backups, storage } = this.#options
    await storage.delete(keyOf(backup, archiveId))
    await backups.forgetArchive(backup.id, archiveId)
  }

  async #make(backup: Backup, archiveId: string, ending: AbortSignal): Promise<void> {
    const { backups } = this.#options
    const attempt = { id: backup.id, archive_id: archiveId }
    using progress = new Progress((fraction, counts) => backups.advance(attempt, fraction, counts))
    try {
      await this.#produce(backup, { attempt, progress, signal: AbortSignal.any([ending, progress.unwanted]) })
    } catch (error) {
      // Whatever broke off because of it says so in words of its own.
      throw progress.unwanted.aborted ? progress.unwanted.reason : error
    }
  }

  async #produce(
    backup: Backup,
    { attempt, progress, signal }: { attempt: Attempt; progress: Progress; signal: AbortSignal },
  ): Promise<void> {
    const { backups, createdBy, database, now, retention, spool, storage } = this.#options
    const archiveId = attempt.archive_id
    await using folder = await spool.makeFolder()
    const createdAt = now()
    const content = await database.snapshot((snapshot) =>
      this.#read(snapshot, backup.accountId, { folder: folder.path, signal, progress }),
    )
    const archive = await packArchive(content, {
      folder: folder.path,
      createdAt,
      createdBy,
      recipients: backup.recipients,
      signal,
      onPacked: (fraction) => {
        progress.fraction = READING + (1 - READING) * fraction
      },
    })
    await storage.store(keyOf(backup, archiveId), archive.path, signal)
    if (!(await backups.complete(attempt, archive, now())))
      throw new UnwantedError('The backup was deleted, or made by another server.')
    this.#report(backup, archive)
    await retention.retire(backup.accountId)
  }

  async #read(
    snapshot: Snapshot,
    accountId: string,
    { progress, ...spool }: { folder: string; signal: AbortSignal; progress: Progress },
  ): Promise<SpooledContent> {
    const { accounts, conversations } = this.#options
    const account = await accounts.find(snapshot, accountId)
    if (!account) throw new UnwantedError('The account was deleted.')
    const expected = await conversations.count(snapshot, accountId)
    const content: Content = {
      'account.json': single({
        id: account.id,
        email: account.email,
        username: account.username,
        avatar_url: account.avatarUrl,
        created_at: toTimestamp(account.createdAt),
        preferences: account.preferences,
      } satisfies AccountRecord),
      'conversations.ndjson': counted(
        conversations.conversations(snapshot, accountId),
        toConversationRecord,
        (count) => {
          progress.counts.conversations += count
        },
      ),
      'messages.ndjson': counted(readAhead(conversations.messages(snapshot, accountId)), toMessageRecord, (count) => {
        progress.counts.messages += count
        progress.fraction = (READING * progress.counts.messages) / Math.max(expected.messages, progress.counts.messages)
      }),
    }
    return spoolContent(content, spool)
  }

  #report({ id, accountId, origin }: Backup, { counts, size }: WrittenArchive): void {
    this.#options.log.info({ backup: id, account: accountId, origin, ...counts, size }, 'backup-completed')
  }
}

/** Asks for the next one while the last one is worked on. */
async function* readAhead<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]()
  try {
    for (let next = iterator.next(); ; ) {
      const { done, value } = await next
      if (done) return
      next = iterator.next()
      // Whoever asks for it hears of its failure.
      next.catch(() => undefined)
      yield value
    }
  } finally {
    await iterator.return?.()
  }
}

async function* single(record: object): AsyncGenerator<object[]> {
  yield [record]
}

async function* counted<Item, Record extends object>(
  batches: AsyncIterable<readonly Item[]>,
  toRecord: (item: Item) => Record,
  onRead: (count: number) => void,
): AsyncGenerator<Record[]> {
  for await (const items of batches) {
    yield items.map(toRecord)
    onRead(items.length)
  }
}

/** For whoever asked for the backup: what only the operator understands is in the log. */
function reasonOf(reason: unknown): string {
  if (['EDQUOT', 'EFBIG', 'ENOSPC'].includes(diskCodeOf(reason) ?? ''))
    return 'The disk of the server is full: tell its operator, and make a new backup then.'
  if (reason instanceof Error && reason.name === 'StorageError')
    return 'The storage for archives cannot be used: tell the operator of the server, and make a new backup then.'
  return 'The server failed each time it tried: tell its operator, whose log says why.'
}
