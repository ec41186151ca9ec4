import type { Conversation, ListedConversation } from './conversation.ts'

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
  /** Set for what nobody sees. */
  restore_id: string | null
}

/** What a list reads. */
export type ListedRow = Omit<ConversationRow, 'system' | 'restore_id'>

export const LISTED_COLUMNS = [
  'id',
  'owner_id',
  'title',
  'model',
  'current_message_id',
  'message_count',
  'created_at',
  'updated_at',
  'expires_at',
] as const satisfies (keyof ListedRow)[]

export function toListedConversation(row: ListedRow): ListedConversation {
  return {
    id: row.id,
    ownerId: row.owner_id,
    title: row.title,
    model: row.model,
    currentMessageId: row.current_message_id,
    messageCount: row.message_count,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    expiresAt: row.expires_at,
  }
}

export function toConversation(row: ConversationRow): Conversation {
  return { ...toListedConversation(row), system: row.system }
}
