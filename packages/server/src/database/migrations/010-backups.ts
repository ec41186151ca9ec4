import type { Knex } from 'knex'

export async function up(knex: Knex): Promise<void> {
  /** What is kept of each account, or being made. The archive itself is in the storage, under a key made of the account's and the archive's id. */
  await knex.schema.createTable('backups', (table) => {
    table.text('id').primary()
    // Without a cascade: archives are deleted first, and the account goes last.
    table.text('account_id').notNullable().references('accounts.id')
    /** Why it is there: requested, scheduled, safety or uploaded. */
    table.text('origin').notNullable()
    table.text('status').notNullable()
    /** The moment that it shows, once it is complete. */
    table.bigInteger('created_at').notNullable()
    table.bigInteger('completed_at')
    /** How much of the work is done, in thousandths. */
    table.integer('progress').notNullable().defaultTo(0)
    table.bigInteger('conversations').notNullable().defaultTo(0)
    table.bigInteger('messages').notNullable().defaultTo(0)
    /** JSON: public keys of age. */
    table.text('recipients').notNullable().defaultTo('[]')
    /** Each attempt to make it has an archive of its own: whoever is not the last one changes nothing any more. */
    table.text('archive_id')
    /** JSON: the ids of all archives that may be in the storage, those of attempts that came to nothing too. */
    table.text('stored_archives').notNullable().defaultTo('[]')
    table.bigInteger('size')
    table.text('sha256')
    table.text('error')
    /** Set for what is no backup any more, while its archive is being deleted; the row goes last. */
    table.bigInteger('deleted_at')
    table.index(['account_id', 'created_at'])
  })
  await knex.raw('CREATE INDEX backups_deleted ON backups (deleted_at) WHERE deleted_at IS NOT NULL')
}

export async function down(): Promise<void> {
  throw new Error('There is no way back: nobody would know whose archives are in the storage.')
}
