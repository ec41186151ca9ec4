import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openSqlite } from '../../database/database.ts'
import { migrate } from '../../database/migrate.ts'
import { SearchIndex } from './search-index-repository.ts'
import { SearchLeftovers } from './search-leftovers-repository.ts'

const CONVERSATION = 'conversation'
const TEXTS = 2_000

let folder: string
let database: Database
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vektor-leftovers-'))
  database = openSqlite(join(folder, 'vektor.db'))
  await migrate(database)
  await database.write('accounts').insert({ ...ACCOUNT, created_at: 0, updated_at: 0 })
  const conversation = { id: CONVERSATION, owner_id: ACCOUNT.id, model: 'eliza', created_at: 0, updated_at: 0 }
  await database.write('conversations').insert({ ...conversation, message_count: TEXTS })
  await add(0, TEXTS)
})
afterEach(async () => {
  await database[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const ACCOUNT = {
  id: 'ana',
  email: 'a',
  email_key: 'a',
  username: 'a',
  username_key: 'a',
  password_hash: '',
  role: 'user',
}

/** None begins as another one does: the index stores what words that follow each other have in common only once. */
const wordOf = (number: number) => `${String(number).split('').toReversed().join('')}palabra${number}`

const isInFile = async (word: string) => {
  await database.write.raw('PRAGMA wal_checkpoint(TRUNCATE)')
  return (await readFile(join(folder, 'vektor.db'))).includes(word.slice(1))
}

async function add(from: number, to: number): Promise<void> {
  const index = new SearchIndex(database.dialect)
  for (let start = from; start < to; start += 50)
    await database.transaction((transaction) =>
      index.addTexts(
        transaction,
        ACCOUNT.id,
        Array.from({ length: 50 }, (_, at) => ({
          conversationId: CONVERSATION,
          messageId: `m${start + at}`,
          text: wordOf(start + at),
        })),
      ),
    )
}

const forget = (number: number) =>
  database.transaction((transaction) =>
    transaction('message_search')
      .where({ message_id: `m${number}` })
      .delete(),
  )

const find = (number: number) =>
  database
    .read('message_search')
    .whereRaw(database.dialect.hasWords, [database.dialect.allWords([wordOf(number)])])
    .pluck('message_id')

test('words of what was deleted are found no more at once, and are soon in no file', async () => {
  await forget(777)
  expect([await find(777), await find(778)]).toEqual([[], ['m778']])
  // The control: without that they would be.
  expect(await isInFile(wordOf(777))).toBe(true)
  await new SearchLeftovers(database).remove()
  expect([await isInFile(wordOf(777)), await isInFile(wordOf(778))]).toEqual([false, true])
  expect([await find(777), await find(778)]).toEqual([[], ['m778']])
})

test('what was left off is gone on with', async () => {
  await forget(777)
  const leftovers = new SearchLeftovers(database)
  await expect(leftovers.remove(AbortSignal.abort())).rejects.toThrow('aborted')
  await add(TEXTS, TEXTS + 200)
  await forget(1_555)
  await leftovers.remove()
  expect([await isInFile(wordOf(777)), await isInFile(wordOf(1_555))]).toEqual([false, false])
  expect(await database.read('search_leftovers')).toEqual([])
})

test('where nothing was deleted nothing is written', async () => {
  const count = async () => Object(await database.write.raw('SELECT total_changes() AS changes'))[0].changes
  const before = await count()
  await new SearchLeftovers(database).remove()
  expect(await count()).toBe(before)
})
