import type { Knex } from 'knex'
import { dialectOf } from '../dialect.ts'

/** What the server of a SQLite file has promised to do. PostgreSQL has a queue of its own for that, in its own schema. */
export async function up(knex: Knex): Promise<void> {
  if (dialectOf(knex).name !== 'sqlite') return
  await knex.schema.createTable('jobs', (table) => {
    /** In the order in which they are done. */
    table.text('id').primary()
    table.text('kind').notNullable()
    /** The id of what it is about. */
    table.text('subject').notNullable()
    /** Counted before each begins: a job may end the process that runs it. */
    table.integer('attempts').notNullable()
  })
}

export async function down(): Promise<void> {
  throw new Error('There is no way back: what was promised would be forgotten.')
}
