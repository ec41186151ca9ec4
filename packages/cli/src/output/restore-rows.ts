import type { RestoreChange, RestoreReport } from '@vektor/sdk'
import { alignColumns } from './columns.ts'
import { count } from './count.ts'
import { neutraliseLine } from './neutralise.ts'

const SIGNS = { add: '+', change: '~', remove: '-' } as const satisfies Record<RestoreChange['action'], string>

/** What a restore has done, or would do: to each conversation, where that is told, and in all. */
export function restoreRows(report: RestoreReport): string[] {
  const { changes = [], restored } = report
  const told = restored.conversations_added + restored.conversations_changed + restored.conversations_removed
  const more = told - changes.length
  return [
    ...alignColumns(changes.map(changeRow)),
    ...(changes.length > 0 && more > 0 ? [`  and ${count(more, 'conversation')} more`] : []),
    ...(changes.length > 0 ? [''] : []),
    ...alignColumns([
      [
        'Conversations',
        numbers(restored.conversations_added, restored.conversations_changed, restored.conversations_removed),
      ],
      ['Messages', numbers(restored.messages_added, restored.messages_changed, restored.messages_removed)],
      ['Preferences', restored.preferences.map(neutraliseLine).join(', ') || 'as they are'],
    ]),
  ]
}

function changeRow({ action, title, ...change }: RestoreChange): string[] {
  const { messages_added: added, messages_changed: changed, messages_removed: removed } = change
  return [`${SIGNS[action]} ${neutraliseLine(title ?? 'untitled')}`, `messages: ${numbers(added, changed, removed)}`]
}

function numbers(added: number, changed: number, removed: number): string {
  const parts = [
    ...(added > 0 ? [`${added} added`] : []),
    ...(changed > 0 ? [`${changed} changed`] : []),
    ...(removed > 0 ? [`${removed} removed`] : []),
  ]
  return parts.join(', ') || 'as they are'
}
