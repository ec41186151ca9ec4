import type { Handlers } from '../../http/handler.ts'
import type { ConversationService } from './service.ts'
import { toWireConversation, toWireDetail } from './wire.ts'

type ConversationHandlers = Handlers<
  'listConversations' | 'getConversation' | 'updateConversation' | 'deleteConversation'
>

export function conversationRoutes(conversations: ConversationService): ConversationHandlers {
  return {
    async listConversations({ caller, query }) {
      const { conversations: found, next } = await conversations.list(caller.accountId, query)
      const body = found.map(toWireConversation)
      return next === undefined
        ? { status: 200, body }
        : { status: 200, body, headers: { Link: `<${nextPage(query.limit, next)}>; rel="next"` } }
    },

    async getConversation({ caller, params }) {
      const { conversation, messages } = await conversations.get(caller.accountId, params.conversation_id)
      return { status: 200, body: toWireDetail(conversation, messages) }
    },

    async updateConversation({ caller, params, body }) {
      const renamed = await conversations.rename(caller.accountId, params.conversation_id, body.title)
      return { status: 200, body: toWireConversation(renamed) }
    },

    async deleteConversation({ caller, params }) {
      await conversations.delete(caller.accountId, params.conversation_id)
      return { status: 204 }
    },
  }
}

/** RFC 8288: a target relative to the request. */
function nextPage(limit: number | undefined, cursor: string): string {
  return `/chat/history?${new URLSearchParams({ limit: String(limit), cursor })}`
}
