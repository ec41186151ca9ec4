import type { Transaction } from '../../database/database.ts'
import type { Dialect } from '../../database/dialect.ts'
import { ownerWord, searchWords } from '../../database/search-words.ts'
import type { Conversation, Message } from './conversation.ts'

/** Statements with more rows than this meet a limit of SQLite's. */
const ROWS_PER_INSERT = 200

export type Searchable = Pick<Conversation, 'id' | 'ownerId' | 'expiresAt'>

/** The words of one message, or of the title of a conversation, which is no message's. */
export interface SearchableText {
  conversationId: string
  messageId: string | null
  text: string
}

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

  /** One statement, whatever there is: each costs as much as the words. What is listed nowhere is not found either. */
  async add(transaction: Transaction, conversation: Searchable, { title = null, messages = [] }: Said): Promise<void> {
    if (conversation.expiresAt !== null) return
    const { id: conversationId, ownerId } = conversation
    const texts = messages.map(({ id, content }) => ({ conversationId, messageId: id, text: content }))
    const titles = title === null ? [] : [{ conversationId, messageId: null, text: title }]
    await this.addTexts(transaction, ownerId, [...titles, ...texts])
  }

  async deleteTitle(transaction: Transaction, conversationId: string): Promise<void> {
    await transaction('message_search').where({ conversation_id: conversationId, message_id: null }).delete()
  }

  /** Texts of any number of conversations. */
  async addTexts(transaction: Transaction, ownerId: string, texts: readonly SearchableText[]): Promise<void> {
    const rows = texts.flatMap(({ conversationId, messageId, text }) => {
      const found = searchWords(text)
      if (found.length === 0) return []
      const words = transaction.raw(this.#dialect.toWords, [[ownerWord(ownerId), ...found].join(' ')])
      return [{ conversation_id: conversationId, owner_id: ownerId, message_id: messageId, words }]
    })
    for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
      await transaction('message_search').insert(rows.slice(start, start + ROWS_PER_INSERT))
    }
  }
}
