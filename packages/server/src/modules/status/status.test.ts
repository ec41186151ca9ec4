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

test('a disk with less room than is needed is full', async () => {
  expect(await findDiskFault(folder, 1)).toBeUndefined()
  expect(await findDiskFault(folder, Number.MAX_SAFE_INTEGER)).toBe('the disk of the data folder is full')
})
