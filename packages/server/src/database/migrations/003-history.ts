import type { Knex } from 'knex'
import { type Dialect, dialectOf } from '../dialect.ts'
import { ownerWord, searchWords } from '../search-words.ts'

export async function up(knex: Knex): Promise<void> {
  const dialect = dialectOf(knex)
  await indexWhatIsListed(knex)
  await createSearch(knex, dialect)
  await fillSearch(knex, dialect)
}

export async function down(): Promise<void> {
  throw new Error('There is no way back: nothing could be searched.')
}

/** What is listed, in its order; and what else is looked for, or deletes along, without reading whole tables. */
async function indexWhatIsListed(knex: Knex): Promise<void> {
  await knex.schema.alterTable('conversations', (table) => {
    table.dropIndex(['owner_id', 'updated_at', 'id'])
    table.index(['owner_id'])
  })
  await knex.raw(
    `CREATE INDEX conversations_listed ON conversations (owner_id, updated_at, id) WHERE expires_at IS NULL`,
  )
  await knex.raw(`CREATE INDEX conversations_expiring ON conversations (expires_at) WHERE expires_at IS NOT NULL`)
  await knex.schema.alterTable('generations', (table) => {
    table.index(['conversation_id'])
  })
  await knex.schema.alterTable('idempotency_keys', (table) => {
    table.index(['message_id'])
  })
}

async function createSearch(knex: Knex, { name }: Dialect): Promise<void> {
  await knex.schema.createTable('message_search', (table) => {
    table.bigIncrements('id')
    table.text('conversation_id').notNullable().references('conversations.id').onDelete('CASCADE')
    table.text('owner_id').notNullable()
    /** Whose words these are; null for those of the conversation's title. */
    table.text('message_id')
    /** The different words, and the owner among them, so that nobody's search reads what others wrote. */
    table.specificType('words', name === 'postgresql' ? 'tsvector' : 'text').notNullable()
    table.index(['conversation_id'])
  })
  if (name === 'postgresql') await knex.raw('CREATE INDEX message_search_words ON message_search USING gin (words)')
  else await createFts5(knex)
}

/** The words come folded: the tokenizer only splits them at the spaces, because all that is not ASCII is part of a word to it. */
async function createFts5(knex: Knex): Promise<void> {
  await knex.raw(`CREATE VIRTUAL TABLE message_search_words USING fts5(
    words, content='message_search', content_rowid='id', detail=none, columnsize=0, tokenize="ascii tokenchars '_-'")`)
  // What is deleted is not left in the index until some later merge.
  await knex.raw(`INSERT INTO message_search_words (message_search_words, rank) VALUES ('secure-delete', 1)`)
  await knex.raw(`CREATE TRIGGER message_search_inserted AFTER INSERT ON message_search BEGIN
    INSERT INTO message_search_words (rowid, words) VALUES (new.id, new.words);
  END`)
  await knex.raw(`CREATE TRIGGER message_search_deleted AFTER DELETE ON message_search BEGIN
    INSERT INTO message_search_words (message_search_words, rowid, words) VALUES ('delete', old.id, old.words);
  END`)
}

interface Text {
  id: string
  conversation_id: string
  owner_id: string
  message_id: string | null
  text: string
}

/** Answers that are in progress are added when they end. */
async function fillSearch(knex: Knex, dialect: Dialect): Promise<void> {
  const titles = () =>
    knex('conversations')
      .whereNull('expires_at')
      .whereNotNull('title')
      .select('id', 'id as conversation_id', 'owner_id', { message_id: knex.raw('NULL') }, 'title as text')
  const messages = () =>
    knex('messages')
      .join('conversations', 'conversations.id', 'messages.conversation_id')
      .whereNull('expires_at')
      .where('status', '<>', 'in_progress')
      .select('messages.id', 'conversation_id', 'messages.owner_id', 'messages.id as message_id', 'content as text')
  await fillFrom(knex, dialect, (after) => titles().where('id', '>', after).orderBy('id'))
  await fillFrom(knex, dialect, (after) => messages().where('messages.id', '>', after).orderBy('messages.id'))
}

const BATCH = 200

async function fillFrom(knex: Knex, { toWords }: Dialect, select: (after: string) => Knex.QueryBuilder): Promise<void> {
  let after = ''
  for (;;) {
    const texts: Text[] = await select(after).limit(BATCH)
    const rows = texts.flatMap(({ conversation_id, owner_id, message_id, text }) => {
      const found = searchWords(text)
      if (found.length === 0) return []
      const words = knex.raw(toWords, [[ownerWord(owner_id), ...found].join(' ')])
      return [{ conversation_id, owner_id, message_id, words }]
    })
    if (rows.length > 0) await knex('message_search').insert(rows)
    const last = texts.at(-1)
    if (!last) return
    after = last.id
  }
}
