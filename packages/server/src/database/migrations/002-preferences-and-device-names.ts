import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('accounts', (table) => {
    /** JSON of what the owner chose; what is not in it has its default. */
    table.text('preferences').notNullable().defaultTo('{}')
  })
  await knex.schema.alterTable('devices', (table) => {
    /** What the owner calls the device. It stands above the name that the device gives itself at each login. */
    table.text('given_name')
  })
}

export async function down(): Promise<void> {
  throw new Error('There is no way back: preferences and names of devices would be lost.')
}
