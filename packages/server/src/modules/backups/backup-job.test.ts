import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { openTestDatabase } from '../../../test/support/test-database.ts'
import { newId } from '../../id.ts'
import { Spool } from '../../spool.ts'
import type { ArchiveStorage } from '../../storage/archive-storage.ts'
import { FolderStorage } from '../../storage/folder-storage.ts'
import { AccountArchive } from '../accounts/index.ts'
import { ConversationArchive } from '../conversations/index.ts'
import type { Backup } from './backup.ts'
import { BackupJob } from './backup-job.ts'
import { BackupRepository } from './repository.ts'
import { Retention } from './retention.ts'

/** An account with a backup that is to be made. */
async function openFixture() {
  const opened = await openTestDatabase('backup-job')
  const { database, folder } = opened
  const accountId = newId()
  const names = {
    email: 'ana',
    email_key: 'ana',
    username: 'ana',
    username_key: 'ana',
    password_hash: '',
    role: 'user',
  }
  await database.write('accounts').insert({ id: accountId, ...names, created_at: 0, updated_at: 0 })
  const storage = await FolderStorage.open(join(folder, 'backups'))
  const backups = new BackupRepository(database)
  const backup: Backup = {
    id: newId(),
    accountId,
    origin: 'requested',
    status: 'in_progress',
    createdAt: 0,
    completedAt: null,
    progress: 0,
    counts: { conversations: 0, messages: 0 },
    recipients: [],
    archiveId: null,
    storedArchives: [],
    size: null,
    sha256: null,
    error: null,
  }
  await database.transaction((transaction) => backups.insert(transaction, backup))
  const spool = await Spool.open(join(folder, 'spool'), { isOurs: true })
  const run = (store: ArchiveStorage['store'] = (...archive) => storage.store(...archive)) => {
    const kept: ArchiveStorage = {
      store,
      read: (...range) => storage.read(...range),
      delete: (key) => storage.delete(key),
      check: () => storage.check(),
    }
    const now = Date.now
    const job = new BackupJob({
      database,
      backups,
      accounts: new AccountArchive(),
      conversations: new ConversationArchive(),
      storage: kept,
      retention: new Retention({ database, backups, storage: kept, keepOf: async () => 10, now }),
      spool,
      createdBy: 'test',
      log: pino({ enabled: false }),
      now,
    })
    return job.run(backup.id, { signal: new AbortController().signal, attempt: 1 })
  }
  return {
    run,
    storage,
    find: () => backups.findAny(backup.id),
    archives: () => readdir(join(folder, 'backups', accountId)),
    [Symbol.asyncDispose]: opened[Symbol.asyncDispose],
  }
}

/** An attempt waits before its archive is stored, and then after it, until it is told to go on. */
function pausing(storage: ArchiveStorage, where: 'before' | 'after') {
  const reached = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  const pause = async () => {
    reached.resolve()
    await goOn.promise
  }
  const store: ArchiveStorage['store'] = async (...archive) => {
    if (where === 'before') await pause()
    await storage.store(...archive)
    if (where === 'after') await pause()
  }
  return { store, reached: reached.promise, goOn: goOn.resolve }
}

test.each(['before', 'after'] as const)(
  'of two attempts at once, as after a server was taken for dead, the later one counts: the earlier one waits %s it stores',
  async (where) => {
    await using fixture = await openFixture()
    const earlier = pausing(fixture.storage, where)
    const running = fixture.run(earlier.store)
    await earlier.reached
    await fixture.run()
    const completed = await fixture.find()
    expect(completed).toMatchObject({ backup: { status: 'completed' }, isDeleted: false })
    earlier.goOn()
    await running
    expect(await fixture.find()).toEqual(completed)
    expect(await fixture.archives()).toEqual([`${completed?.backup.archiveId}.tar.gz`])
  },
)

test('an attempt that has begun later, and is not yet over, is not disturbed by the earlier one', async () => {
  await using fixture = await openFixture()
  const [earlier, later] = [pausing(fixture.storage, 'before'), pausing(fixture.storage, 'after')]
  const works = [fixture.run(earlier.store)]
  await earlier.reached
  works.push(fixture.run(later.store))
  await later.reached
  earlier.goOn()
  await works[0]
  later.goOn()
  await Promise.all(works)
  const completed = await fixture.find()
  expect(completed).toMatchObject({ backup: { status: 'completed' }, isDeleted: false })
  expect(await fixture.archives()).toEqual([`${completed?.backup.archiveId}.tar.gz`])
})
