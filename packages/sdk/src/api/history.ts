import { dataOf } from '../transport/send.ts'
import type { Conversation, ConversationDetail } from '../wire-types.ts'
import type { ApiClient } from './client.ts'

/** Which part of a list to fetch. */
export interface PageOptions {
  /** Conversations per page, 1 to 200. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** Some conversations, the most recently updated first. */
export interface ConversationPage {
  conversations: Conversation[]
  /** Where the next page begins. Undefined on the last one. */
  nextCursor: string | undefined
}

/** The conversations of the account. */
export interface History {
  /** Conversations, the most recently updated first: all of them, or `limit`. */
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
  all(options?: Pick<PageOptions, 'limit'>): AsyncIterable<Conversation>
  /** @throws VektorError `conversation-not-found` */
  get(conversationId: string): Promise<ConversationDetail>
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

export function createHistory(client: ApiClient): History {
  const at = (conversationId: string) => ({ path: { conversation_id: conversationId } })

  async function page({ limit, cursor }: PageOptions): Promise<ConversationPage> {
    const query = { ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) }
    const call = client.GET('/chat/history', { params: { query } })
    const conversations = await dataOf(call)
    const { response } = await call
    return { conversations, nextCursor: nextCursor(response.headers.get('link')) }
  }

  async function* pages({ limit = PAGE_SIZE, cursor }: PageOptions = {}): AsyncGenerator<ConversationPage> {
    let next = cursor
    do {
      const current = await page({ limit, cursor: next })
      yield current
      next = current.nextCursor
    } while (next !== undefined)
  }

  return {
    pages,
    list: async (options = {}) => (await page(options)).conversations,
    async *all(options) {
      for await (const { conversations } of pages(options)) yield* conversations
    },
    get: (id) => dataOf(client.GET('/chat/history/{conversation_id}', { params: at(id) })),
    rename: (id, title) => dataOf(client.PATCH('/chat/history/{conversation_id}', { params: at(id), body: { title } })),
    delete: (id) => dataOf(client.DELETE('/chat/history/{conversation_id}', { params: at(id) })),
  }
}

/** The `cursor` in the target of `rel="next"`: https://www.rfc-editor.org/rfc/rfc8288#section-3 */
function nextCursor(link: string | null): string | undefined {
  const target = link?.match(/<([^>]*)>[^,]*;\s*rel="?next\b/i)?.[1]
  const query = target?.split('?')[1]
  return new URLSearchParams(query).get('cursor') ?? undefined
}
