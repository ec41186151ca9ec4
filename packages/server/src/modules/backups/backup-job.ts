import type { Database, Snapshot } from '../../database/database.ts'
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
import type { BackupRepository } from './repository.ts'
import type { Retention } from './retention.ts'

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
    const found = await this.#options.backups.findAny(id)
    if (found?.backup.status !== 'in_progress') return
    try {
      if (found.isDeleted) throw new UnwantedError('The backup was deleted before it was begun.')
      await this.#make(found.backup, signal)
    } catch (error) {
      if (!(error instanceof UnwantedError)) throw error
      await this.#discard(found.backup)
    }
  }

  async abandon(id: string, reason: unknown): Promise<void> {
    const { backups, now } = this.#options
    await backups.fail(id, reasonOf(reason), now())
  }

  async #make(backup: Backup, ending: AbortSignal): Promise<void> {
    const { backups, createdBy, database, now, retention, spool, storage } = this.#options
    using progress = new Progress((fraction, counts) => backups.advance(backup.id, fraction, counts))
    const signal = AbortSignal.any([ending, progress.unwanted])
    await using folder = await spool.makeFolder()
    const createdAt = now()
    if (!(await backups.begin(backup.id, createdAt))) throw new UnwantedError('The backup was deleted.')
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
    await storage.store(keyOf(backup), archive.path, signal)
    await this.#complete(backup, archive)
    await retention.apply(backup.accountId)
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
      'messages.ndjson': counted(conversations.messages(snapshot, accountId), toMessageRecord, (count) => {
        progress.counts.messages += count
        progress.fraction = (READING * progress.counts.messages) / Math.max(expected.messages, progress.counts.messages)
      }),
    }
    return spoolContent(content, spool)
  }

  async #complete(backup: Backup, archive: WrittenArchive): Promise<void> {
    const { backups, database, log, now } = this.#options
    const isWanted = await database.transaction((transaction) =>
      backups.complete(transaction, backup.id, archive, now()),
    )
    if (!isWanted) throw new UnwantedError('The backup was deleted when it was nearly done.')
    const { counts, size } = archive
    log.info(
      { backup: backup.id, account: backup.accountId, origin: backup.origin, ...counts, size },
      'backup-completed',
    )
  }

  /** It has the row to itself: whoever deletes a backup leaves one that is in progress to its job. */
  async #discard(backup: Backup): Promise<void> {
    const { backups, storage } = this.#options
    await storage.delete(keyOf(backup))
    await backups.remove(backup.id)
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
  const code = reason instanceof Error && 'code' in reason ? reason.code : undefined
  if (code === 'ENOSPC') return 'The disk of the server is full: tell its operator, and make a new backup then.'
  if (reason instanceof Error && reason.name === 'StorageError')
    return 'The storage for archives cannot be used: tell the operator of the server, and make a new backup then.'
  return 'The server failed each time it tried: tell its operator, whose log says why.'
}
