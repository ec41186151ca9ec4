import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('messages', (table) => {
    /** What a model thought on the way to its answer. */
    table.text('reasoning')
    /** JSON: what a reader of the answer was told on the way, and where. */
    table.text('notices')
  })
  /** The reasoning of answers that are being written, as `generation_segments` has their text. */
  await knex.schema.createTable('reasoning_segments', (table) => {
    table.text('message_id').notNullable().references('messages.id').onDelete('CASCADE')
    table.integer('start').notNullable()
    table.text('content').notNullable()
    table.primary(['message_id', 'start'])
  })
}

export async function down(): Promise<void> {
  throw new Error('There is no way back: what models have thought would be forgotten.')
}
