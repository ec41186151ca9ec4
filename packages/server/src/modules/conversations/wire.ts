import type { components } from '../../generated/openapi.ts'
import { toProblem } from '../../http/problem.ts'
import type { Conversation, Failure, ListedConversation, Message } from './conversation.ts'

type Schemas = components['schemas']

export function toWireMessage(message: Message): Schemas['Message'] {
  const { id, role, content, reasoning, notices, parts, model, status, finishReason, usage, failure } = message
  return {
    id,
    role,
    content,
    ...(parts && { parts: parts.map(toWirePart) }),
    created_at: toTimestamp(message.createdAt),
    parent_id: message.parentId,
    ...(model !== null && { model }),
    status,
    ...(finishReason && { finish_reason: finishReason }),
    ...(usage && { usage }),
    ...(reasoning !== '' && { reasoning }),
    ...(notices.length > 0 && { notices: notices.map(({ event: { code, detail } }) => ({ code, detail })) }),
    ...(failure && { error: toWireFailure(failure) }),
  }
}

function toWirePart(part: NonNullable<Message['parts']>[number]): Schemas['ContentPart'] {
  return part.type === 'text' ? part : { type: 'image_url', image_url: { url: part.url } }
}

/** Why an answer failed, as the problem of the request that asked for it. */
export function toWireFailure({ code, detail, requestId }: Failure): Schemas['Problem'] {
  return toProblem({ code, detail, instance: '/chat/stream', requestId })
}

export function toWireConversation(conversation: ListedConversation): Schemas['Conversation'] {
  return { ...commonFields(conversation), message_count: conversation.messageCount }
}

export function toWireDetail(conversation: Conversation, messages: Message[]): Schemas['ConversationDetail'] {
  return {
    ...commonFields(conversation),
    current_message_id: conversation.currentMessageId,
    messages: messages.map(toWireMessage),
  }
}

/** All that it takes to have the conversation again: `modules/imports/formats/vektor.ts` reads it. */
export function toWireExport(conversation: Conversation, messages: Message[]): Schemas['ConversationExport'] {
  const { system, ...detail } = { system: conversation.system, ...toWireDetail(conversation, messages) }
  return { format: 'vektor-conversation', version: 1, system, ...detail }
}

function commonFields({ id, title, model, createdAt, updatedAt }: ListedConversation) {
  return { id, title, model, created_at: toTimestamp(createdAt), updated_at: toTimestamp(updatedAt) }
}

function toTimestamp(time: number): string {
  return new Date(time).toISOString()
}
