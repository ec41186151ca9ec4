import { expect, test } from 'vitest'
import { titleOf } from './conversation.ts'

const ask = (content: string) => titleOf([{ role: 'user', content }])

test.each([
  ['Hola, ¿cómo estás?', 'Hola, ¿cómo estás?'],
  ['  \n First line  \r\nsecond line', 'First line'],
  ['x'.repeat(60), 'x'.repeat(60)],
  ['x'.repeat(61), `${'x'.repeat(59)}…`],
  ['👩‍👩‍👧'.repeat(30), expect.stringMatching(/…$/)],
  [' \n ', null],
])('the title of %j is its first line, cut at sixty characters', (content, title) => {
  expect(ask(content)).toEqual(title)
})

test('a title is made of the first thing a user said', () => {
  const messages = [
    { role: 'system' as const, content: 'Be brief.' },
    { role: 'user' as const, content: 'Hola' },
  ]
  expect(titleOf(messages)).toBe('Hola')
  expect(titleOf([])).toBeNull()
})

test.each([' ', '\n', '\t', '\r\n '])('a title of a question full of %j takes moments', (space) => {
  const began = performance.now()
  ask(`a${space.repeat(1_000_000 / space.length)}b`)
  expect(performance.now() - began).toBeLessThan(500)
})
