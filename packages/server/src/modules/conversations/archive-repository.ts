import { createHash } from 'node:crypto'
import type { Knex } from 'knex'
import type { Snapshot } from '../../database/database.ts'
import type { Dialect } from '../../database/dialect.ts'
import type { Conversation, Message } from './conversation.ts'
import { type ConversationRow, toConversation } from './conversation-row.ts'
import { MESSAGE_COLUMNS } from './message-columns.ts'
import { type MessageRow, toMessage } from './message-row.ts'
import { parentsFirst } from './parents-first.ts'

/** How many conversations are read at once, and of how many messages the sizes. */
const CONVERSATIONS_AT_A_TIME = 500
const MESSAGES_AT_A_TIME = 1_000
const FINGERPRINTED_AT_A_TIME = 2_000

/** So much text is in memory at once, or one message. */
const BATCH_BYTES = 2 * 1024 ** 2

/** Of all texts of a message; SQLite reads no text to know how long it is, nor does PostgreSQL. */
const BYTES = ['content', 'reasoning', 'parts', 'notices', 'error']
  .map((column) => `coalesce(octet_length(m.${column}), 0)`)
  .join(' + ')

/** What is known of a conversation before the rest of it is read: its instructions may be as long as a book. */
interface ConversationOutline {
  id: string
  messages: number
  bytes: number
}

/** What is known of a message before its texts are read. */
interface Outline {
  id: string
  parentId: string | null
  bytes: number
}

/**
 * Is another one as soon as anything was added, answered, renamed, removed or preferred. `lock` is what a transaction asks for
 * that wants it to stay the same until it ends.
 */
export async function fingerprintOf(
  knex: Knex,
  ownerId: string,
  lock: Dialect['lockRows'] = (query) => query,
): Promise<string> {
  const hash = createHash('sha256')
  const [account] = await knex('accounts').where({ id: ownerId }).select('preferences', 'avatar_url')
  hash.update(JSON.stringify(account ?? null))
  for (let after = ''; ; ) {
    const kept = knex('conversations').where({ owner_id: ownerId, expires_at: null }).andWhere('id', '>', after)
    const some = kept.orderBy('id').limit(FINGERPRINTED_AT_A_TIME)
    const rows: { id: string }[] = await lock(
      some.select('id', 'title', 'current_message_id', 'message_count', 'updated_at'),
    )
    const last = rows.at(-1)
    if (!last) return hash.digest('hex')
    hash.update(JSON.stringify(rows))
    after = last.id
  }
}

/** Reads all that an account keeps, in constant memory: everything at one moment, in the order of the ids. */
export class ConversationArchive {
  async count(snapshot: Snapshot, ownerId: string): Promise<{ conversations: number; messages: number }> {
    const kept = snapshot('conversations').where({ owner_id: ownerId, expires_at: null })
    const [row] = await kept.select(
      snapshot.raw('count(*) AS conversations, coalesce(sum(message_count), 0) AS messages'),
    )
    return { conversations: row.conversations, messages: row.messages }
  }

  async *conversations(snapshot: Snapshot, ownerId: string): AsyncGenerator<Conversation[]> {
    for await (const outlines of conversationOutlines(snapshot, ownerId)) {
      for (const some of batches(outlines)) {
        const ids = some.map(({ id }) => id)
        const rows: ConversationRow[] = await snapshot('conversations').whereIn('id', ids).orderBy('id')
        yield rows.map(toConversation)
      }
    }
  }

  /** Of the conversations in their order; in each, a message comes after the one that it follows. */
  async *messages(snapshot: Snapshot, ownerId: string): AsyncGenerator<Message[]> {
    for await (const conversations of conversationOutlines(snapshot, ownerId)) {
      // Of those that have to wait for what they follow only this is in memory, and no text.
      for await (const outlines of parentsFirst(outlinesOf(snapshot, conversations))) {
        for (const some of batches(outlines)) yield await read(snapshot, some)
      }
    }
  }
}

async function* conversationOutlines(snapshot: Snapshot, ownerId: string): AsyncGenerator<ConversationOutline[]> {
  for (let after = ''; ; ) {
    const found: ConversationOutline[] = await snapshot('conversations')
      .where({ owner_id: ownerId, expires_at: null })
      .andWhere('id', '>', after)
      .orderBy('id')
      .limit(CONVERSATIONS_AT_A_TIME)
      .select('id', { messages: 'message_count', bytes: snapshot.raw('coalesce(octet_length(system), 0)') })
    const last = found.at(-1)
    if (!last) return
    yield found
    after = last.id
  }
}

async function* outlinesOf(
  snapshot: Snapshot,
  conversations: readonly ConversationOutline[],
): AsyncGenerator<Outline[]> {
  for (const group of groups(conversations)) {
    const [first] = group
    if (first && group.length === 1) yield* outlinesOfOne(snapshot, first.id)
    else yield inOrder(snapshot, group)
  }
}

/** A long conversation goes on behind the last message of it that was read: nothing is walked past twice. */
async function* outlinesOfOne(snapshot: Snapshot, conversationId: string): AsyncGenerator<Outline[]> {
  for (let after = ''; ; ) {
    const rows = outlines(snapshot).where({ 'm.conversation_id': conversationId }).andWhere('m.id', '>', after)
    const found: Outline[] = await rows.orderBy('m.id').limit(MESSAGES_AT_A_TIME)
    const last = found.at(-1)
    if (!last) return
    yield found
    after = last.id
  }
}

function inOrder(snapshot: Snapshot, group: readonly ConversationOutline[]): Promise<Outline[]> {
  const ids = group.map(({ id }) => id)
  return outlines(snapshot).whereIn('m.conversation_id', ids).orderBy(['m.conversation_id', 'm.id'])
}

function outlines(snapshot: Snapshot) {
  return snapshot('messages as m').select('m.id', { parentId: 'm.parent_id', bytes: snapshot.raw(BYTES) })
}

async function read(snapshot: Snapshot, outlines: readonly Outline[]): Promise<Message[]> {
  const ids = outlines.map(({ id }) => id)
  const rows: MessageRow[] = await snapshot('messages as m').whereIn('m.id', ids).select(snapshot.raw(MESSAGE_COLUMNS))
  const found = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const row = found.get(id)
    return row ? [toMessage(row)] : []
  })
}

/** Those that are short together, and each long one for itself. */
function* groups(conversations: readonly ConversationOutline[]): Generator<ConversationOutline[]> {
  let group: ConversationOutline[] = []
  let messages = 0
  for (const conversation of conversations) {
    if (group.length > 0 && messages + conversation.messages > MESSAGES_AT_A_TIME) {
      yield group
      group = []
      messages = 0
    }
    group.push(conversation)
    messages += conversation.messages
  }
  if (group.length > 0) yield group
}

/** So many that their texts fit into the memory, and their ids into a statement. */
function* batches<Sized extends { bytes: number }>(outlines: readonly Sized[]): Generator<Sized[]> {
  let batch: Sized[] = []
  let bytes = 0
  for (const outline of outlines) {
    if (batch.length === MESSAGES_AT_A_TIME || (batch.length > 0 && bytes + outline.bytes > BATCH_BYTES)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(outline)
    bytes += outline.bytes
  }
  if (batch.length > 0) yield batch
}
