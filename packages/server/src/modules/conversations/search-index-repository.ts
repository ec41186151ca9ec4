import type { Transaction } from '../../database/database.ts'
import type { Dialect } from '../../database/dialect.ts'
import { ownerWord, searchWords } from '../../database/search-words.ts'
import type { Conversation, Message } from './conversation.ts'

/** Statements with more rows than this meet a limit of SQLite's. */
const ROWS_PER_INSERT = 200

export type Searchable = Pick<Conversation, 'id' | 'ownerId' | 'expiresAt'>

interface Said {
  title?: string | null
  messages?: readonly Pick<Message, 'id' | 'content'>[]
}

/** What a search reads. It is written with what it is about, in the same transaction, and deleted with the conversation. */
export class SearchIndex {
  readonly #dialect: Dialect

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  /** One statement, whatever there is: each costs as much as the words. */
  async add(transaction: Transaction, conversation: Searchable, { title = null, messages = [] }: Said): Promise<void> {
    const texts = messages.map(({ id, content }) => ({ message_id: id, text: content }))
    await this.#add(transaction, conversation, [
      ...(title === null ? [] : [{ message_id: null, text: title }]),
      ...texts,
    ])
  }

  async deleteTitle(transaction: Transaction, conversationId: string): Promise<void> {
    await transaction('message_search').where({ conversation_id: conversationId, message_id: null }).delete()
  }

  /** What is listed nowhere is not found either. */
  async #add(
    transaction: Transaction,
    { id, ownerId, expiresAt }: Searchable,
    texts: readonly { message_id: string | null; text: string }[],
  ): Promise<void> {
    if (expiresAt !== null) return
    const rows = texts.flatMap(({ message_id, text }) => {
      const found = searchWords(text)
      if (found.length === 0) return []
      const words = transaction.raw(this.#dialect.toWords, [[ownerWord(ownerId), ...found].join(' ')])
      return [{ conversation_id: id, owner_id: ownerId, message_id, words }]
    })
    for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
      await transaction('message_search').insert(rows.slice(start, start + ROWS_PER_INSERT))
    }
  }
}
