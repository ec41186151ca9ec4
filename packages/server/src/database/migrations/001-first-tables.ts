import type { Knex } from 'knex'

/** Times are epoch milliseconds, JSON is text, ids are UUIDv7 text: both databases give back what was put in. */
export async function up(knex: Knex): Promise<void> {
  await createAccounts(knex)
  await createSessions(knex)
  await createConversations(knex)
  await createGenerations(knex)
}

export async function down(): Promise<void> {
  throw new Error('There is no way back behind the first tables.')
}

async function createAccounts(knex: Knex): Promise<void> {
  /** Facts about this server that outlive the rows they came from, such as that an administrator was appointed. */
  await knex.schema.createTable('facts', (table) => {
    table.text('name').primary()
    table.text('value').notNullable()
  })
  await knex.schema.createTable('accounts', (table) => {
    table.text('id').primary()
    table.text('email').notNullable()
    table.text('email_key').notNullable().unique()
    table.text('username').notNullable()
    table.text('username_key').notNullable().unique()
    table.text('password_hash').notNullable()
    table.text('avatar_url')
    table.text('role').notNullable()
    /** The number of the account's newest generation; cursors count with it. */
    table.integer('last_sequence').notNullable().defaultTo(0)
    table.bigInteger('created_at').notNullable()
    table.bigInteger('updated_at').notNullable()
  })
}

async function createSessions(knex: Knex): Promise<void> {
  await knex.schema.createTable('devices', (table) => {
    table.text('account_id').notNullable().references('accounts.id').onDelete('CASCADE')
    table.text('id').notNullable()
    table.text('name').notNullable()
    table.bigInteger('created_at').notNullable()
    table.bigInteger('last_seen_at').notNullable()
    table.primary(['account_id', 'id'])
  })
  await knex.schema.createTable('sessions', (table) => {
    table.text('id').primary()
    table.text('account_id').notNullable()
    table.text('device_id').notNullable()
    table.bigInteger('created_at').notNullable()
    table.bigInteger('last_used_at').notNullable()
    /** Whatever happens, the session ends here. */
    table.bigInteger('expires_at').notNullable()
    /** The head of the chain of refresh tokens: its number and its birth, from which the token itself is derived. */
    table.integer('refresh_generation').notNullable()
    table.bigInteger('refreshed_at').notNullable()
    table.foreign(['account_id', 'device_id']).references(['account_id', 'id']).inTable('devices').onDelete('CASCADE')
    table.index(['account_id', 'device_id'])
  })
  /** The ancestors of the head that may still be presented: each for a few seconds. */
  await knex.schema.createTable('refresh_ancestors', (table) => {
    table.text('session_id').notNullable().references('sessions.id').onDelete('CASCADE')
    table.integer('generation').notNullable()
    table.bigInteger('superseded_at').notNullable()
    table.primary(['session_id', 'generation'])
  })
}

async function createConversations(knex: Knex): Promise<void> {
  await knex.schema.createTable('conversations', (table) => {
    table.text('id').primary()
    table.text('owner_id').notNullable().references('accounts.id').onDelete('CASCADE')
    table.text('title')
    table.text('model').notNullable()
    table.text('system')
    /** The leaf of the active branch. */
    table.text('current_message_id')
    table.integer('message_count').notNullable()
    table.bigInteger('created_at').notNullable()
    table.bigInteger('updated_at').notNullable()
    /** Set for what must not be kept: it is deleted once this is past, and listed nowhere. */
    table.bigInteger('expires_at')
    table.index(['owner_id', 'updated_at', 'id'])
  })
  await knex.schema.createTable('messages', (table) => {
    table.text('id').primary()
    table.text('conversation_id').notNullable().references('conversations.id').onDelete('CASCADE')
    table.text('owner_id').notNullable()
    /** Without a cascade: a long conversation is a long chain, and SQLite follows one no deeper than a thousand. */
    table.text('parent_id').references('messages.id')
    table.text('role').notNullable()
    table.text('content').notNullable()
    table.text('model')
    table.text('status').notNullable()
    table.text('finish_reason')
    table.text('usage')
    table.text('error')
    table.bigInteger('created_at').notNullable()
    table.index(['conversation_id', 'id'])
    table.index(['parent_id'])
  })
}

async function createGenerations(knex: Knex): Promise<void> {
  await knex.schema.createTable('generations', (table) => {
    table.text('message_id').primary().references('messages.id').onDelete('CASCADE')
    table.text('owner_id').notNullable()
    table.text('conversation_id').notNullable().references('conversations.id').onDelete('CASCADE')
    /** The account's how-manieth generation this is. */
    table.integer('sequence').notNullable()
    /** How many of the messages above the answer came with the request. */
    table.integer('prompt_count').notNullable()
    table.text('state').notNullable()
    /** The process that may write, until the lease ends on the database's clock; a higher epoch fences it off. */
    table.text('writer').notNullable()
    table.integer('epoch').notNullable()
    table.bigInteger('lease_expires_at').notNullable()
    table.bigInteger('cancel_requested_at')
    table.bigInteger('started_at').notNullable()
    table.bigInteger('ended_at')
    table.unique(['owner_id', 'sequence'])
  })
  await knex.raw(`CREATE UNIQUE INDEX generations_one_running_per_conversation
                  ON generations (conversation_id) WHERE state = 'running'`)
  await knex.raw(`CREATE INDEX generations_running_leases ON generations (lease_expires_at) WHERE state = 'running'`)
  /** The text written so far, in appended pieces; one whole text in `messages` once the answer has ended. */
  await knex.schema.createTable('generation_segments', (table) => {
    table.text('message_id').notNullable().references('messages.id').onDelete('CASCADE')
    table.integer('start').notNullable()
    table.text('content').notNullable()
    table.primary(['message_id', 'start'])
  })
  await knex.schema.createTable('idempotency_keys', (table) => {
    table.text('owner_id').notNullable().references('accounts.id').onDelete('CASCADE')
    table.text('key').notNullable()
    table.text('fingerprint').notNullable()
    table.text('message_id').notNullable().references('messages.id').onDelete('CASCADE')
    table.bigInteger('created_at').notNullable()
    table.primary(['owner_id', 'key'])
    table.index(['created_at'])
  })
}
