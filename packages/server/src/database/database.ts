import { setTimeout } from 'node:timers/promises'
import knex, { type Knex } from 'knex'
import type sqlite3 from 'sqlite3'
import { AppError } from '../app-error.ts'
import { type Dialect, databaseErrorCode, sqlite, unavailableReason } from './dialect.ts'
import { NOBODY_ELSE, type Nudges } from './nudges.ts'
import { keepStatements } from './prepared-statements.ts'

/** Proof that the work happens inside one transaction. Services pass it on; only repositories look inside. */
export type Transaction = Knex.Transaction

/** Proof that all is read as it was at one moment. */
export type Snapshot = Knex.Transaction

type Work<T> = (transaction: Transaction) => Promise<T>

/** How often work is begun that is in the way of others, and how long others get to be done with theirs. */
const MOST_ATTEMPTS = 3
const LONGEST_PAUSE_MS = 50

/** A statement failed. Knex's own errors quote the statement with its values, password hashes too: they stop here. */
class DatabaseError extends Error {
  override name = 'DatabaseError'
  constructor(reason: string) {
    super(`The database refused a statement (${reason}).`)
  }
}

/** Runs `work` on a connection that may change tables, while nobody else does. */
type Migrating = <T>(work: (knex: Knex) => Promise<T>) => Promise<T>

export interface DatabaseParts {
  dialect: Dialect
  read: Knex
  write: Knex
  counting?: Knex
  snapshots: Knex
  nudges: Nudges
  migrating: Migrating
}

/**
 * The database as repositories see it. Reading and writing go different ways: SQLite has one connection that writes
 * and a few that read, so that a long read never stops a chat from being written.
 */
export class Database implements AsyncDisposable {
  readonly dialect: Dialect
  readonly read: Knex
  readonly write: Knex
  /** For what is counted at each request: neither those who write nor a database that is slow may hold that up. */
  readonly counting: Knex
  readonly nudges: Nudges
  readonly #snapshots: Knex
  readonly #migrating: Migrating

  constructor({ dialect, read, write, counting, snapshots, nudges, migrating }: DatabaseParts) {
    this.dialect = dialect
    this.read = read
    this.write = write
    this.counting = counting ?? write
    this.nudges = nudges
    this.#snapshots = snapshots
    this.#migrating = migrating
  }

  /**
   * All of `work` is committed, or none of it. Trouble with the database itself is an `AppError`.
   *
   * Of transactions that wait for each other PostgreSQL makes one fail, whose `work` is then called again. So it changes
   * nothing but the database, keeps nothing of one call for the next, and tells nobody what it did before its last
   * statement is done: only statements fail so, never the commit, for no constraint is deferred and no transaction
   * serializable.
   */
  async transaction<T>(work: Work<T>): Promise<T> {
    return this.guard(async () => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await this.#attempt(work)
        } catch (error) {
          if (attempt === MOST_ATTEMPTS || !this.dialect.isConflict(error)) throw error
        }
        await setTimeout(Math.random() * LONGEST_PAUSE_MS)
      }
    })
  }

  /**
   * All that `work` reads is as it was at one moment, however long it takes and whatever is written meanwhile. It has a
   * connection of its own, so that nobody else waits for one.
   */
  async snapshot<T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    return this.guard(() => this.#snapshots.transaction(work))
  }

  /** Like `guard`, and alone: of servers that boot at the same time, one changes the tables and the others wait. */
  async migrate<T>(work: (knex: Knex) => Promise<T>): Promise<T> {
    return this.guard(() => this.#migrating(work))
  }

  /** Runs a query; a database that is locked, full or gone becomes a `database-unavailable` that says to try again. */
  async guard<T>(query: () => Promise<T>): Promise<T> {
    try {
      return await query()
    } catch (error) {
      throw this.toAppError(error)
    }
  }

  toAppError(error: unknown): unknown {
    if (this.dialect.isUnavailable(error)) {
      const detail = 'The database cannot be used right now: try again in a few seconds.'
      const cause = new DatabaseError(unavailableReason(error))
      return new AppError('database-unavailable', detail, { cause, retryAfterSeconds: 5 })
    }
    const code = databaseErrorCode(error)
    return code === undefined ? error : new DatabaseError(code)
  }

  /** How busy the connections are; `waiting` requests have none yet. */
  pools(): { name: 'read' | 'write' | 'counting'; used: number; free: number; waiting: number; max: number }[] {
    const names = ['read', 'write', ...(this.counting === this.write ? [] : (['counting'] as const))] as const
    return names.map((name) => {
      const { pool } = this[name].client
      const counts = { used: pool.numUsed(), free: pool.numFree(), waiting: pool.numPendingAcquires() }
      return { name, ...counts, max: pool.max }
    })
  }

  async #attempt<T>(work: Work<T>): Promise<T> {
    // A full disk has rolled the transaction back by itself; Knex then fails to do it again, and says only that.
    let refusal: unknown
    const run = (transaction: Transaction) =>
      work(transaction).catch((error: unknown) => {
        refusal = error
        throw error
      })
    return this.write.transaction(run).catch((error: unknown) => {
      throw refusal ?? error
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.nudges[Symbol.asyncDispose]()
    await Promise.all(
      [...new Set([this.read, this.write, this.counting, this.#snapshots])].map((pool) => pool.destroy()),
    )
  }
}

/** Knex writes to the console what it also throws: whoever catches it says it in the server's own log. */
export const SILENT = { warn() {}, error() {}, deprecate() {}, debug() {} }

/** Whoever waits longer for a connection is better off being told. Longer than one statement may wait for the lock. */
const ACQUIRE_TIMEOUT_MS = 8_000

/** How many snapshots may be read at once: each is a long work, and more of them would only be slower. */
export const SNAPSHOTS = 2

/** Opens (and creates) a SQLite file. */
export function openSqlite(filename: string): Database {
  const connect = (pool: { max: number; queryOnly: 'ON' | 'OFF' }) =>
    knex({
      client: 'sqlite3',
      connection: { filename },
      useNullAsDefault: true,
      log: SILENT,
      acquireConnectionTimeout: ACQUIRE_TIMEOUT_MS,
      pool: {
        min: 0,
        max: pool.max,
        idleTimeoutMillis: 60_000,
        afterCreate: (
          connection: sqlite3.Database,
          done: (error: Error | null, connection: sqlite3.Database) => void,
        ) => {
          keepStatements(connection)
          connection.exec(
            `PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA query_only = ${pool.queryOnly};`,
            (error) => done(error, connection),
          )
        },
      },
    })
  const write = connect({ max: 1, queryOnly: 'OFF' })
  // Whoever has locked the data folder is alone.
  const migrating: Migrating = (work) => work(write)
  const read = connect({ max: 3, queryOnly: 'ON' })
  const snapshots = connect({ max: SNAPSHOTS, queryOnly: 'ON' })
  return new Database({ dialect: sqlite, read, write, snapshots, nudges: NOBODY_ELSE, migrating })
}
