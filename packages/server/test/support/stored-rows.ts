import type { Database } from '../../src/database/database.ts'

/** The tables with a row in which one of these words stands. */
export async function tablesMentioning(database: Database, words: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const table of await tableNames(database)) {
    const rows = JSON.stringify(await database.read(table), readable)
    if (words.some((word) => rows.includes(word))) found.push(table)
  }
  return found
}

/** Where all that an account keeps is, and what is being restored to it. */
const KEPT = [
  'accounts',
  'conversations',
  'messages',
  'message_search',
  'backups',
  'restores',
  'restore_conversations',
  'restore_messages',
]

/** All that is kept of all accounts, as it is stored. */
export async function keptRows({ read }: Database): Promise<Record<string, string[]>> {
  const rows = KEPT.map(async (table) => [table, (await read(table)).map((row) => JSON.stringify(row)).toSorted()])
  return Object.fromEntries(await Promise.all(rows))
}

/** The words in what is stored as bytes, such as the terms of an index. */
function readable(_key: string, value: unknown): unknown {
  const { type, data } = Object(value)
  return type === 'Buffer' ? Buffer.from(data).toString('latin1') : value
}

async function tableNames({ dialect, read }: Database): Promise<string[]> {
  if (dialect.name === 'sqlite') return read('sqlite_master').where({ type: 'table' }).orderBy('name').pluck('name')
  return read('pg_tables').where({ schemaname: 'public' }).orderBy('tablename').pluck('tablename')
}
