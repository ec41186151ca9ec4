import { randomBytes } from 'node:crypto'
import { databaseLocation } from '../../src/config/database-location.ts'
import type { Database } from '../../src/database/database.ts'
import { migrate } from '../../src/database/migrate.ts'
import { openPostgres } from '../../src/database/postgres.ts'

/** Where tests make their databases: a PostgreSQL, and the one database of it that the others are copies of. */
export interface PostgresForTests {
  url: string
  template: string
}

export interface PostgresDatabase extends AsyncDisposable {
  url: string
}

/** A new database with nothing in it. */
export async function createEmptyDatabase(server: string): Promise<PostgresDatabase> {
  return create(server, 'template0')
}

/** A new database with the tables of this version. */
export async function createMigratedDatabase({ url, template }: PostgresForTests): Promise<PostgresDatabase> {
  return create(url, template)
}

/** Makes the database that is copied. Nobody may be connected to it meanwhile. */
export async function createTemplate(server: string): Promise<PostgresForTests & AsyncDisposable> {
  const { url, [Symbol.asyncDispose]: dispose } = await create(server, 'template0')
  await using database = openPostgresAt(url)
  await migrate(database)
  return { url: server, template: new URL(url).pathname.slice(1), [Symbol.asyncDispose]: dispose }
}

export function openPostgresAt(url: string, poolSize = 10): Database {
  const location = databaseLocation(url)
  if (location?.kind !== 'postgresql') throw new TypeError('This is no address of a PostgreSQL.')
  return openPostgres({ location, poolSize, statementTimeoutMs: 30_000 })
}

async function create(server: string, template: string): Promise<PostgresDatabase> {
  const name = `vektor_test_${randomBytes(8).toString('hex')}`
  await run(server, `CREATE DATABASE ${name} TEMPLATE ${template}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => run(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  }
}

async function run(server: string, statement: string): Promise<void> {
  await using database = openPostgresAt(server, 3)
  await database.write.raw(statement)
}
