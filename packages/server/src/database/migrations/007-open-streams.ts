import type { Knex } from 'knex'
import { dialectOf } from '../dialect.ts'

/**
 * How many streams each account has open, on which server. SQLite has one server, whose memory knows that. Counts need not
 * outlive a crash, and so cost no write to the disk.
 */
export async function up(knex: Knex): Promise<void> {
  if (dialectOf(knex).name !== 'postgresql') return
  /** Those that live say so again and again; the streams of one whose lease has ended are not counted. */
  await knex.schema.createTable('live_servers', (table) => {
    table.text('id').primary()
    table.bigInteger('lease_expires_at').notNullable()
  })
  /** One row for each account, so that whoever counts has the account for itself: a number for each server. */
  await knex.schema.createTable('open_streams', (table) => {
    table.text('account_id').primary()
    table.jsonb('by_server').notNullable()
  })
  for (const table of ['live_servers', 'open_streams']) await knex.raw('ALTER TABLE ?? SET UNLOGGED', [table])
}

export async function down(): Promise<void> {
  throw new Error('There is no way back: servers would count streams for themselves again.')
}
