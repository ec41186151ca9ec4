import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SeededRandom } from '../../../test/support/seeded-random.ts'
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

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at)

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
    const texts = range(start, Math.min(start + 50, to)).map((number) => ({
      conversationId: CONVERSATION,
      messageId: `m${number}`,
      text: wordOf(number),
    }))
    await database.transaction((transaction) => index.addTexts(transaction, ACCOUNT.id, texts))
  }
}

const forget = (...numbers: number[]) =>
  database.transaction((transaction) =>
    transaction('message_search')
      .whereIn(
        'message_id',
        numbers.map((number) => `m${number}`),
      )
      .delete(),
  )

/** Of these, those with a word in the rows that the index consists of. */
async function leftInIndex(numbers: readonly number[]): Promise<number[]> {
  const blocks: Buffer[] = await database.read('message_search_words_data').pluck('block')
  const beginnings: Buffer[] = await database.read('message_search_words_idx').pluck('term')
  const index = Buffer.concat([...blocks, ...beginnings]).toString('latin1')
  return numbers.filter((number) => index.includes(endOf(number)))
}

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
    expect(await leftInIndex([number, number + 1])).toEqual([number + 1])
  }
})

/** Each of these waits for a step. */
async function letMerge(steps: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) await database.transaction((transaction) => transaction.raw('SELECT 1'))
}

test('from an index that is one part, while somebody writes another', async () => {
  await forget(0)
  const leftovers = new SearchLeftovers(database, 1)
  await leftovers.remove()
  await forget(777)
  const removing = leftovers.remove()
  await letMerge(5)
  await add(TEXTS, TEXTS + 1)
  await removing
  expect(await leftInIndex([777, TEXTS])).toEqual([TEXTS])
})

/** They are at the beginning of the index, so that they are among what is merged first. */
const FIRST = range(1, 11).map((number) => number * 10)

test('what is deleted meanwhile goes the next time', async () => {
  await forget(0)
  const leftovers = new SearchLeftovers(database, 1)
  const removing = leftovers.remove()
  await letMerge(5)
  await forget(...FIRST)
  await removing
  expect(await leftInIndex(FIRST)).not.toEqual([])
  await leftovers.remove()
  expect(await leftInIndex(FIRST)).toEqual([])
})

test('what was merged before it was deleted, and before the merge was left off', async () => {
  await forget(0)
  const leftovers = new SearchLeftovers(database, 1)
  const ending = new AbortController()
  const removing = leftovers.remove(ending.signal)
  await letMerge(5)
  ending.abort()
  await expect(removing).rejects.toThrow('aborted')
  await forget(...FIRST)
  await leftovers.remove()
  expect(await leftInIndex(FIRST)).toEqual([])
})

test('FTS5 merges by itself again once it is done', async () => {
  const automerge = () => database.read('message_search_words_config').where({ k: 'automerge' }).pluck('v')
  await forget(0)
  const leftovers = new SearchLeftovers(database, 1)
  const removing = leftovers.remove()
  await letMerge(5)
  expect(await automerge()).toEqual([0])
  await removing
  expect(await automerge()).toEqual([4])
})

test('whatever is written and deleted in between, and wherever it is left off', async () => {
  const random = new SeededRandom(13)
  const leftovers = new SearchLeftovers(database, 3)
  const [there, gone] = [new Set(range(0, TEXTS)), new Set<number>()]
  let next = TEXTS
  const write = async () => {
    const count = random.between(0, 59)
    await add(next, next + count)
    for (const number of range(next, next + count)) there.add(number)
    next += count
  }
  const erase = async () => {
    const some = [...there].filter(() => random.between(1, 40) === 1)
    for (const number of some) there.delete(number)
    await forget(...some)
    for (const number of some) gone.add(number)
  }
  for (let round = 0; round < 40; round += 1) {
    await erase()
    const before = [...gone]
    const ending = new AbortController()
    const removing = leftovers.remove(ending.signal).then(
      () => true,
      (error) => {
        if (!ending.signal.aborted) throw error
        return false
      },
    )
    for (let count = random.between(0, 5); count > 0; count -= 1) await (random.between(0, 1) === 0 ? write() : erase())
    if (random.between(1, 3) === 1) ending.abort()
    if (await removing) expect([round, await leftInIndex(before)]).toEqual([round, []])
  }
  await leftovers.remove()
  expect(await leftInIndex([...gone])).toEqual([])
  await database.write.raw(`INSERT INTO message_search_words (message_search_words) VALUES ('integrity-check')`)
  const found = await database.read('message_search').whereRaw(database.dialect.hasWords, [`"_${ACCOUNT.id}"`])
  expect(found).toHaveLength(there.size)
})

test('its levels do not grow for ever', async () => {
  const leftovers = new SearchLeftovers(database)
  await forget(...range(100, TEXTS))
  for (const number of range(0, 80)) {
    await forget(number)
    await leftovers.remove()
  }
  const { block } = await database.read('message_search_words_data').where({ id: 10 }).first()
  // Behind a cookie and a magic number. FTS5 reads no index of more than 2,000, and this one must not come near.
  expect(block.readUInt8(8)).toBeLessThan(70)
})

test('where nothing was deleted nothing is written', async () => {
  const count = async () => Object(await database.write.raw('SELECT total_changes() AS changes'))[0].changes
  const before = await count()
  await new SearchLeftovers(database).remove()
  expect(await count()).toBe(before)
})
