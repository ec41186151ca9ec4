import type { Knex } from 'knex'

/** All that differs between the two databases stands here. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgresql'
  /** SQL for the database's own clock, in epoch milliseconds: replicas' clocks may differ, this one is shared. */
  readonly now: string
  /** Only one server uses the database at a time: whatever another one left unfinished is dead. */
  readonly isExclusive: boolean
  /** Appended to a SELECT whose rows the transaction is about to change; SQLite's one writer needs nothing. */
  lockRows<Q extends Knex.QueryBuilder>(query: Q): Q
  /** The same, but without the rows that another transaction has locked. */
  lockFreeRows<Q extends Knex.QueryBuilder>(query: Q): Q
  /** Fails as unavailable, at once, where another transaction keeps whole tables from being written to. */
  enterTables(transaction: Knex.Transaction, tables: readonly string[]): Promise<void>
  /** `columns` as SQLite names them: `accounts.email_key`, or several with `, ` between them. */
  isUniqueViolation(error: unknown, columns: string): boolean
  /** Whether the same statement may succeed in a while: the database is locked, full, restarting or out of reach. */
  isUnavailable(error: unknown): boolean
  /** Whether transactions were in each other's way, and this one has to begin again; SQLite's one writer never has to. */
  isConflict(error: unknown): boolean
  /** SQL for what `message_search.words` keeps of a value: words with spaces between them. */
  readonly toWords: string
  /** SQL for the rows of `message_search` that have all the words of a value that `allWords` has made. */
  readonly hasWords: string
  /** Whether a few given rows of `message_search` are soon compared with words: SQLite finds all that have them, or none. */
  readonly comparesWords: boolean
  /** SQL for a column that is compared but not looked up: SQLite's planner takes an index for it where another one is better. */
  unindexed(column: string): string
  /** SQL for a column whose value is one of those of a query, `?`: they are found first, and then each is looked up. */
  isAmong(column: string): string
  /** `words` are those that `searchWords` makes. */
  allWords(words: readonly string[]): string
}

export const sqlite: Dialect = {
  name: 'sqlite',
  now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
  isExclusive: true,
  lockRows: (query) => query,
  lockFreeRows: (query) => query,
  // Its one writer is in all of them.
  async enterTables() {},
  isUniqueViolation: (error, columns) =>
    databaseErrorCode(error) === 'SQLITE_CONSTRAINT' &&
    messageOf(error).includes(`UNIQUE constraint failed: ${columns}`),
  isUnavailable: (error) =>
    ['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_FULL', 'SQLITE_READONLY', 'SQLITE_IOERR', 'SQLITE_CANTOPEN'].includes(
      databaseErrorCode(error) ?? '',
    ) || isPoolTimeout(error),
  isConflict: () => false,
  toWords: '?',
  hasWords: 'message_search.id IN (SELECT rowid FROM message_search_words WHERE message_search_words MATCH ?)',
  comparesWords: false,
  unindexed: (column) => `+${column}`,
  isAmong: (column) => `${column} IN ?`,
  allWords: (words) => words.map((word) => `"${word}"`).join(' '),
}

/**
 * Classes and codes of SQLSTATE that say nothing about the statement: connections (08), the role or the database (28, 3D),
 * deadlocks (40), resources (53), whoever is in the way (55P03), an operator or a timeout (57), the system (58), a
 * transaction that waited for its client (25P03), and a server that has become a standby (25006).
 */
const UNAVAILABLE_STATES = /^(08|28|3D|40|53|57|58|25006$|25P03$|55P03$)/
/** What Node's sockets and TLS say. */
const UNREACHABLE =
  /^(E(AI_AGAIN|CONNREFUSED|CONNRESET|HOSTDOWN|HOSTUNREACH|NETUNREACH|NOENT|NOTFOUND|PIPE|PROTO|TIMEDOUT)|(ERR_(SSL|TLS)|CERT|DEPTH_ZERO|HOSTNAME|SELF_SIGNED|UNABLE_TO)_.*)$/
/** The driver has no codes for these, before which Knex puts the statement that was under way. */
const UNREACHABLE_MESSAGE =
  /(^| - )(Connection terminated( unexpectedly)?|timeout expired|Client (has encountered|was closed)[^-]*|The server does not support SSL connections|There was an error establishing an SSL connection)$/

export const postgresql: Dialect = {
  name: 'postgresql',
  now: 'CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)',
  isExclusive: false,
  lockRows(query) {
    void query.forUpdate()
    return query
  },
  lockFreeRows(query) {
    void query.forUpdate().skipLocked()
    return query
  },
  async enterTables(transaction, tables) {
    await transaction.raw(`LOCK TABLE ${tables.map(() => '??').join(', ')} IN ROW EXCLUSIVE MODE NOWAIT`, [...tables])
  },
  isUniqueViolation: (error, columns) => databaseErrorCode(error) === '23505' && uniqueColumns(error) === columns,
  isUnavailable: (error) =>
    UNAVAILABLE_STATES.test(databaseErrorCode(error) ?? '') ||
    UNREACHABLE.test(codeOf(error) ?? '') ||
    (codeOf(error) === undefined && UNREACHABLE_MESSAGE.test(messageOf(error))) ||
    isPoolTimeout(error),
  // serialization_failure and deadlock_detected
  isConflict: (error) => ['40001', '40P01'].includes(databaseErrorCode(error) ?? ''),
  toWords: "array_to_tsvector(string_to_array(?, ' '))",
  hasWords: 'message_search.words @@ CAST(? AS tsquery)',
  comparesWords: true,
  unindexed: (column) => column,
  // IN would be a join, whose order the planner guesses from how often words are met that it has never seen.
  isAmong: (column) => `${column} = ANY (ARRAY (SELECT DISTINCT * FROM ? AS found))`,
  allWords: (words) => words.map((word) => `'${word}'`).join(' & '),
}

/** The dialect of a connection that was made for it. */
export function dialectOf(knex: Knex): Dialect {
  return knex.client.config.client === 'pg' ? postgresql : sqlite
}

/** `Key (a, b)=(1, 2) already exists.`, in whatever language: only the brackets are sure. */
function uniqueColumns(error: unknown): string | undefined {
  if (!(error instanceof Error && 'table' in error && 'detail' in error)) return undefined
  const [, columns] = /\(([^()]+)\)=\(/.exec(String(error.detail)) ?? []
  return columns
    ?.split(', ')
    .map((column) => `${error.table}.${column}`)
    .join(', ')
}

function isPoolTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'KnexTimeoutError'
}

/** SQLITE_… or an SQLSTATE; undefined for what is no database error. */
export function databaseErrorCode(error: unknown): string | undefined {
  const code = codeOf(error)
  return code !== undefined && /^(SQLITE_|[0-9A-Z]{5}$)/.test(code) ? code : undefined
}

/** Why the database cannot be used, without a word of the statement or of the address. */
export function unavailableReason(error: unknown): string {
  return codeOf(error) ?? (isPoolTimeout(error) ? 'no free connection' : 'connection lost')
}

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}
