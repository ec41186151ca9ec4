import type { Conversation } from '@vektor/sdk'
import { alignColumns } from './columns.ts'
import { neutraliseLine } from './neutralise.ts'

/** Conversations as lines: id, when, title. */
export function conversationRows(conversations: readonly Conversation[]): string[] {
  return alignColumns(
    conversations.map(({ id, updated_at, title }) => [id, localTime(updated_at), neutraliseLine(title ?? 'untitled')]),
  )
}

/** To the minute, in the time zone of whoever reads it; in an order that sorts. */
function localTime(timestamp: string): string {
  return new Date(timestamp).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' })
}
