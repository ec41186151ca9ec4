import type { Database, Snapshot, Transaction } from '../../database/database.ts'
import type { Conversation, Message } from './conversation.ts'
import { type ConversationRow, toConversation } from './conversation-row.ts'
import { MESSAGE_COLUMNS } from './message-columns.ts'
import { type MessageRow, toMessage } from './message-row.ts'
import { parentsFirst } from './parents-first.ts'

/** How many conversations are read at once, and of how many messages the sizes. */
const CONVERSATIONS_AT_A_TIME = 500
const MESSAGES_AT_A_TIME = 1_000

/** So much text is in memory at once, or one message. */
const BATCH_BYTES = 2 * 1024 ** 2

/** Of all texts of a message; SQLite reads no text to know how long it is, nor does PostgreSQL. */
const BYTES = ['content', 'reasoning', 'parts', 'notices', 'error']
  .map((column) => `coalesce(octet_length(m.${column}), 0)`)
  .join(' + ')

interface Place {
  conversation_id: string
  id: string
}

/** Is another one as soon as anything was added, answered, renamed or removed. */
export async function fingerprintOf(knex: Database['read'] | Transaction, ownerId: string): Promise<string> {
  const kept = knex('conversations').where({ owner_id: ownerId, expires_at: null })
  const [row] = await kept.select(
    knex.raw(`count(*) AS conversations, coalesce(sum(message_count), 0) AS messages, coalesce(max(updated_at), 0) AS updated,
      coalesce(sum(updated_at), 0) AS moments, coalesce(sum(octet_length(title)), 0) AS titles`),
  )
  return JSON.stringify(row)
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
    let after = ''
    for (;;) {
      const rows: ConversationRow[] = await snapshot('conversations')
        .where({ owner_id: ownerId, expires_at: null })
        .andWhere('id', '>', after)
        .orderBy('id')
        .limit(CONVERSATIONS_AT_A_TIME)
      const last = rows.at(-1)
      if (!last) return
      yield rows.map(toConversation)
      after = last.id
    }
  }

  /** Of the conversations in their order; in each, a message comes after the one that it follows. */
  async *messages(snapshot: Snapshot, ownerId: string): AsyncGenerator<Message[]> {
    for await (const conversations of this.conversations(snapshot, ownerId)) {
      const ids = conversations.map(({ id }) => id)
      yield* parentsFirst(this.#inOrder(snapshot, ids))
    }
  }

  async *#inOrder(snapshot: Snapshot, conversationIds: readonly string[]): AsyncGenerator<Message[]> {
    const inOrder = (after: Place | undefined) => {
      const rows = snapshot('messages as m').whereIn('m.conversation_id', [...conversationIds])
      if (after) void rows.whereRaw('(m.conversation_id, m.id) > (?, ?)', [after.conversation_id, after.id])
      return rows.orderBy(['m.conversation_id', 'm.id'])
    }
    let read: Place | undefined
    for (;;) {
      const sizes: (Place & { bytes: number })[] = await inOrder(read)
        .limit(MESSAGES_AT_A_TIME)
        .select('m.conversation_id', 'm.id', snapshot.raw(`${BYTES} AS bytes`))
      if (sizes.length === 0) return
      for (const count of batches(sizes)) {
        const rows: MessageRow[] = await inOrder(read).limit(count).select(snapshot.raw(MESSAGE_COLUMNS))
        yield rows.map(toMessage)
        read = rows.at(-1)
      }
    }
  }
}

/** How many of the next messages to read at once, again and again. */
function* batches(sizes: readonly { bytes: number }[]): Generator<number> {
  let count = 0
  let bytes = 0
  for (const size of sizes) {
    if (count > 0 && bytes + size.bytes > BATCH_BYTES) {
      yield count
      count = 0
      bytes = 0
    }
    count += 1
    bytes += size.bytes
  }
  yield count
}
