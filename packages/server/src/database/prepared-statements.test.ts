import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openSqlite } from './database.ts'

let folder: string
let database: Database
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vektor-statements-'))
  database = openSqlite(join(folder, 'vektor.db'))
  await database.write.schema.createTable('things', (table) => table.integer('id').primary())
})
// Closing fails while a statement is kept.
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

test('more forms of statements may be asked than are kept', async () => {
  for (const _ of [1, 2]) {
    for (let form = 0; form < 250; form += 1) {
      expect(await database.read.raw(`SELECT ? AS given, ${form} AS form`, [form])).toEqual([{ given: form, form }])
    }
  }
})

test('a statement that failed fails again for the same reason only, and holds nothing up', async () => {
  await database.write('things').insert({ id: 1 })
  for (const _ of [1, 2]) await expect(database.write('things').insert({ id: 1 })).rejects.toThrow('UNIQUE')
  for (const _ of [1, 2]) await expect(database.write('nowhere').select()).rejects.toThrow('no such table')
  await database.write('things').insert({ id: 2 })
  expect(await database.read('things').pluck('id')).toEqual([1, 2])
})

test('a kept statement sees a table as it has become', async () => {
  const ask = () => database.write('things').where({ id: 2 }).first()
  expect(await ask()).toEqual({ id: 2 })
  await database.write.schema.alterTable('things', (table) => table.text('name'))
  expect(await ask()).toEqual({ id: 2, name: null })
})
