import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sqlite3 from 'sqlite3'
import { inject } from 'vitest'
import { type Database, openSqlite } from '../../src/database/database.ts'
import { migrate } from '../../src/database/migrate.ts'
import { createMigratedDatabase, openPostgresAt, type PostgresForTests } from './postgres.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Only in the project whose tests run on PostgreSQL. */
    postgres?: PostgresForTests
  }
}

/** The database that the tests of this project run on. */
export const DIALECT = inject('postgres') ? 'postgresql' : 'sqlite'

/** A data folder, and a database with the tables of this version: SQLite's in the folder, or PostgreSQL's. */
export interface TestDatabase extends AsyncDisposable {
  folder: string
  /** The settings of a server that uses it. */
  env: Readonly<Record<string, string>>
  open(): Database
  /** Somebody else writes and does not come to an end, until the result is called. */
  block(): Promise<() => Promise<void>>
}

export async function createTestDatabase(prefix: string, givenFolder?: string): Promise<TestDatabase> {
  const folder = givenFolder ?? (await mkdtemp(join(tmpdir(), `vektor-${prefix}-`)))
  const postgres = inject('postgres')
  const database = postgres ? await createOnPostgres(postgres) : createInFolder(folder)
  return {
    ...database,
    folder,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      if (givenFolder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A database with the tables of this version, open until it is disposed. */
export async function openTestDatabase(prefix: string): Promise<{ database: Database } & TestDatabase> {
  const created = await createTestDatabase(prefix)
  const database = created.open()
  await migrate(database)
  return {
    ...created,
    database,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      await created[Symbol.asyncDispose]()
    },
  }
}

/** One of SQLite, whatever the tests of the project run on; who has made the folder removes it. */
export function sqliteDatabase(folder: string): TestDatabase {
  return { ...createInFolder(folder), folder }
}

type Made = Omit<TestDatabase, 'folder'>

function createInFolder(folder: string): Made {
  const file = join(folder, 'vektor.db')
  return {
    env: {},
    open: () => openSqlite(file),
    block: () => blockSqlite(file),
    async [Symbol.asyncDispose]() {},
  }
}

async function createOnPostgres(postgres: PostgresForTests): Promise<Made> {
  const { url, [Symbol.asyncDispose]: dispose } = await createMigratedDatabase(postgres)
  return {
    env: {
      VEKTOR_DATABASE_URL: url,
      VEKTOR_SECRET: 'the secret of all servers of this test',
      VEKTOR_DATABASE_POOL: '10',
    },
    open: () => openPostgresAt(url),
    block: () => blockPostgres(url),
    [Symbol.asyncDispose]: dispose,
  }
}

async function blockSqlite(file: string): Promise<() => Promise<void>> {
  const connection = new sqlite3.Database(file)
  const exec = (sql: string) =>
    new Promise<void>((resolve, reject) => connection.exec(sql, (error) => (error ? reject(error) : resolve())))
  await exec('BEGIN IMMEDIATE')
  return async () => {
    await exec('ROLLBACK')
    await new Promise<void>((resolve) => connection.close(() => resolve()))
  }
}

async function blockPostgres(url: string): Promise<() => Promise<void>> {
  const database = openPostgresAt(url, 3)
  const transaction = await database.write.transaction()
  await transaction.raw('SET LOCAL idle_in_transaction_session_timeout = 0')
  await transaction.raw('LOCK TABLE accounts, generations IN EXCLUSIVE MODE')
  return async () => {
    await transaction.rollback()
    await database[Symbol.asyncDispose]()
  }
}
