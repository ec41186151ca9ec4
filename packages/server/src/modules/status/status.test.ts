import { rm } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts'
import type { Database } from '../../database/database.ts'
import { migrate } from '../../database/migrate.ts'
import { findDiskFault } from './disk.ts'
import { StatusRepository, StatusService } from './index.ts'

let folder: string
let opened: TestDatabase
let database: Database
let status: StatusService

beforeEach(async () => {
  opened = await createTestDatabase('status')
  folder = opened.folder
  database = opened.open()
  status = new StatusService({ repository: new StatusRepository(database), dataDir: folder })
})
afterEach(async () => {
  await database[Symbol.asyncDispose]()
  await opened[Symbol.asyncDispose]()
})

test('a server is ready when its database has its tables and its folder can be written to', async () => {
  await migrate(database)
  await expect(status.requireReady()).resolves.toBeUndefined()
})

describe('a server is not ready, and says why,', () => {
  const notReady = (reason: string) => ({ code: 'not-ready', message: expect.stringContaining(reason) })

  test('while its database lacks migrations', async () => {
    await migrate(database)
    await database.write('knex_migrations').delete()
    await expect(status.requireReady()).rejects.toMatchObject(notReady('lacks migrations'))
  })

  test('while its database does not answer', async () => {
    await migrate(database)
    await database[Symbol.asyncDispose]()
    await expect(status.requireReady()).rejects.toMatchObject(notReady('the database does not answer'))
  })

  test('while its data folder is not there', async () => {
    await migrate(database)
    await rm(folder, { recursive: true })
    await expect(status.requireReady()).rejects.toMatchObject(notReady('the data folder cannot be written to'))
  })

  test('from the moment on that it shuts down', async () => {
    await migrate(database)
    status.startDraining()
    await expect(status.requireReady()).rejects.toMatchObject(notReady('shutting down'))
  })
})

describe('those who ask within a second', () => {
  let pings: number
  let migrationsRead: number
  let isAway: boolean
  let time: number

  /** Counts what is asked of the database. */
  const repository = {
    async ping() {
      pings += 1
      if (isAway) throw new Error('away')
    },
    async isMigrated() {
      migrationsRead += 1
      return migrationsRead > 1
    },
  }

  beforeEach(() => {
    ;[pings, migrationsRead, isAway, time] = [0, 0, false, 5_000]
    status = new StatusService({ repository, dataDir: folder, now: () => time })
  })

  const ask = () =>
    status.requireReady().then(
      () => 'ready',
      ({ message }) => message,
    )

  test('share one check, and whether the migrations were run is not asked again once they were', async () => {
    const all = await Promise.all([ask(), ask(), ask()])
    expect(new Set(all).size).toBe(1)
    expect(all[0]).toContain('lacks migrations')
    time += 999
    await ask()
    expect(pings).toBe(1)
    for (let second = 0; second < 3; second += 1) {
      time += 1_000
      expect(await ask()).toBe('ready')
    }
    expect([pings, migrationsRead]).toEqual([4, 2])
  })

  test('learn within it that the database has gone, and that it is back', async () => {
    time += 1_000
    await ask()
    isAway = true
    time += 1_000
    expect(await ask()).toContain('does not answer')
    isAway = false
    time += 1_000
    expect(await ask()).toBe('ready')
  })

  test('learn at once that the server shuts down', async () => {
    await ask()
    time += 1_000
    expect(await ask()).toBe('ready')
    status.startDraining()
    expect(await ask()).toContain('shutting down')
  })
})

test('a disk with less room than is needed is full', async () => {
  expect(await findDiskFault(folder, 1)).toBeUndefined()
  expect(await findDiskFault(folder, Number.MAX_SAFE_INTEGER)).toBe('the disk of the data folder is full')
})
