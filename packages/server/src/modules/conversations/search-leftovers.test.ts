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
  // As many pages as a large index has.
  await database.write.raw(`INSERT INTO message_search_words (message_search_words, rank) VALUES ('pgsz', 64)`)
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

/** What a word has in common with the one before it the index stores only once: no two have their ends in common. */
const endOf = (number: number) => `palabra${number}fin`
const wordOf = (number: number) => `${String(number).split('').toReversed().join('')}${endOf(number)}`

const isInFile = async (number: number) => {
  await database.write.raw('PRAGMA wal_checkpoint(TRUNCATE)')
  return (await readFile(join(folder, 'vektor.db'))).includes(endOf(number))
}

async function add(from: number, to: number): Promise<void> {
  const index = new SearchIndex(database.dialect)
  for (let start = from; start < to; start += 50) {
    const numbers = Array.from({ length: Math.min(50, to - start) }, (_, at) => start + at)
    const texts = numbers.map((number) => ({
      conversationId: CONVERSATION,
      messageId: `m${number}`,
      text: wordOf(number),
    }))
    await database.transaction((transaction) => index.addTexts(transaction, ACCOUNT.id, texts))
  }
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
  expect(await isInFile(777)).toBe(true)
  await new SearchLeftovers(database).remove()
  expect([await isInFile(777), await isInFile(778)]).toEqual([false, true])
  expect([await find(777), await find(778)]).toEqual([[], ['m778']])
})

test('what was left off is gone on with, whatever is written in between', async () => {
  await forget(777)
  const leftovers = new SearchLeftovers(database, 1)
  await expect(leftovers.remove(AbortSignal.abort())).rejects.toThrow('aborted')
  expect(await isInFile(777)).toBe(true)
  await add(TEXTS, TEXTS + 200)
  await forget(1_555)
  await leftovers.remove()
  expect([await isInFile(777), await isInFile(1_555)]).toEqual([false, false])
  expect(await database.read('search_leftovers')).toEqual([])
})

test('of those who want it at once each finds it done', async () => {
  const leftovers = new SearchLeftovers(database, 1)
  const numbers = [777, 888, 999]
  await Promise.all(
    numbers.map(async (number) => {
      await forget(number)
      await leftovers.remove()
      expect(await isInFile(number)).toBe(false)
    }),
  )
})

test('however few words there are, and however often', async () => {
  const leftovers = new SearchLeftovers(database)
  await database.write('message_search').delete()
  for (let number = TEXTS; number < TEXTS + 60; number += 2) {
    await add(number, number + 1)
    await add(number + 1, number + 2)
    await forget(number)
    await leftovers.remove()
    expect([number, await isInFile(number), await isInFile(number + 1)]).toEqual([number, false, true])
  }
})

test('where nothing was deleted nothing is written', async () => {
  const count = async () => Object(await database.write.raw('SELECT total_changes() AS changes'))[0].changes
  const before = await count()
  await new SearchLeftovers(database).remove()
  expect(await count()).toBe(before)
})
