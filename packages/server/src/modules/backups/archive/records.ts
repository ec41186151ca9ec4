import { ERROR_CODES } from '../../../app-error.ts'
import type { Conversation, Failure, Message } from '../../conversations/index.ts'

/** `account.json`: who made the archive, and how they like things. Who they are here is never restored. */
export interface AccountRecord {
  id: string
  email: string
  username: string
  avatar_url: string | null
  created_at: string
  /** What was chosen; the rest has its defaults. */
  preferences: Readonly<Record<string, unknown>>
}

/** A line of `conversations.ndjson`. */
export interface ConversationRecord {
  id: string
  title: string | null
  model: string
  system: string | null
  current_message_id: string | null
  created_at: string
  updated_at: string
}

/** A line of `messages.ndjson`. What a message has not is left out. */
export interface MessageRecord {
  id: string
  conversation_id: string
  parent_id: string | null
  role: Message['role']
  content: string
  created_at: string
  status: Message['status']
  model?: string
  finish_reason?: NonNullable<Message['finishReason']>
  usage?: NonNullable<Message['usage']>
  reasoning?: string
  notices?: { code: string; detail: string; offset: number; reasoning_offset: number }[]
  parts?: PartRecord[]
  error?: { code: string; detail: string; request_id: string }
}

type PartRecord = { type: 'text'; text: string } | { type: 'image_url'; image_url: { url: string } }
type Part = NonNullable<Message['parts']>[number]

export function toConversationRecord(conversation: Conversation): ConversationRecord {
  const { id, title, model, system, currentMessageId, createdAt, updatedAt } = conversation
  return {
    id,
    title,
    model,
    system,
    current_message_id: currentMessageId,
    created_at: toTimestamp(createdAt),
    updated_at: toTimestamp(updatedAt),
  }
}

export function toMessageRecord(message: Message): MessageRecord {
  const { model, finishReason, usage, reasoning, notices, parts, failure } = message
  return {
    id: message.id,
    conversation_id: message.conversationId,
    parent_id: message.parentId,
    role: message.role,
    content: message.content,
    created_at: toTimestamp(message.createdAt),
    status: message.status,
    ...(model !== null && { model }),
    ...(finishReason && { finish_reason: finishReason }),
    ...(usage && { usage }),
    ...(reasoning !== '' && { reasoning }),
    ...(notices.length > 0 && {
      notices: notices.map(({ event: { code, detail }, offset, reasoningOffset }) => ({
        code,
        detail,
        offset,
        reasoning_offset: reasoningOffset,
      })),
    }),
    ...(parts && { parts: parts.map(toPartRecord) }),
    ...(failure && { error: { code: failure.code, detail: failure.detail, request_id: failure.requestId } }),
  }
}

/** As it is restored for `ownerId`. */
export function fromConversationRecord(ownerId: string, record: ConversationRecord): Conversation {
  return {
    id: record.id,
    ownerId,
    title: record.title,
    model: record.model,
    system: record.system,
    currentMessageId: record.current_message_id,
    messageCount: 0,
    createdAt: Date.parse(record.created_at),
    updatedAt: Date.parse(record.updated_at),
    expiresAt: null,
  }
}

/** An answer that was being written when the backup was made goes on no more: it ends where it had come to. */
export function fromMessageRecord(record: MessageRecord): Message {
  const { error, notices = [], parts } = record
  const isOpen = record.status === 'in_progress'
  return {
    id: record.id,
    conversationId: record.conversation_id,
    parentId: record.parent_id,
    role: record.role,
    content: record.content,
    reasoning: record.reasoning ?? '',
    notices: notices.map(({ code, detail, offset, reasoning_offset: reasoningOffset }) => ({
      event: { type: 'notice', code, detail },
      offset,
      reasoningOffset,
    })),
    ...(parts && { parts: parts.map(fromPartRecord) }),
    model: record.model ?? null,
    status: isOpen ? 'interrupted' : record.status,
    finishReason: isOpen ? 'interrupted' : (record.finish_reason ?? null),
    usage: record.usage ?? null,
    failure: error ? toFailure(error) : null,
    createdAt: Date.parse(record.created_at),
  }
}

function toPartRecord(part: Part): PartRecord {
  return part.type === 'text' ? part : { type: 'image_url', image_url: { url: part.url } }
}

function fromPartRecord(part: PartRecord): Part {
  return part.type === 'text' ? { type: 'text', text: part.text } : { type: 'image', url: part.image_url.url }
}

/** A later version may know failures that this one does not. */
function toFailure({ code, detail, request_id: requestId }: NonNullable<MessageRecord['error']>): Failure {
  return { code: ERROR_CODES.find((known) => known === code) ?? 'internal-error', detail, requestId }
}

export function toTimestamp(time: number): string {
  return new Date(time).toISOString()
}
