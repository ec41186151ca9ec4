import type { Conversation } from './conversation.ts'

export interface ConversationRow {
  id: string
  owner_id: string
  title: string | null
  model: string
  system: string | null
  current_message_id: string | null
  message_count: number
  created_at: number
  updated_at: number
  expires_at: number | null
}

export function toConversation(row: ConversationRow): Conversation {
  return {
    id: row.id,
    ownerId: row.owner_id,
    title: row.title,
    model: row.model,
    system: row.system,
    currentMessageId: row.current_message_id,
    messageCount: row.message_count,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    expiresAt: row.expires_at,
  }
}
