import type { Knex } from 'knex'
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
/** How many of the newest conversations are compared with a query, for each row that is wanted, before all are searched. */
const TRIED_PER_ROW = 10

/** The conversations of an account that are listed, the most recently updated first. */
export class ConversationListRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** What many messages have is in enough of the newest conversations, and need not be looked for in all. */
  async page(ownerId: string, page: ListFilter & { limit: number }): Promise<ListedConversation[]> {
    const { limit, words } = page
    if (words && this.#database.dialect.comparesWords) {
      const newest = await this.#read(this.#matchingNewest(ownerId, { ...page, words }), page, 'desc')
      if (newest.length === limit) return newest
    }
    return this.#read(this.#matching(ownerId, words), page, 'desc')
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
      batch = await this.#read(this.#matching(ownerId, filter.words), { after, limit }, order)
      yield batch
      after = batch.at(-1)
    } while (batch.length === limit)
  }

  async #read(
    from: Knex.QueryBuilder,
    { after, limit }: Pick<ListFilter, 'after'> & { limit: number },
    order: Order,
  ): Promise<ListedConversation[]> {
    const rows = inOrder(from, { after, limit }, order)
    const found: ListedRow[] = await this.#database.guard(async () => rows.select(LISTED_COLUMNS))
    return found.map(toListedConversation)
  }

  #matching(ownerId: string, words: readonly string[] | undefined) {
    const { dialect, read } = this.#database
    const rows = read('conversations').where({ expires_at: null })
    if (!words) return rows.where({ owner_id: ownerId })
    const matches = this.#matches(ownerId, words).select('conversation_id')
    // From the matches to the conversations: the other way, a search for one costs as much as the whole history.
    return rows.whereRaw(`${dialect.unindexed('owner_id')} = ?`, [ownerId]).whereRaw(dialect.isAmong('id'), [matches])
  }

  #matchingNewest(ownerId: string, { after, limit, words }: ListFilter & { limit: number; words: readonly string[] }) {
    const { read } = this.#database
    const newest = inOrder(this.#matching(ownerId, undefined), { after, limit: limit * TRIED_PER_ROW }, 'desc')
    const matches = this.#matches(ownerId, words).whereRaw('conversation_id = newest.id')
    return read(newest.select(LISTED_COLUMNS).as('newest')).whereExists(matches)
  }

  #matches(ownerId: string, words: readonly string[]) {
    const { dialect, read } = this.#database
    const all = dialect.allWords([ownerWord(ownerId), ...words])
    return read('message_search').where({ owner_id: ownerId }).whereRaw(dialect.hasWords, [all])
  }
}

function inOrder(
  rows: Knex.QueryBuilder,
  { after, limit }: Pick<ListFilter, 'after'> & { limit: number },
  order: Order,
): Knex.QueryBuilder {
  const comparison = `(updated_at, id) ${order === 'desc' ? '<' : '>'} (?, ?)`
  if (after) void rows.whereRaw(comparison, [after.updatedAt, after.id])
  const columns = ['updated_at', 'id'].map((column) => ({ column, order }))
  return rows.orderBy(columns).limit(limit)
}

function batchOf({ words }: ListFilter): number {
  return words ? SEARCH_BATCH : BATCH
}
