import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTestDatabase } from '../../test/support/test-database.ts'
import type { Database } from './database.ts'
import { migrate } from './migrate.ts'

let opened: Awaited<ReturnType<typeof openTestDatabase>>
let database: Database

beforeEach(async () => {
  opened = await openTestDatabase('database')
  database = opened.database
})
afterEach(() => opened[Symbol.asyncDispose]())

const ACCOUNT = {
  id: 'ana',
  email: 'Ana@example.org',
  email_key: 'ana@example.org',
  username: 'Ana',
  username_key: 'ana',
  password_hash: '',
  role: 'user',
  created_at: Date.UTC(2026, 0, 1, 12, 0, 0, 123),
  updated_at: Date.UTC(9999, 11, 31),
}

describe('on either database', () => {
  test('what is read is what was written: texts, numbers, times, JSON and nothing', async () => {
    const json = JSON.stringify({ key: 'ñ', list: [1, 2.5, null, true], text: '"\\\n' })
    await database.write('accounts').insert({ ...ACCOUNT, username: '🦊 e\u0301 ÿ', avatar_url: json })
    expect(await database.read('accounts').first()).toMatchObject({
      ...ACCOUNT,
      username: '🦊 e\u0301 ÿ',
      avatar_url: json,
      last_sequence: 0,
    })
    await database.write('accounts').update({ avatar_url: null })
    expect(await database.read('accounts').first()).toMatchObject({ avatar_url: null })
  })

  test('counts, sums, averages and comparisons are numbers', async () => {
    await database.write('accounts').insert(ACCOUNT)
    const columns = `count(*) AS count, sum(created_at) AS sum, avg(last_sequence) AS average, max(updated_at) AS newest,
      sum(CASE WHEN role = 'user' THEN 1 ELSE 0 END) AS users, count(*) > 0 AS is_any, ${database.dialect.now} AS now`
    const row = await database.read('accounts').first(database.read.raw(columns))
    const { created_at: sum, updated_at: newest } = ACCOUNT
    expect(row).toEqual({ count: 1, sum, average: 0, newest, users: 1, is_any: 1, now: expect.any(Number) })
    expect(Math.abs(row.now - Date.now())).toBeLessThan(5_000)
  })

  test('a unique value that is there already is told by its columns', async () => {
    await database.write('accounts').insert(ACCOUNT)
    const again = { ...ACCOUNT, id: 'other', username_key: 'other' }
    const error: unknown = await database
      .write('accounts')
      .insert(again)
      .then(undefined, (cause: unknown) => cause)
    const isViolationOf = (columns: string) => database.dialect.isUniqueViolation(error, columns)
    expect(isViolationOf('accounts.email_key')).toBe(true)
    expect(isViolationOf('accounts.username_key')).toBe(false)

    const device = { account_id: 'ana', id: 'phone', name: '', created_at: 0, last_seen_at: 0 }
    await database.write('devices').insert(device)
    const twice: unknown = await database
      .write('devices')
      .insert(device)
      .then(undefined, (cause: unknown) => cause)
    expect(database.dialect.isUniqueViolation(twice, 'devices.account_id, devices.id')).toBe(true)
  })

  test('a transaction that fails leaves nothing behind', async () => {
    const failing = database.transaction(async (transaction) => {
      await transaction('accounts').insert(ACCOUNT)
      throw new TypeError('of mine')
    })
    await expect(failing).rejects.toThrow('of mine')
    expect(await database.read('accounts')).toEqual([])
  })

  test('the way for reading writes nothing', async () => {
    await expect(database.read('accounts').insert(ACCOUNT)).rejects.toThrow()
    expect(await database.read('accounts')).toEqual([])
  })

  test('reading does not wait for a writer that does not come to an end', async () => {
    await database.write('accounts').insert(ACCOUNT)
    const unblock = await opened.block()
    expect(await database.read('accounts').first('id')).toEqual({ id: 'ana' })
    await unblock()
  })

  test('writing waits for another writer only so long, and then says to try again', async () => {
    const unblock = await opened.block()
    const writing = database.transaction((transaction) => transaction('accounts').insert(ACCOUNT))
    await expect(writing).rejects.toMatchObject({ code: 'database-unavailable', retryAfterSeconds: 5 })
    await unblock()
  })

  test('an error names neither the statement nor its values', async () => {
    const reading = database.guard(() => database.read('accounts').where({ nothing: 'canary' }))
    const error: unknown = await reading.then(undefined, (cause: unknown) => cause)
    expect(error).toBeInstanceOf(Error)
    expect(`${error}`).toMatch(/^DatabaseError: The database refused a statement \(\w+\)\.$/)
  })

  test('migrations that somebody died in the middle of are run again', async () => {
    await database.write('knex_migrations_lock').update({ is_locked: 1 })
    await expect(migrate(database)).resolves.toEqual([])
  })
})
