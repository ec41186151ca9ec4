import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  /** When each account is backed up next. A row that is missing is planned anew. */
  await knex.schema.createTable('backup_schedules', (table) => {
    table.text('account_id').primary().references('accounts.id').onDelete('CASCADE')
    table.text('schedule').notNullable()
    /** Null for never. */
    table.bigInteger('next_at')
    table.index(['next_at'])
  })
}

export async function down(): Promise<void> {
  throw new Error('There is no way back: nobody would be backed up in time.')
}
