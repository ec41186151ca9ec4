import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DIALECT, openTestDatabase } from '../../test/support/test-database.ts'
import type { Database } from './database.ts'

const UNAVAILABLE = { code: 'database-unavailable' }

let opened: Awaited<ReturnType<typeof openTestDatabase>>
let database: Database
beforeAll(async () => {
  opened = await openTestDatabase('settings')
  database = opened.database
  await database.write.schema.createTable('things', (table) => {
    table.text('name').primary()
    table.integer('small')
    table.bigInteger('large')
    table.boolean('truth')
    table.text('words')
  })
})
afterAll(() => opened[Symbol.asyncDispose]())

test.each([
  ['the largest whole number', { large: Number.MAX_SAFE_INTEGER }],
  ['the smallest whole number', { large: Number.MIN_SAFE_INTEGER }],
  ['a small number', { small: -2_147_483_648 }],
  ['the milliseconds of a time', { large: Date.UTC(2026, 0, 1, 12, 0, 0, 123) }],
  ['the milliseconds of a time before 1970', { large: Date.UTC(1969, 6, 20, 20, 17, 40, 999) }],
  ['JSON', { words: JSON.stringify({ a: [1, 0.1, null, true], ñ: '\u2028 "\\" 😀', empty: {} }) }],
  ['JSON that is spaced and ordered as no database would', { words: '{ "b": 1,\n  "a": 1e2, "a": 2 }' }],
  ['an empty text', { words: '' }],
  ['nothing', { small: null, large: null, truth: null, words: null }],
])('%s comes back as it was stored', async (name, thing) => {
  await database.write('things').insert({ name, ...thing })
  expect(await database.read('things').where({ name }).first()).toMatchObject(thing)
})

test('a truth comes back as 1 or 0', async () => {
  await database.write('things').insert([
    { name: 'true', truth: true },
    { name: 'false', truth: false },
  ])
  const truths = database.read('things').whereIn('name', ['true', 'false']).orderBy('name', 'desc').pluck('truth')
  expect(await truths).toEqual([1, 0])
})

test('what is counted, added up and averaged is a number', async () => {
  const numbers = ['one', 'two'].map((name, index) => ({ name, small: index + 1, large: 2 ** 40 + index }))
  await database.write('things').insert(numbers)
  const things = database.read('things').whereIn('name', ['one', 'two'])
  const found = things.count({ count: '*' }).sum({ sum: 'large' }).avg({ average: 'small' }).first()
  expect(await found).toEqual({ count: 2, sum: 2 ** 41 + 1, average: 1.5 })
})

test('a connection for reading writes nothing', async () => {
  const writing = database.guard(async () => database.read('things').insert({ name: 'written by a reader' }))
  await expect(writing).rejects.toMatchObject(UNAVAILABLE)
})

if (DIALECT === 'sqlite')
  describe('SQLite', () => {
    test.each(['read', 'write'] as const)('is durable, patient and strict on each connection to %s', async (way) => {
      const pragma = async (name: string) => Object.values((await database[way].raw(`PRAGMA ${name}`))[0])[0]
      const names = ['journal_mode', 'synchronous', 'busy_timeout', 'foreign_keys', 'secure_delete', 'query_only']
      const settings: Record<string, unknown> = {}
      for (const name of names) settings[name] = await pragma(name)
      expect(settings).toEqual({
        journal_mode: 'wal',
        // FULL: what was acknowledged survives a power cut.
        synchronous: 2,
        busy_timeout: 5_000,
        foreign_keys: 1,
        secure_delete: 1,
        query_only: way === 'read' ? 1 : 0,
      })
    })
  })

if (DIALECT === 'postgresql')
  describe('PostgreSQL', () => {
    test.each(['read', 'write'] as const)('is not asked to %s for longer than a statement may take', async (way) => {
      const { rows } = await database[way].raw('SHOW statement_timeout')
      expect(rows).toEqual([{ statement_timeout: '30s' }])
      const slow = database.guard(() =>
        database[way].transaction(async (transaction) => {
          await transaction.raw('SET LOCAL statement_timeout = 50')
          await transaction.raw('SELECT pg_sleep(10)')
        }),
      )
      await expect(slow).rejects.toMatchObject(UNAVAILABLE)
    })

    test('does not let a transaction wait for another one for ever, nor for a client that has gone silent', async () => {
      const { rows } = await database.write.raw('SHOW idle_in_transaction_session_timeout')
      expect(rows).toEqual([{ idle_in_transaction_session_timeout: '10s' }])
      await database.write('things').insert({ name: 'wanted' })
      const wanted = () => database.write('things').where({ name: 'wanted' })
      const startedAt = performance.now()
      await database.transaction(async (transaction) => {
        await wanted().transacting(transaction).forUpdate()
        const other = database.transaction((other) => wanted().transacting(other).update({ small: 1 }))
        await expect(other).rejects.toMatchObject(UNAVAILABLE)
      })
      expect(performance.now() - startedAt).toBeLessThan(15_000)
    })
  })
