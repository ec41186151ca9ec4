import { join } from 'node:path'
import { openSqlite } from '../../src/database/database.ts'

/** The tables of a data folder with a row in which one of these words stands. */
export async function tablesMentioning(folder: string, words: readonly string[]): Promise<string[]> {
  await using database = openSqlite(join(folder, 'vektor.db'))
  const tables: string[] = await database.read('sqlite_master').where({ type: 'table' }).pluck('name')
  const found: string[] = []
  for (const table of tables) {
    const rows = JSON.stringify(await database.read(table))
    if (words.some((word) => rows.includes(word))) found.push(table)
  }
  return found
}
