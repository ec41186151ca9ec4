import type { Knex } from 'knex'
import { dialectOf } from '../dialect.ts'

/**
 * To delete words from FTS5's index securely takes milliseconds for each message, and ever more as the index grows, so that whoever
 * deletes much holds up everybody who writes. They are marked instead, and taken out soon: see `SearchLeftovers`.
 */
export async function up(knex: Knex): Promise<void> {
  if (dialectOf(knex).name !== 'sqlite') return
  await knex.raw(`INSERT INTO message_search_words (message_search_words, rank) VALUES ('secure-delete', 0)`)
  // A merge that was begun is gone on with, whatever is written meanwhile.
  await knex.raw(`INSERT INTO message_search_words (message_search_words, rank) VALUES ('usermerge', 2)`)
  /** Row 1: something was deleted and is still in the index. Row 2: the same, and it is being taken out. */
  await knex.schema.createTable('search_leftovers', (table) => {
    table.integer('id').primary()
  })
  await knex.raw('DROP TRIGGER message_search_deleted')
  await knex.raw(`CREATE TRIGGER message_search_deleted AFTER DELETE ON message_search BEGIN
    INSERT INTO message_search_words (message_search_words, rowid, words) VALUES ('delete', old.id, old.words);
    INSERT OR IGNORE INTO search_leftovers (id) VALUES (1);
  END`)
}

export async function down(): Promise<void> {
  throw new Error('There is no way back: what was deleted could still be read in the file.')
}
