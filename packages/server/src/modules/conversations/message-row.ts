import type { Ending, Failure, FinishReason, Message, MessageStatus, PlacedNotice } from './conversation.ts'
import { statusOf } from './conversation.ts'

export interface MessageRow {
  id: string
  conversation_id: string
  owner_id: string
  parent_id: string | null
  role: Message['role']
  content: string
  reasoning: string | null
  /** JSON: most answers have none. */
  notices: string | null
  parts: string | null
  model: string | null
  status: MessageStatus
  finish_reason: FinishReason | null
  usage: string | null
  error: string | null
  created_at: number
}

export function toRow(ownerId: string, message: Message): MessageRow {
  return {
    id: message.id,
    conversation_id: message.conversationId,
    owner_id: ownerId,
    parent_id: message.parentId,
    role: message.role,
    content: message.content,
    reasoning: message.reasoning || null,
    notices: noticesColumn(message.notices),
    parts: message.parts ? JSON.stringify(message.parts) : null,
    model: message.model,
    status: message.status,
    finish_reason: message.finishReason,
    usage: message.usage && JSON.stringify(message.usage),
    error: message.failure && JSON.stringify(message.failure),
    created_at: message.createdAt,
  }
}

export function toMessage(row: MessageRow): Message {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    parentId: row.parent_id,
    role: row.role,
    content: row.content,
    reasoning: row.reasoning ?? '',
    notices: row.notices === null ? [] : JSON.parse(row.notices),
    ...(row.parts !== null && { parts: JSON.parse(row.parts) }),
    model: row.model,
    status: row.status,
    finishReason: row.finish_reason,
    usage: row.usage === null ? null : JSON.parse(row.usage),
    failure: row.error === null ? null : toFailure(row.error),
    createdAt: row.created_at,
  }
}

export function noticesColumn(notices: readonly PlacedNotice[]): string | null {
  return notices.length === 0 ? null : JSON.stringify(notices)
}

/** The columns that say how an answer ended. */
export function endingColumns(ending: Ending): Pick<MessageRow, 'status' | 'finish_reason' | 'usage' | 'error'> {
  const isDone = ending.type === 'done'
  return {
    status: statusOf(ending),
    finish_reason: isDone ? ending.finishReason : null,
    usage: isDone && ending.usage ? JSON.stringify(ending.usage) : null,
    error: isDone ? null : JSON.stringify(ending.failure),
  }
}

function toFailure(json: string): Failure {
  return JSON.parse(json)
}
