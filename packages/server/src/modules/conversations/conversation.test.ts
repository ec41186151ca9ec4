import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import contract from '../../generated/openapi.json' with { type: 'json' }
import { titleOf } from './conversation.ts'

const ask = (content: string) => titleOf([{ role: 'user', content }])

test.each([
  ['Hola, ¿cómo estás?', 'Hola, ¿cómo estás?'],
  ['  \n First line  \r\nsecond line', 'First line'],
  ['x'.repeat(60), 'x'.repeat(60)],
  ['x'.repeat(61), `${'x'.repeat(59)}…`],
  [`¡Hola! ${'👩‍👩‍👧'.repeat(30)}`, expect.stringMatching(/…$/)],
  [' \n ', null],
  ['?', null],
  ['¿…? 👋', null],
  ['```\n???\nWhy 2?', 'Why 2?'],
  ['one\u2028two', 'one'],
  ['a\tb\u001b[31mc\u202ed\u2066e\0', 'a b[31mcde'],
])('the title of %j is its first line that says something, cut at sixty characters', (content, title) => {
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

test('a title that was made could have been given by hand', () => {
  const { maxLength, pattern } = contract.components.schemas.ConversationUpdate.properties.title
  const strange = fc.constantFrom(
    '\t',
    '\n',
    '\u001b',
    '\u0085',
    '\u2029',
    '\u202e',
    '\u2067',
    '\u00a0',
    'a',
    ' ',
    '\ud83d',
    '👋',
  )
  const text = fc.array(fc.oneof(strange, fc.string({ unit: 'binary', maxLength: 3 }))).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, (content) => {
      const title = ask(content)
      if (title === null) return
      expect(title).toMatch(new RegExp(pattern, 'u'))
      expect(title.isWellFormed()).toBe(true)
      expect([...title].length).toBeLessThanOrEqual(maxLength)
    }),
  )
  expect(ask(`${'\u001b'.repeat(996)}abc👋`)).toBe('abc')
})

test.each([' ', '\n', '\t', '\r\n '])('a title of a question full of %j takes moments', (space) => {
  const began = performance.now()
  ask(`a${space.repeat(1_000_000 / space.length)}b`)
  expect(performance.now() - began).toBeLessThan(500)
})
