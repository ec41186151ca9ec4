import type { Database } from '../../database/database.ts'
import { ownerWord } from '../../database/search-words.ts'
import type { Conversation } from './conversation.ts'
import { type ConversationRow, toConversation } from './conversation-row.ts'

/** Where a page of the list begins: after this conversation. */
export interface ListCursor {
  updatedAt: number
  id: string
}

export interface ListFilter {
  after?: ListCursor
  /** Only those conversations in which one message, or the title, has all of these. */
  words?: readonly string[]
}

/** How many rows are read at once where all are wanted. */
const BATCH = 500

/** The conversations of an account that are listed, the most recently updated first. */
export class ConversationListRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async page(ownerId: string, page: ListFilter & { limit: number }): Promise<Conversation[]> {
    const rows = this.#matching(ownerId, page)
      .orderBy([
        { column: 'updated_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(page.limit)
    return (await this.#database.guard(async () => rows)).map(toConversation)
  }

  /**
   * All of them, as many as there may be: what changes its place while they are being sent is neither left out nor sent twice,
   * because their order is settled at the beginning. Of those that wait for their turn nothing but the id is in memory.
   */
  async *all(ownerId: string, filter: ListFilter): AsyncGenerator<Conversation> {
    const ids = await this.#ids(ownerId, filter)
    let batch: string[] = []
    for (let start = 0; start < ids.length; ) {
      const space = ids.indexOf(' ', start)
      const end = space < 0 ? ids.length : space
      batch.push(ids.slice(start, end))
      start = end + 1
      if (batch.length < BATCH && start < ids.length) continue
      yield* await this.#find(ownerId, batch)
      batch = []
    }
  }

  /** One text with spaces in it, for it takes a third of the memory of a list. */
  async #ids(ownerId: string, filter: ListFilter): Promise<string> {
    const ids = this.#database.read.raw(`string_agg(id, ' ' ORDER BY updated_at DESC, id DESC) AS ids`)
    const rows = this.#matching(ownerId, filter).first<{ ids: string | null }>(ids)
    return (await this.#database.guard(async () => rows)).ids ?? ''
  }

  async #find(ownerId: string, ids: readonly string[]): Promise<Conversation[]> {
    const rows = this.#conversations().where({ owner_id: ownerId }).whereIn('id', ids)
    const found = new Map((await this.#database.guard(async () => rows)).map((row) => [row.id, row]))
    return ids.flatMap((id) => {
      const row = found.get(id)
      return row ? [toConversation(row)] : []
    })
  }

  #matching(ownerId: string, { after, words }: ListFilter) {
    const rows = this.#conversations().where({ owner_id: ownerId, expires_at: null })
    if (after) void rows.whereRaw('(updated_at, id) < (?, ?)', [after.updatedAt, after.id])
    if (!words) return rows
    const { dialect, read } = this.#database
    const matches = read('message_search')
      .where({ owner_id: ownerId })
      .whereRaw(dialect.hasWords, [dialect.allWords([ownerWord(ownerId), ...words])])
    return rows.whereIn('id', matches.select('conversation_id'))
  }

  #conversations() {
    return this.#database.read<ConversationRow>('conversations')
  }
}
