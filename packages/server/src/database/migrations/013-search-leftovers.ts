import type { Knex } from 'knex'
import { dialectOf } from '../dialect.ts'

/**
 * To delete words from FTS5's index securely takes milliseconds for each message, and ever more as the index grows, so that whoever
 * deletes much holds up everybody who writes. The numbers of the deleted rows are noted instead, and their words taken out soon: see
 * `SearchLeftovers`.
 */
export async function up(knex: Knex): Promise<void> {
  if (dialectOf(knex).name !== 'sqlite') return
  await knex.raw('DROP TRIGGER message_search_deleted')
  await knex.raw('DROP TABLE message_search_words')
  // The rows that are deleted are known by their numbers: https://sqlite.org/fts5.html#contentless_delete_tables
  await knex.raw(`CREATE VIRTUAL TABLE message_search_words USING fts5(
    words, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars '_-'")`)
  // Whoever deletes much does not write parts of the index anew.
  await knex.raw(`INSERT INTO message_search_words (message_search_words, rank) VALUES ('deletemerge', 0)`)
  // A merge that was begun is gone on with, whatever is written meanwhile.
  await knex.raw(`INSERT INTO message_search_words (message_search_words, rank) VALUES ('usermerge', 2)`)
  await knex.raw('INSERT INTO message_search_words (rowid, words) SELECT id, words FROM message_search ORDER BY id')
  /** Row 1: something was deleted and is still in the index. Row 2: the same, and it is being taken out. */
  await knex.schema.createTable('search_leftovers', (table) => {
    table.integer('id').primary()
  })
  await knex.raw(`CREATE TRIGGER message_search_deleted AFTER DELETE ON message_search BEGIN
    DELETE FROM message_search_words WHERE rowid = old.id;
    INSERT OR IGNORE INTO search_leftovers (id) VALUES (1);
  END`)
}

export async function down(): Promise<void> {
  throw new Error('There is no way back: what was deleted could still be read in the file.')
}
