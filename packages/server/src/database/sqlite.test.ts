import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppError } from '../app-error.ts'
import { type Database, openSqlite } from './database.ts'

let folder: string
let database: Database

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vektor-database-'))
  database = openSqlite(join(folder, 'vektor.db'))
  await database.write.schema.createTable('words', (table) => table.text('word'))
})

afterEach(async () => {
  await database[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

test('a transaction that the database has rolled back by itself fails with what went wrong, not with that', async () => {
  const failing = database.transaction(async (transaction) => {
    await transaction.raw('ROLLBACK')
    throw Object.assign(new Error('SQLITE_FULL: database or disk is full'), { code: 'SQLITE_FULL' })
  })
  await expect(failing).rejects.toMatchObject({ code: 'database-unavailable', retryAfterSeconds: 5 })
})

test('a transaction that is refused leaves nothing', async () => {
  const refusal = new AppError('conversation-busy', 'Wait.')
  const failing = database.transaction(async (transaction) => {
    await transaction('words').insert({ word: 'never' })
    throw refusal
  })
  await expect(failing).rejects.toBe(refusal)
  expect(await database.read('words')).toEqual([])
})

test('what is deleted is not in the file any more', async () => {
  await database.write('words').insert({ word: 'canary-in-the-coal-mine'.repeat(50) })
  await database.write('words').delete()
  await database.write.raw('PRAGMA wal_checkpoint(TRUNCATE)')
  expect((await readFile(join(folder, 'vektor.db'))).includes('canary-in-the-coal-mine')).toBe(false)
})

test('those who read do not wait for one who writes', async () => {
  await database.transaction(async (transaction) => {
    await transaction('words').insert({ word: 'uncommitted' })
    expect(await database.read('words')).toEqual([])
  })
  expect(await database.read('words')).toEqual([{ word: 'uncommitted' }])
})
