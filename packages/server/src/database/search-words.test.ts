import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ownerWord, searchWords } from './search-words.ts'

test.each([
  ['Ñandú, CAÑÓN y pingüino', ['nandu', 'canon', 'y', 'pinguino']],
  ['Straße STRASSE ẞ', ['strasse', 'ss']],
  ['ΟΔΟΣ οδός', ['οδοσ']],
  ['ﬁn İstanbul Ω½', ['fin', 'istanbul', 'ω1', '2']],
  ["don't x_y hola-mundo", ['don', 't', 'x', 'y', 'hola', 'mundo']],
  ['東京タワー、です。', ['東', '京', 'タ', 'ワ', 'ー', 'て', 'す']],
  ['한국어 mañana', ['한국어'.normalize('NFKD'), 'manana']],
  ['" * - ( ) ^ : 😀 \u{301}', []],
])('the words of %s', (text, words) => {
  expect(searchWords(text)).toEqual(words)
})

test('however a word is written, it is the same word', () => {
  const spellings = (text: string) => [text, text.normalize('NFD'), text.normalize('NFC'), searchWords(text).join(' ')]
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
      const words = searchWords(text)
      for (const spelling of spellings(text)) expect(new Set(searchWords(spelling))).toEqual(new Set(words))
    }),
  )
})

test('a word holds nothing that a database could take for an operator, nor for an owner', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      for (const word of searchWords(text)) expect(word).toMatch(/^[\p{Ll}\p{Lo}\p{Lm}\p{Lt}\p{N}]{1,64}$/u)
      expect(searchWords(text)).not.toContain(ownerWord('0197ef20'))
    }),
  )
})

test.each([' ', '\n', ',', '-', '\u2028', '。', '😀', '京'])(
  'the words of long texts with %j between them are all found, wherever the text is cut',
  (gap) => {
    const words = Array.from({ length: 20_000 }, (_, number) => `línea${number}`)
    const found = searchWords(words.join(gap)).filter((word) => word !== gap)
    expect(found).toEqual(words.map((word) => word.replace('í', 'i')))
  },
)

test.each(['é', 'e\u0301', '™', '𝐱', '½', 'Ⓐ', 'ß'])('a text is not cut where %j goes on with a word', (inside) => {
  const text = Array.from({ length: 20_000 }, (_, number) => `${number}a${inside}b`).join(' ')
  const words = Array.from({ length: 20_000 }, (_, number) => searchWords(`${number}a${inside}b`))
  expect(searchWords(text)).toEqual([...new Set(words.flat())])
})

test('a text that is one word is cut anywhere, and takes moments', () => {
  const began = performance.now()
  for (const letter of ['ñ', '😀', '𝐱', 'n\u0303']) searchWords(letter.repeat(500_000))
  expect(performance.now() - began).toBeLessThan(5_000)
})

test('what no database could hold is left out at the end', () => {
  const words = searchWords(Array.from({ length: 40_000 }, (_, number) => `${number}`.padStart(60, 'x')).join(' '))
  expect(words).toHaveLength(15_000)
  expect(searchWords('ñ'.repeat(1_000_000))).toEqual(['n'.repeat(64)])
  expect(searchWords(`${'\u{FDFA}'.repeat(200_000)} end`)).not.toContain('end')
})
