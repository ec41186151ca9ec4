import { stripVTControlCharacters } from 'node:util'
import type { Message } from '@vektor/sdk'
import { expect, test } from 'vitest'
import { conversationLines, elsewhereLines } from './conversation-lines.ts'
import { saidSince } from './missed.ts'

function message(id: string, content: string, parent_id: string | null = null): Message {
  return { id, role: 'user', content, created_at: '2025-07-09T14:20:00Z', parent_id, status: 'completed' }
}

function shown(lines: string[]): string[] {
  return lines.map(stripVTControlCharacters).filter((line) => line !== '')
}

test('images stand in a question as words', () => {
  const image = { type: 'image_url', image_url: { url: 'https://example.org/cat.jpg' } } as const
  const one: Message = { ...message('q', 'What is this?'), parts: [{ type: 'text', text: 'What is this?' }, image] }
  const two: Message = { ...message('q', ''), parts: [image, image] }
  expect(shown(conversationLines([one, two], 80))).toEqual(['› What is this? [image]', '› [image] [image]'])
})

test('what comes after messages that were missed is in no other branch, and they are shown', () => {
  const messages = [
    message('1', 'one'),
    message('2', 'two', '1'),
    message('3', 'three', '2'),
    message('4', 'four', '1'),
  ]
  const answer = { conversationId: 'c', messageId: 'a', parentId: '3', questions: [message('5', 'five', '3')] }
  const lines = (last: string) =>
    shown(elsewhereLines(answer, { isOwn: false, before: saidSince(messages, last, '3') }, 80))
  expect(lines('1')).toEqual(['── from another device ──', '› two', '› three', '› five'])
  expect(lines('3')).toEqual(['── from another device ──', '› five'])
  expect(lines('4')).toEqual(['── from another device, in another branch ──', '› five'])
})
