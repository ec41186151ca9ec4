import type { Database } from '../../database/database.ts'
import { ownerWord } from '../../database/search-words.ts'
import type { ListedConversation } from './conversation.ts'
import { LISTED_COLUMNS, type ListedRow, toListedConversation } from './conversation-row.ts'

/** A place in the list: that of this conversation. */
export interface ListCursor {
  updatedAt: number
  id: string
}

export interface ListFilter {
  after?: ListCursor | undefined
  /** Only those conversations in which one message, or the title, has all of these. */
  words?: readonly string[]
}

type Order = 'asc' | 'desc'

/** How many rows are read at once where all are wanted. */
const BATCH = 500
/** Every batch of a search looks for all that matches, so there had better be few. */
const SEARCH_BATCH = 5_000

/** The conversations of an account that are listed, the most recently updated first. */
export class ConversationListRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  page(ownerId: string, page: ListFilter & { limit: number }): Promise<ListedConversation[]> {
    return this.#read(ownerId, page, 'desc')
  }

  /**
   * All of them, as many as there may be. What is updated meanwhile moves to the top, and would be missed if its turn had
   * not come: so the top is read again at the end, and what has come there since is sent.
   * `docs/decisions/0008-a-list-is-read-in-batches.md` says why, and what this promises.
   */
  async *all(ownerId: string, filter: ListFilter): AsyncGenerator<ListedConversation> {
    let top: ListCursor[] = []
    for await (const batch of this.#batches(ownerId, filter, 'desc')) {
      if (top.length === 0) top = batch.map(({ id, updatedAt }) => ({ id, updatedAt }))
      yield* batch
    }
    const after = top.at(-1)
    // What moves away from behind a cursor is not asked for any more; and one batch alone was all that there was.
    if (filter.after || !after || top.length < batchOf(filter)) return
    const known = new Set(top.map(({ id }) => id))
    // Upwards, for what is updated while this is being read moves to where it will yet be read.
    for await (const batch of this.#batches(ownerId, { ...filter, after }, 'asc')) {
      yield* batch.filter(({ id }) => !known.has(id))
    }
  }

  /** Of one after the other: whoever reads slowly keeps one in memory, and no connection. */
  async *#batches(ownerId: string, filter: ListFilter, order: Order): AsyncGenerator<ListedConversation[]> {
    const limit = batchOf(filter)
    let { after } = filter
    let batch: ListedConversation[]
    do {
      batch = await this.#read(ownerId, { ...filter, after, limit }, order)
      yield batch
      after = batch.at(-1)
    } while (batch.length === limit)
  }

  async #read(
    ownerId: string,
    { after, limit, words }: ListFilter & { limit: number },
    order: Order,
  ): Promise<ListedConversation[]> {
    const rows = this.#matching(ownerId, words)
      .orderBy([
        { column: 'updated_at', order },
        { column: 'id', order },
      ])
      .limit(limit)
    if (after)
      void rows.whereRaw(`(updated_at, id) ${order === 'desc' ? '<' : '>'} (?, ?)`, [after.updatedAt, after.id])
    const found: ListedRow[] = await this.#database.guard(async () => rows.select(LISTED_COLUMNS))
    return found.map(toListedConversation)
  }

  #matching(ownerId: string, words: readonly string[] | undefined) {
    const { dialect, read } = this.#database
    const rows = read('conversations').where({ expires_at: null })
    if (!words) return rows.where({ owner_id: ownerId })
    const matches = read('message_search')
      .where({ owner_id: ownerId })
      .whereRaw(dialect.hasWords, [dialect.allWords([ownerWord(ownerId), ...words])])
    // From the matches to the conversations: the other way, a search for one costs as much as the whole history.
    return rows
      .whereRaw(`${dialect.unindexed('owner_id')} = ?`, [ownerId])
      .whereIn('id', matches.select('conversation_id'))
  }
}

function batchOf({ words }: ListFilter): number {
  return words ? SEARCH_BATCH : BATCH
}
