import type { Handlers } from '../../http/handler.ts'
import type { ListedConversation } from './conversation.ts'
import type { ConversationService } from './service.ts'
import { toWireConversation, toWireDetail } from './wire.ts'

type ConversationHandlers = Handlers<
  'listConversations' | 'getConversation' | 'updateConversation' | 'deleteConversation'
>

export function conversationRoutes(conversations: ConversationService): ConversationHandlers {
  return {
    async listConversations({ caller, query }) {
      const { cursor, limit, q } = query
      const request = { ...(cursor !== undefined && { cursor }), ...(q !== undefined && { query: q }) }
      if (limit === undefined) return { status: 200, items: toItems(conversations.all(caller.accountId, request)) }
      const { conversations: found, next } = await conversations.page(caller.accountId, { ...request, limit })
      const body = found.map(toWireConversation)
      if (next === undefined) return { status: 200, body }
      return { status: 200, body, headers: { Link: `<${nextPage({ limit, q, cursor: next })}>; rel="next"` } }
    },

    async getConversation({ caller, params, query }) {
      const isTree = query.tree ?? false
      const { conversation, messages } = await conversations.get(caller.accountId, params.conversation_id, { isTree })
      return { status: 200, body: toWireDetail(conversation, messages) }
    },

    async updateConversation({ caller, params, body }) {
      const { current_message_id: currentMessageId, title } = body
      const change = {
        ...(title !== undefined && { title }),
        ...(currentMessageId !== undefined && { currentMessageId }),
      }
      const updated = await conversations.update(caller.accountId, params.conversation_id, change)
      return { status: 200, body: toWireConversation(updated) }
    },

    async deleteConversation({ caller, params }) {
      await conversations.delete(caller.accountId, params.conversation_id)
      return { status: 204 }
    },
  }
}

async function* toItems(conversations: AsyncIterable<ListedConversation>) {
  for await (const conversation of conversations) yield toWireConversation(conversation)
}

/** RFC 8288: a target relative to the request. */
function nextPage({ limit, q, cursor }: { limit: number; q: string | undefined; cursor: string }): string {
  return `/chat/history?${new URLSearchParams({ ...(q !== undefined && { q }), limit: String(limit), cursor })}`
}
