import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('accounts', (table) => {
    /** Set for what is no account any more, while all it ever said is being deleted; the row goes last. */
    table.bigInteger('deleted_at')
  })
  await knex.raw('CREATE INDEX accounts_deleted ON accounts (deleted_at) WHERE deleted_at IS NOT NULL')
}

export async function down(): Promise<void> {
  throw new Error('There is no way back: accounts that were deleted would be accounts again.')
}
