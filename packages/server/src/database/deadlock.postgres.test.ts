import { expect, test } from 'vitest'
import { openTestDatabase } from '../../test/support/test-database.ts'

test('transactions that wait for each other all succeed: the work of one is done again', async () => {
  await using opened = await openTestDatabase('deadlock')
  const { database } = opened
  await database.write.schema.createTable('counts', (table) => {
    table.text('name').primary()
    table.integer('value').notNullable()
  })
  await database.write('counts').insert(['one', 'other'].map((name) => ({ name, value: 0 })))
  const locked = { one: Promise.withResolvers<void>(), other: Promise.withResolvers<void>() }
  let calls = 0
  const count = (first: keyof typeof locked, second: keyof typeof locked) =>
    database.transaction(async (transaction) => {
      calls += 1
      await transaction('counts').where({ name: first }).increment('value', 1)
      locked[first].resolve()
      await locked[second].promise
      await transaction('counts').where({ name: second }).increment('value', 1)
      return first
    })
  expect(await Promise.all([count('one', 'other'), count('other', 'one')])).toEqual(['one', 'other'])
  expect(calls).toBe(3)
  expect(await database.read('counts').orderBy('name')).toEqual([
    { name: 'one', value: 2 },
    { name: 'other', value: 2 },
  ])
})

test('a transaction that is in the way each time is given up, to be tried again later', async () => {
  await using opened = await openTestDatabase('deadlock')
  let calls = 0
  const failing = opened.database.transaction(async (transaction) => {
    calls += 1
    await transaction.raw("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'serialization_failure'; END $$")
  })
  await expect(failing).rejects.toMatchObject({ code: 'database-unavailable' })
  expect(calls).toBe(3)
})
