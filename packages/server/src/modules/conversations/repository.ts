import type { Database, Transaction } from '../../database/database.ts'
import { type Conversation, type Ending, type Message, type PlacedNotice, titleFrom } from './conversation.ts'
import { type ConversationRow, toConversation } from './conversation-row.ts'
import { MESSAGE_COLUMNS, NEWS_COLUMNS, SEGMENTS, storedText } from './message-columns.ts'
import { endingColumns, type MessageRow, noticesColumn, toMessage, toRow } from './message-row.ts'
import { type Searchable, SearchIndex } from './search-index-repository.ts'
import type { Segment } from './segment.ts'

/** All of an answer. */
export interface WholeText {
  content: string
  reasoning: string
  /** Of which pieces may have been stored before. */
  pieces: Iterable<Segment['kind']>
}

const KINDS = ['answer', 'reasoning'] as const

/** Statements with more rows than this meet a limit of SQLite's. */
const ROWS_PER_INSERT = 200

/** PostgreSQL counts the depth of a branch in 32 bits. */
const DEEPEST = 2 ** 31 - 1

/** How long a conversation that must not be kept stays after its answer, so that its end can still be read. */
const KEEP_MS = 10 * 60_000

export class ConversationRepository {
  readonly #database: Database
  readonly #search: SearchIndex

  constructor(database: Database) {
    this.#database = database
    this.#search = new SearchIndex(database.dialect)
  }

  /** Scoped to the owner: someone else's conversation is the same as none. */
  async find(ownerId: string, id: string): Promise<Conversation | undefined> {
    const rows = this.#database
      .read<ConversationRow>('conversations')
      .where({ id, owner_id: ownerId, restore_id: null })
    const row = await this.#database.guard(async () => rows.first())
    return row && toConversation(row)
  }

  /** Like `find`, and nobody else changes the conversation until the transaction ends. */
  async lock(transaction: Transaction, ownerId: string, id: string): Promise<Conversation | undefined> {
    const rows = transaction<ConversationRow>('conversations').where({ id, owner_id: ownerId, restore_id: null })
    const row = await this.#database.dialect.lockRows(rows).first()
    return row && toConversation(row)
  }

  /** A new conversation, and what was said first in it. What is in progress can be searched once it has ended. */
  async insert(transaction: Transaction, conversation: Conversation, messages: readonly Message[]): Promise<void> {
    await transaction<ConversationRow>('conversations').insert({
      id: conversation.id,
      owner_id: conversation.ownerId,
      title: conversation.title,
      model: conversation.model,
      system: conversation.system,
      current_message_id: conversation.currentMessageId,
      message_count: conversation.messageCount,
      created_at: conversation.createdAt,
      updated_at: conversation.updatedAt,
      expires_at: conversation.expiresAt,
    })
    await this.#insertRows(transaction, conversation, messages)
    await this.#search.add(transaction, conversation, { title: conversation.title, messages: saidIn(messages) })
  }

  /** Stores what `insert` stored, as it is now. */
  async update(transaction: Transaction, conversation: Conversation): Promise<void> {
    const { id, ownerId, title, model, system, currentMessageId, messageCount, updatedAt, expiresAt } = conversation
    await transaction<ConversationRow>('conversations').where({ id, owner_id: ownerId }).update({
      title,
      model,
      system,
      current_message_id: currentMessageId,
      message_count: messageCount,
      updated_at: updatedAt,
      expires_at: expiresAt,
    })
  }

  /** Like `update`, for a title that is another one now. */
  async retitle(transaction: Transaction, conversation: Conversation): Promise<void> {
    await this.update(transaction, conversation)
    await this.#search.deleteTitle(transaction, conversation.id)
    await this.#search.add(transaction, conversation, { title: conversation.title })
  }

  /** Takes the messages with it. False if there is no such conversation. */
  async delete(ownerId: string, id: string): Promise<boolean> {
    const deleted = await this.#database.transaction(async (transaction) => {
      // A restore stages nothing meanwhile; what it has staged, or put aside, may follow one of them.
      const running = transaction('restores').where({ account_id: ownerId, is_over: false })
      await this.#database.dialect.lockRows(running).pluck('id')
      const own = () => transaction('messages').where({ conversation_id: id, owner_id: ownerId })
      const following = transaction('messages')
        .whereIn('parent_id', own().select('id'))
        .whereNot({ conversation_id: id })
      await following.update({ parent_id: null })
      return transaction<ConversationRow>('conversations').where({ id, owner_id: ownerId, restore_id: null }).delete()
    })
    return deleted > 0
  }

  async deleteExpired(now: number): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await transaction<ConversationRow>('conversations')
        .where('expires_at', '<', now)
        .where({ restore_id: null })
        .delete()
    })
  }

  /** Like `insert`, for a conversation that is there. */
  async insertMessages(
    transaction: Transaction,
    conversation: Conversation,
    messages: readonly Message[],
  ): Promise<void> {
    await this.#insertRows(transaction, conversation, messages)
    await this.#search.add(transaction, conversation, { messages: saidIn(messages) })
  }

  /** All messages of a conversation, whatever their branch: the oldest first, and each after the one it follows. */
  async tree(ownerId: string, conversationId: string): Promise<Message[]> {
    const read = this.#database.read
    const descend = read.raw(
      `SELECT id, 1 AS depth FROM messages WHERE conversation_id = ? AND owner_id = ? AND parent_id IS NULL
       UNION ALL
       SELECT child.id, depth + 1 FROM tree JOIN messages child ON child.parent_id = tree.id AND child.conversation_id = ?`,
      [conversationId, ownerId, conversationId],
    )
    const found = read.withRecursive('tree', descend).from('tree').join('messages as m', 'm.id', 'tree.id')
    const rows: MessageRow[] = await this.#database.guard(async () =>
      found.select(read.raw(MESSAGE_COLUMNS)).orderBy(['m.created_at', 'depth', 'm.id']),
    )
    return rows.map(toMessage)
  }

  /** One message of a conversation, without the pieces of one that is in progress. */
  async findIn(transaction: Transaction, conversation: Conversation, messageId: string): Promise<Message | undefined> {
    const where = { id: messageId, conversation_id: conversation.id, owner_id: conversation.ownerId }
    const row = await transaction<MessageRow>('messages').where(where).first()
    return row && toMessage(row)
  }

  async findMessage(ownerId: string, id: string): Promise<Message | undefined> {
    const read = this.#database.read
    const seen = read('conversations').whereRaw('id = m.conversation_id').where({ restore_id: null })
    const rows = read('messages as m').where({ 'm.id': id, 'm.owner_id': ownerId }).whereExists(seen)
    const row: MessageRow | undefined = await this.#database.guard(async () => rows.first(read.raw(MESSAGE_COLUMNS)))
    return row && toMessage(row)
  }

  /** Like `findMessage`, but of the texts only what comes after so many UTF-16 units, which databases do not count. */
  async findMessageFrom(
    ownerId: string,
    id: string,
    { length, reasoningLength }: { length: number; reasoningLength: number },
  ): Promise<Message | undefined> {
    const read = this.#database.read
    const rows = read('messages as m').where({ 'm.id': id, 'm.owner_id': ownerId })
    const places = [length, reasoningLength]
    const row: (MessageRow & { start: number; reasoning_start: number }) | undefined = await this.#database.guard(
      async () => rows.first(read.raw(NEWS_COLUMNS, [...places, ...places])),
    )
    if (!row) return undefined
    const { content, reasoning, ...message } = toMessage(row)
    return {
      ...message,
      content: content.slice(length - row.start),
      reasoning: reasoning.slice(reasoningLength - row.reasoning_start),
    }
  }

  /** The messages from the root to this one, or only the last `count` of them. */
  async branch(ownerId: string, messageId: string, count = DEEPEST): Promise<Message[]> {
    const read = this.#database.read
    const climb = read.raw(
      `SELECT id, parent_id, 1 AS depth FROM messages WHERE id = ? AND owner_id = ?
       UNION ALL
       SELECT parent.id, parent.parent_id, depth + 1 FROM branch JOIN messages parent ON parent.id = branch.parent_id
       WHERE depth < ?`,
      [messageId, ownerId, count],
    )
    const found = read.withRecursive('branch', climb).from('branch').join('messages as m', 'm.id', 'branch.id')
    const rows: MessageRow[] = await this.#database.guard(async () =>
      found.select(read.raw(MESSAGE_COLUMNS)).orderBy('depth', 'desc'),
    )
    return rows.map(toMessage)
  }

  /** A piece may come again, and longer: whoever lost the connection does not know whether it was stored. */
  async appendSegments(transaction: Transaction, segments: readonly Segment[]): Promise<void> {
    for (const kind of KINDS) {
      const rows = segments
        .filter((segment) => segment.kind === kind)
        .map(({ messageId, start, content }) => ({ message_id: messageId, start, content }))
      for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
        const some = rows.slice(start, start + ROWS_PER_INSERT)
        await transaction(SEGMENTS[kind]).insert(some).onConflict(['message_id', 'start']).merge(['content'])
      }
    }
  }

  async setNotices(transaction: Transaction, messageId: string, notices: readonly PlacedNotice[]): Promise<void> {
    const message = transaction<MessageRow>('messages').where({ id: messageId })
    await message.update({ notices: noticesColumn(notices) })
  }

  /** Ends an answer: from here on its text is one. Without `whole` it is what the segments hold. */
  async finishMessage(
    transaction: Transaction,
    { messageId, whole, ending, now }: { messageId: string; whole?: WholeText; ending: Ending; now: number },
  ): Promise<void> {
    const text = whole
      ? { content: whole.content, reasoning: whole.reasoning || null }
      : {
          content: transaction.raw(storedText('answer', '?'), [messageId]),
          reasoning: transaction.raw(`nullif(${storedText('reasoning', '?')}, '')`, [messageId]),
        }
    const [message] = await transaction<MessageRow>('messages')
      .where({ id: messageId })
      .update({ ...endingColumns(ending), ...text })
      .returning(whole ? ['conversation_id'] : ['conversation_id', 'content'])
    // A statement costs a short answer as much as its end.
    for (const kind of whole?.pieces ?? KINDS)
      await transaction(SEGMENTS[kind]).where({ message_id: messageId }).delete()
    if (!message) return
    const expiresAt = transaction.raw('CASE WHEN expires_at IS NOT NULL THEN CAST(? AS BIGINT) END', [now + KEEP_MS])
    const [row] = await transaction('conversations')
      .where({ id: message.conversation_id })
      .update({ updated_at: now, expires_at: expiresAt })
      .returning(['id', 'owner_id', 'expires_at', 'title'])
    if (!row) return
    const conversation = { id: row.id, ownerId: row.owner_id, expiresAt: row.expires_at }
    const answer = { id: messageId, content: whole?.content ?? message.content }
    await this.#search.add(transaction, conversation, { messages: [answer] })
    if (row.title === null) await this.#nameAfter(transaction, conversation, answer.content)
  }

  async #insertRows(transaction: Transaction, { ownerId }: Conversation, messages: readonly Message[]): Promise<void> {
    const rows = messages.map((message) => toRow(ownerId, message))
    for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
      await transaction<MessageRow>('messages').insert(rows.slice(start, start + ROWS_PER_INSERT))
    }
  }

  /** The question had no words to make a title of. */
  async #nameAfter(transaction: Transaction, conversation: Searchable, answer: string): Promise<void> {
    const title = titleFrom(answer)
    if (title === null) return
    await transaction<ConversationRow>('conversations').where({ id: conversation.id }).update({ title })
    await this.#search.add(transaction, conversation, { title })
  }
}

function saidIn(messages: readonly Message[]): Message[] {
  return messages.filter(({ status }) => status !== 'in_progress')
}
