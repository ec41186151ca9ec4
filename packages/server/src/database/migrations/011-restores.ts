import type { Knex } from 'knex'

/**
 * What is restored is written in small steps, where nobody sees it, and appears in one short transaction. See
 * `docs/decisions/0013-restores-are-staged.md`.
 */
export async function up(knex: Knex): Promise<void> {
  /** An account has one restore at a time. The row goes last: what is left of a restore is found by it. */
  await knex.schema.createTable('restores', (table) => {
    table.text('id').primary()
    table.text('account_id').notNullable().references('accounts.id')
    /** The backup that it reads, which must not give way to newer ones meanwhile. */
    table.text('backup_id')
    /** The one of what is to be replaced: the same. */
    table.text('safety_backup_id')
    /** The process that restores says again and again that it lives; the time is the database's. */
    table.bigInteger('lease_expires_at').notNullable()
    /** Set once nothing may be written any more: it is done, or given up. */
    table.boolean('is_over').notNullable().defaultTo(false)
    table.index(['account_id'])
  })
  await knex.raw('CREATE UNIQUE INDEX restores_one_per_account ON restores (account_id) WHERE NOT is_over')
  /** The conversations of the archive, by the ids that they have there. */
  await knex.schema.createTable('restore_conversations', (table) => {
    table.text('restore_id').notNullable()
    table.text('archived_id').notNullable()
    table.text('conversation_id').notNullable()
    table.boolean('is_new').notNullable()
    table.text('title')
    table.text('model').notNullable()
    table.text('system')
    /** Where its active branch ends: by the id in the archive, and, once that message was met, by the one that it has here. */
    table.text('archived_current_id')
    table.text('current_message_id')
    table.bigInteger('created_at').notNullable()
    table.bigInteger('updated_at').notNullable()
    /** Where what is to be added to one that is there waits: messages, and words of those and of the title that change. */
    table.text('twin_id')
    table.integer('archived_count').notNullable().defaultTo(0)
    table.integer('added_count').notNullable().defaultTo(0)
    table.integer('changed_count').notNullable().defaultTo(0)
    table.primary(['restore_id', 'archived_id'])
    table.index(['restore_id', 'conversation_id'])
    table.index(['twin_id'])
  })
  /** The messages of the archive that are there, as far as the rest must know them. */
  await knex.schema.createTable('restore_messages', (table) => {
    table.text('restore_id').notNullable()
    table.text('message_id').notNullable()
    table.text('conversation_id').notNullable()
    /** JSON: what is to become of it; null where nothing has to. */
    table.text('change')
    table.primary(['restore_id', 'message_id'])
    table.index(['restore_id', 'conversation_id'])
  })
  await knex.schema.alterTable('conversations', (table) => {
    /** Set for what nobody sees: it is being restored, or it was replaced and is about to go. */
    table.text('restore_id')
  })
  await knex.raw('CREATE INDEX conversations_unseen ON conversations (restore_id) WHERE restore_id IS NOT NULL')
}

export async function down(): Promise<void> {
  throw new Error('There is no way back: what is half restored would appear.')
}
