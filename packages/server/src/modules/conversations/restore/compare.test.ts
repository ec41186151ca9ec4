import { expect, test } from 'vitest'
import { blankMessage, type Message } from '../conversation.ts'
import { isBeginningOf, isSameMessage } from './compare.ts'

function answer(more: Partial<Message>): Message {
  const place = { id: 'a', conversationId: 'c', parentId: null, createdAt: 0 }
  return { ...blankMessage(place), role: 'assistant', content: '', status: 'completed', ...more }
}

test.each([
  ['half of a text', { content: 'Ho', status: 'interrupted' }, { content: 'Hola' }],
  ['nothing of one that failed before its first word', { status: 'interrupted' }, { status: 'failed' }],
  ['less of the reasoning', { reasoning: 'Pien', status: 'interrupted' }, { reasoning: 'Pienso', status: 'cancelled' }],
  [
    'less of one that broke off too',
    { content: 'Ho', status: 'interrupted' },
    { content: 'Hola', status: 'interrupted' },
  ],
  ['all of the text, but not how it ended', { content: 'Hola', status: 'interrupted' }, { content: 'Hola' }],
] satisfies [string, Partial<Message>, Partial<Message>][])(
  'an archive that has %s knows less than the account',
  (_, archived, stored) => {
    expect(isBeginningOf(answer(archived), answer(stored))).toBe(true)
  },
)

test.each([
  ['the whole text', { content: 'Hola' }, { content: 'Ho', status: 'interrupted' }],
  ['another text', { content: 'Adiós' }, { content: 'Hola' }],
  ['how it ended', { content: 'Hola' }, { content: 'Hola', status: 'interrupted' }],
] satisfies [string, Partial<Message>, Partial<Message>][])(
  'an archive that has %s knows more',
  (_, archived, stored) => {
    expect(isBeginningOf(answer(archived), answer(stored))).toBe(false)
  },
)

test('a message is the same only if all of it is', () => {
  expect(isSameMessage(answer({ content: 'Hola' }), answer({ content: 'Hola' }))).toBe(true)
  expect(isSameMessage(answer({ content: 'Hola' }), answer({ content: 'Hola', model: 'eliza' }))).toBe(false)
})
