import { type ServerProcess, startServerProcess } from './server-process.ts'
import { DIALECT } from './test-database.ts'

type Env = Readonly<Record<string, string>>

/** What can become of a database while a server uses it. */
export interface DatabaseFault {
  name: string
  /** A server whose database will have the fault. */
  start(env: Env): Promise<ServerProcess>
  /** From now on, until the result is called. */
  begin(server: ServerProcess): Promise<() => Promise<unknown>>
}

const locked: DatabaseFault = {
  name: 'locked',
  start: (env) => startServerProcess({ env }),
  begin: ({ database }) => database.block(),
}

function brokenSqlite(name: string, statements: { breaking: string; mending: string }): DatabaseFault {
  const hook = new URL('./breakable-sqlite.ts', import.meta.url).href
  const { breaking, mending } = statements
  const own = { NODE_OPTIONS: `--import=${hook}`, BREAK_DATABASE: breaking, MEND_DATABASE: mending }
  return {
    name,
    start: (env) => startServerProcess({ env: { ...env, ...own } }),
    async begin(server) {
      server.kill('SIGUSR2')
      await server.event('database-broken')
      return () => {
        server.kill('SIGUSR2')
        return server.event('database-mended')
      }
    },
  }
}

function brokenPostgres(name: string, statements: { breaking: string; mending: string }): DatabaseFault {
  return {
    name,
    start: (env) => startServerProcess({ env }),
    async begin({ database }) {
      const run = async (sql: string) => {
        await using administrator = database.open()
        await administrator.write.raw(sql)
      }
      await run(statements.breaking)
      return () => run(statements.mending)
    },
  }
}

/** As a standby is, to which everybody is led after its primary has failed. */
const READ_ONLY_POSTGRES = {
  breaking: `DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database());
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid();
  END $$`,
  mending: `BEGIN READ WRITE; DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I RESET default_transaction_read_only', current_database());
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid();
  END $$; COMMIT`,
}

/** What a statement hears that finds no room: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const FULL_POSTGRES = {
  breaking: `CREATE FUNCTION find_no_room() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE 'no space left on device' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON generation_segments EXECUTE FUNCTION find_no_room();
    CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON messages EXECUTE FUNCTION find_no_room();`,
  mending: 'DROP FUNCTION find_no_room() CASCADE',
}

/** A full file can't grow, whatever room there is on the disk. */
const FULL_SQLITE = { breaking: 'PRAGMA max_page_count = 1', mending: 'PRAGMA max_page_count = 4294967294' }
const READ_ONLY_SQLITE = { breaking: 'PRAGMA query_only = ON', mending: 'PRAGMA query_only = OFF' }

export const DATABASE_FAULTS: readonly DatabaseFault[] =
  DIALECT === 'sqlite'
    ? [locked, brokenSqlite('full', FULL_SQLITE), brokenSqlite('read-only', READ_ONLY_SQLITE)]
    : [locked, brokenPostgres('full', FULL_POSTGRES), brokenPostgres('read-only', READ_ONLY_POSTGRES)]
