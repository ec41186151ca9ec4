import { join } from 'node:path'
import { databaseLocation } from '../../src/config/database-location.ts'
import { type Database, openSqlite } from '../../src/database/database.ts'
import { migrate } from '../../src/database/migrate.ts'
import { openPostgres } from '../../src/database/postgres.ts'
import { startEmbeddedPostgres } from '../../test/support/embedded-postgres.ts'
import { createEmptyDatabase } from '../../test/support/postgres.ts'

/** Where a benchmark gets databases with the tables of this version, as many as it likes. */
export interface BenchDatabases extends AsyncDisposable {
  name: string
  /** Whether the database works in this process, so that its time is that of this process. */
  isInProcess: boolean
  create(): Promise<Database>
}

export function sqliteIn(folder: string): BenchDatabases {
  const opened = new AsyncDisposableStack()
  let count = 0
  return {
    name: 'SQLite',
    isInProcess: true,
    async create() {
      count += 1
      const database = opened.use(openSqlite(join(folder, `${count}.db`)))
      await migrate(database)
      return database
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** The one that `VEKTOR_TEST_PG_URL` names, or else one from npm. */
export async function startPostgres(): Promise<BenchDatabases> {
  const opened = new AsyncDisposableStack()
  const server = process.env.VEKTOR_TEST_PG_URL ?? opened.use(await startEmbeddedPostgres()).url
  return {
    name: 'PostgreSQL',
    isInProcess: false,
    async create() {
      const { url } = opened.use(await createEmptyDatabase(server))
      const location = databaseLocation(url)
      if (location?.kind !== 'postgresql') throw new TypeError('This is no address of a PostgreSQL.')
      // A million rows in one statement take longer than any of the product's.
      const database = opened.use(openPostgres({ location, poolSize: 4, statementTimeoutMs: 3_600_000 }))
      await migrate(database)
      return database
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
