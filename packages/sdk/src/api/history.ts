import type { Upload } from '../transport/bytes.ts'
import { dataOf } from '../transport/send.ts'
import type { Conversation, ConversationDetail, ConversationUpdate } from '../wire-types.ts'
import type { ApiClient } from './client.ts'
import { createTransfer, type Transfer } from './transfer.ts'

/** Which part of a list to fetch. */
export interface PageOptions {
  /** Conversations per page, 1 to 200. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
  /**
   * Words to look for: only conversations in which one message, or the title, has all of them, whatever their case and
   * accents.
   */
  q?: string | undefined
}

/** Some conversations, the most recently updated first. */
export interface ConversationPage {
  conversations: Conversation[]
  /** Where the next page begins. Undefined on the last one. */
  nextCursor: string | undefined
}

/** The conversations of the account. */
export interface History extends Transfer {
  /**
   * Conversations, the most recently updated first: all of them, or `limit`; or those that hold the words of `q`.
   *
   * @example
   * ```ts
   * const found = await vektor.history.list({ q: 'cádiz train', limit: 20 })
   * ```
   */
  list(options?: PageOptions): Promise<Conversation[]>
  /** Page by page, 50 at a time unless you say otherwise; each is fetched when it is asked for. */
  pages(options?: PageOptions): AsyncIterable<ConversationPage>
  /**
   * Every conversation, fetched page by page.
   *
   * @example
   * ```ts
   * for await (const { title } of vektor.history.all()) console.log(title)
   * ```
   */
  all(options?: Pick<PageOptions, 'limit' | 'q'>): AsyncIterable<Conversation>
  /**
   * The messages of the active branch; with `tree`, those of all branches, each after the one its `parent_id` names.
   *
   * @throws VektorError `conversation-not-found`
   */
  get(conversationId: string, options?: { tree?: boolean | undefined }): Promise<ConversationDetail>
  /**
   * Gives it another title, or goes to another branch: the one that ends at `current_message_id`.
   *
   * @throws VektorError `conversation-not-found`, `message-not-found`, or `conversation-busy` while it is being answered
   *
   * @example
   * ```ts
   * await vektor.history.update(conversationId, { current_message_id: messageId })
   * ```
   */
  update(conversationId: string, change: ConversationUpdate): Promise<Conversation>
  /** @throws VektorError `conversation-not-found`, or `invalid-request` for a title that is empty or too long */
  rename(conversationId: string, title: string): Promise<Conversation>
  /**
   * Deletes the conversation and its messages, for good.
   *
   * @throws VektorError `conversation-not-found`
   */
  delete(conversationId: string): Promise<void>
}

const PAGE_SIZE = 50

export function createHistory(client: ApiClient, upload: Upload): History {
  const at = (conversationId: string) => ({ path: { conversation_id: conversationId } })

  const update: History['update'] = (id, body) =>
    dataOf(client.PATCH('/chat/history/{conversation_id}', { params: at(id), body }))

  async function page({ limit, cursor, q }: PageOptions): Promise<ConversationPage> {
    const query = {
      ...(limit !== undefined && { limit }),
      ...(cursor !== undefined && { cursor }),
      ...(q !== undefined && { q }),
    }
    const call = client.GET('/chat/history', { params: { query } })
    const conversations = await dataOf(call)
    const { response } = await call
    return { conversations, nextCursor: nextCursor(response.headers.get('link')) }
  }

  async function* pages({ limit = PAGE_SIZE, cursor, q }: PageOptions = {}): AsyncGenerator<ConversationPage> {
    let next = cursor
    do {
      const current = await page({ limit, cursor: next, q })
      yield current
      next = current.nextCursor
    } while (next !== undefined)
  }

  return {
    ...createTransfer(client, upload),
    pages,
    list: async (options = {}) => (await page(options)).conversations,
    async *all(options) {
      for await (const { conversations } of pages(options)) yield* conversations
    },
    get: (id, { tree } = {}) =>
      dataOf(
        client.GET('/chat/history/{conversation_id}', { params: { ...at(id), query: { ...(tree && { tree }) } } }),
      ),
    update,
    rename: (id, title) => update(id, { title }),
    delete: (id) => dataOf(client.DELETE('/chat/history/{conversation_id}', { params: at(id) })),
  }
}

/** The `cursor` in the target of `rel="next"`: https://www.rfc-editor.org/rfc/rfc8288#section-3 */
function nextCursor(link: string | null): string | undefined {
  const target = link?.match(/<([^>]*)>[^,]*;\s*rel="?next\b/i)?.[1]
  const query = target?.split('?')[1]
  return new URLSearchParams(query).get('cursor') ?? undefined
}
