import { Content } from '../../http/content.ts'
import type { Handlers } from '../../http/handler.ts'
import type { ConversationWithMessages, ListedConversation } from './conversation.ts'
import { attachment, fileNameOf } from './export/file-name.ts'
import { toMarkdown } from './export/markdown.ts'
import { toPage } from './export/page.ts'
import type { ExportService } from './export/service.ts'
import type { ConversationService } from './service.ts'
import { toWireConversation, toWireDetail, toWireExport } from './wire.ts'

type ConversationHandlers = Handlers<
  | 'listConversations'
  | 'getConversation'
  | 'updateConversation'
  | 'deleteConversation'
  | 'exportConversation'
  | 'exportHistory'
>

export function conversationRoutes(conversations: ConversationService, exports: ExportService): ConversationHandlers {
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

    async exportConversation({ caller, params, query }) {
      const { format = 'md', tree = false } = query
      const isTree = tree && format === 'json'
      const exported = await exports.one(caller.accountId, params.conversation_id, { isTree })
      const fileName = fileNameOf(exported.conversation.title, format)
      const content = await toContent(exported, format)
      return { status: 200, content, headers: { 'Content-Disposition': attachment(fileName) } }
    },

    async exportHistory({ caller }) {
      const headers = { 'Content-Disposition': attachment('vektor-history.json') }
      return { status: 200, items: toExports(exports.all(caller.accountId)), headers }
    },
  }
}

async function toContent(exported: ConversationWithMessages, format: 'md' | 'json' | 'html'): Promise<Content> {
  switch (format) {
    case 'md':
      return new Content('text/markdown; charset=utf-8', toMarkdown(exported))
    case 'html':
      return new Content('text/html; charset=utf-8', await toPage(exported))
    case 'json':
      return new Content('application/json', JSON.stringify(toWireExport(exported.conversation, exported.messages)))
  }
}

async function* toExports(conversations: AsyncIterable<ConversationWithMessages>) {
  for await (const { conversation, messages } of conversations) yield toWireExport(conversation, messages)
}

async function* toItems(conversations: AsyncIterable<ListedConversation>) {
  for await (const conversation of conversations) yield toWireConversation(conversation)
}

/** RFC 8288: a target relative to the request. */
function nextPage({ limit, q, cursor }: { limit: number; q: string | undefined; cursor: string }): string {
  return `/chat/history?${new URLSearchParams({ ...(q !== undefined && { q }), limit: String(limit), cursor })}`
}
