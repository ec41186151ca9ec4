import type { Conversation } from '@vektor/sdk'
import { alignColumns } from './columns.ts'
import { localTime } from './local-time.ts'
import { neutraliseLine } from './neutralise.ts'

/** Conversations as lines: id, when, title. */
export function conversationRows(conversations: readonly Conversation[]): string[] {
  return alignColumns(
    conversations.map(({ id, updated_at, title }) => [id, localTime(updated_at), neutraliseLine(title ?? 'untitled')]),
  )
}
