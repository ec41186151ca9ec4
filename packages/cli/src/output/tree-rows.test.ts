import type { ConversationDetail, Message } from '@vektor/sdk'
import { expect, test } from 'vitest'
import { treeRows } from './tree-rows.ts'

const TIME = '2025-07-09T14:20:00Z'

function message(id: string, parent_id: string | null): Message {
  const role = id.startsWith('q') ? 'user' : 'assistant'
  return { id, parent_id, role, content: `of ${id}`, status: 'completed', created_at: TIME }
}

function rowsOf(current: string, messages: Message[]): string[] {
  const conversation: ConversationDetail = {
    id: 'c',
    title: null,
    model: 'eliza',
    created_at: TIME,
    updated_at: TIME,
    current_message_id: current,
    messages,
  }
  return treeRows(conversation)
}

test('a conversation without branches is one line under the other', () => {
  expect(rowsOf('a1', [message('q1', null), message('a1', 'q1')])).toEqual([
    'q1  ● user       of q1',
    'a1  ● assistant  of a1',
  ])
})

test('where it forks the branches are indented, at its beginning too', () => {
  const messages = [
    message('q1', null),
    message('a1', 'q1'),
    message('q2', null),
    message('a2', 'q2'),
    message('a3', 'q2'),
  ]
  expect(rowsOf('a3', messages)).toEqual([
    'q1      user         of q1',
    'a1      assistant    of a1',
    'q2  ●   user         of q2',
    'a2        assistant  of a2',
    'a3  ●     assistant  of a3',
  ])
})
