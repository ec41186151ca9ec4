import type { Database } from '../../src/database/database.ts'

/** The tables with a row in which one of these words stands. */
export async function tablesMentioning(database: Database, words: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const table of await tableNames(database)) {
    const rows = JSON.stringify(await database.read(table))
    if (words.some((word) => rows.includes(word))) found.push(table)
  }
  return found
}

async function tableNames({ dialect, read }: Database): Promise<string[]> {
  if (dialect.name === 'sqlite') return read('sqlite_master').where({ type: 'table' }).orderBy('name').pluck('name')
  return read('pg_tables').where({ schemaname: 'public' }).orderBy('tablename').pluck('tablename')
}
