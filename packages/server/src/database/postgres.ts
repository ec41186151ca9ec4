import type { ConnectionOptions } from 'node:tls'
import knex, { type Knex } from 'knex'
import type { PostgresLocation } from '../config/database-location.ts'
import type { Log } from '../log.ts'
import { Database, SILENT, SNAPSHOTS } from './database.ts'
import { postgresql } from './dialect.ts'
import { PostgresNudges } from './postgres-nudges.ts'
import { dropWhenSilent, type PgConnection } from './silence.ts'

export interface PostgresOptions {
  location: PostgresLocation
  /** The most connections that this server holds, but for the one that listens to the others; at least three. */
  poolSize: number
  /** No statement takes longer. */
  statementTimeoutMs: number
  /** The certificates that the server's own is verified with, as PEM; Node's own ones if it is left out. */
  certificateAuthority?: string | undefined
  log?: Log
}

/** How long to wait for PostgreSQL to answer, or for rows that somebody else holds, before giving up. */
const PATIENCE_MS = 5_000
/** How much longer than a statement may take its answer may be under way. */
const ANSWER_MS = 3_000
/** How long to queue for a connection, all of which are at work. */
const QUEUE_MS = 10_000
/** A transaction whose client says nothing for so long has lost it. */
const IDLE_TRANSACTION_MS = 10_000
/** Whoever migrates takes as long as it takes, and holds the lock meanwhile: whatever the database or the role says. */
const NO_TIMEOUTS = { statement_timeout: 0, lock_timeout: 0, idle_in_transaction_session_timeout: 0 }
/** Whoever reads a snapshot writes to a disk between two batches. */
const LONG_READING = {
  idle_in_transaction_session_timeout: 60_000,
  default_transaction_isolation: String.raw`repeatable\ read`,
}
/** Whoever only counts can do it elsewhere, but not as exactly: what many ask at once must have the time to queue. */
const HASTE = {
  queueMs: 2_000,
  patienceMs: 2_000,
  parameters: { statement_timeout: 1_000, lock_timeout: 1_000, idle_in_transaction_session_timeout: 1_000 },
}
/** Whoever listens says little, and notices soon when nobody is there any more. */
const LISTENING = {
  application: 'vektor-server listener',
  patienceMs: 2_000,
  parameters: { statement_timeout: 1_000, idle_session_timeout: 0 },
}
/** The oldest PostgreSQL that is supported. Knex would ask which one it has, before anybody watches the connection. */
const VERSION = '15'
/** `vektor` as a number: whoever migrates holds this lock. */
const MIGRATION_LOCK = 0x76656b74

/** Object ids of PostgreSQL's own types: `int8`, `int2`, `int4`, `float4`, `float8`, `numeric`. */
const NUMBERS = [20, 21, 23, 700, 701, 1700]
const BOOL = 16

/** Connects to PostgreSQL, which need not be there yet: the first query says if it is not. */
export function openPostgres(options: PostgresOptions): Database {
  const { readers, writers, counters } = divide(options.poolSize)
  const timeouts = {
    statement_timeout: options.statementTimeoutMs,
    lock_timeout: PATIENCE_MS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS,
  }
  const readOnly = { ...timeouts, default_transaction_read_only: 'on' }
  const patienceMs = options.statementTimeoutMs + ANSWER_MS
  return new Database({
    dialect: postgresql,
    read: connect(options, { max: readers, parameters: readOnly, patienceMs }),
    write: connect(options, { max: writers, parameters: timeouts, patienceMs }),
    counting: connect(options, { max: counters, ...HASTE }),
    snapshots: connect(options, { max: SNAPSHOTS, parameters: { ...readOnly, ...LONG_READING }, patienceMs }),
    nudges: openNudges(options),
    migrating: (work) => migrateAlone(connect(options, { max: 2, parameters: NO_TIMEOUTS }), work),
  })
}

/** Two connections count requests, which is soon done; the others are halved. None of the three can do without one. */
function divide(poolSize: number): { readers: number; writers: number; counters: number } {
  const counters = poolSize < 4 ? 1 : 2
  const writers = Math.ceil((poolSize - counters) / 2)
  return { readers: poolSize - counters - writers, writers, counters }
}

/** What is heard comes by a connection that belongs to no pool: it never goes back. */
function openNudges(options: PostgresOptions): PostgresNudges {
  const pool = connect(options, { max: 1, ...LISTENING })
  return new PostgresNudges({
    async connect() {
      const connection: PgConnection = await pool.client.acquireRawConnection()
      dropWhenSilent(connection, LISTENING.patienceMs)
      return connection
    },
    log: options.log,
  })
}

/** The lock is held by one connection, however long the other one takes; PostgreSQL drops it with the process. */
async function migrateAlone<T>(pool: Knex, work: (knex: Knex) => Promise<T>): Promise<T> {
  try {
    return await pool.transaction(async (transaction) => {
      await transaction.raw('SELECT pg_advisory_xact_lock(?)', [MIGRATION_LOCK])
      return work(pool)
    })
  } finally {
    await pool.destroy()
  }
}

interface Pool {
  max: number
  /** Settings of the session, as PostgreSQL calls them. */
  parameters: Readonly<Record<string, string | number>>
  /** A connection that does not answer for so long is dropped; if it is left out, none ever is. */
  patienceMs?: number
  /** What it is called where PostgreSQL lists connections. */
  application?: string
  /** How long to queue for one of them. */
  queueMs?: number
}

function connect({ location, certificateAuthority }: PostgresOptions, pool: Pool): Knex {
  const { application = 'vektor-server', max, parameters, patienceMs, queueMs = QUEUE_MS } = pool
  const { databaseName, host, password, port, user } = location
  return knex({
    client: 'pg',
    version: VERSION,
    log: SILENT,
    pool: {
      min: 0,
      max,
      idleTimeoutMillis: 60_000,
      afterCreate(connection: PgConnection, done: (error: null, connection: PgConnection) => void) {
        if (patienceMs !== undefined) dropWhenSilent(connection, patienceMs)
        done(null, connection)
      },
    },
    acquireConnectionTimeout: queueMs,
    connection: {
      host,
      port,
      database: databaseName,
      ...(user !== undefined && { user }),
      ...(password && { password: password.reveal() }),
      ssl: tlsOptions(location, certificateAuthority),
      application_name: application,
      connectionTimeoutMillis: PATIENCE_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      options: Object.entries(parameters)
        .map(([name, value]) => `-c ${name}=${value}`)
        .join(' '),
      types: { getTypeParser },
    },
  })
}

function tlsOptions({ tls }: PostgresLocation, ca: string | undefined): false | ConnectionOptions {
  const mode = tls ?? (ca === undefined ? 'disable' : 'verify-full')
  if (mode === 'disable') return false
  // As PostgreSQL's own clients do it: a certificate authority that is given is used, whatever the mode.
  const isVerified = mode !== 'require' || ca !== undefined
  return {
    rejectUnauthorized: isVerified,
    ...(ca !== undefined && { ca }),
    ...(mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
  }
}

/** Numbers are numbers and truths are 1 and 0, as in SQLite; the rest is text. Nothing of ours comes near 2^53. */
function getTypeParser(oid: number): (value: string) => unknown {
  if (oid === BOOL) return (value) => Number(value === 't')
  return NUMBERS.includes(oid) ? Number : String
}
