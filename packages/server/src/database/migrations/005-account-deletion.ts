import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('accounts', (table) => {
    /** Set for what is no account any more, while all it ever said is being deleted; the row goes last. */
    table.bigInteger('deleted_at')
  })
}

export async function down(): Promise<void> {
  throw new Error('There is no way back: accounts that were deleted would be accounts again.')
}
