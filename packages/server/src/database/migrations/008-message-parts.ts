import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('messages', (table) => {
    /** JSON: a message that is not text alone, piece by piece. Its text is in `content`, as ever. */
    table.text('parts')
  })
}

export async function down(): Promise<void> {
  throw new Error('There is no way back: pictures that were sent would be gone.')
}
