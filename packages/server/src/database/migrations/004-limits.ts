import type { Knex } from 'knex'
import { dialectOf } from '../dialect.ts'

export async function up(knex: Knex): Promise<void> {
  /** Where an account has signed in from: fingerprints, not addresses. */
  await knex.schema.createTable('familiar_places', (table) => {
    table.text('account_id').notNullable().references('accounts.id').onDelete('CASCADE')
    table.text('place').notNullable()
    table.bigInteger('last_success_at').notNullable()
    table.primary(['account_id', 'place'])
    table.index(['last_success_at'])
  })
  await createRequestCounts(knex)
}

export async function down(): Promise<void> {
  throw new Error('There is no way back: owners would be strangers at their own doors.')
}

/**
 * The shape that rate-limiter-flexible asks for. Where there can be several servers they count in it together; counts need
 * not outlive a crash, and so cost no write to the disk.
 */
async function createRequestCounts(knex: Knex): Promise<void> {
  await knex.schema.createTable('request_counts', (table) => {
    table.string('key', 255).primary()
    table.integer('points').notNullable()
    table.bigInteger('expire')
  })
  if (dialectOf(knex).name === 'postgresql') await knex.raw('ALTER TABLE request_counts SET UNLOGGED')
}
