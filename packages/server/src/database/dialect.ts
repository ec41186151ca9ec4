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
  isUniqueViolation(error: unknown, columns: string): boolean
  isUnavailable(error: unknown): boolean
}

export const sqlite: Dialect = {
  name: 'sqlite',
  now: "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
  isExclusive: true,
  lockRows: (query) => query,
  isUniqueViolation: (error, columns) =>
    databaseErrorCode(error) === 'SQLITE_CONSTRAINT' &&
    messageOf(error).includes(`UNIQUE constraint failed: ${columns}`),
  isUnavailable: (error) =>
    ['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_FULL', 'SQLITE_READONLY', 'SQLITE_IOERR', 'SQLITE_CANTOPEN'].includes(
      databaseErrorCode(error) ?? '',
    ) || isPoolTimeout(error),
}

function isPoolTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'KnexTimeoutError'
}

/** SQLITE_… or an SQLSTATE; undefined for what is no database error. */
export function databaseErrorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^(SQLITE_|[0-9A-Z]{5}$)/.test(code) ? code : undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : ''
}
