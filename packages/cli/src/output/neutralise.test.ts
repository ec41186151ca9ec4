import { array, assert, constantFrom, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { Neutraliser, neutralise, neutraliseLine } from './neutralise.ts'

const nasty = string({
  unit: constantFrom('a', '\r', '\n', '\t', '\u001b', '\u0007', '\u009b', '\u007f', '\u202e', '[2J'),
})

test('nothing that a terminal would obey is left', () => {
  assert(
    property(nasty, (text) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for control characters.
      expect(neutralise(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    }),
  )
})

test('what is harmless stays as it is', () => {
  const text = 'Año\n\tniño 你好 👩‍👩‍👧‍👦 `x`'
  expect(neutralise(text)).toBe(text)
})

test('how text is cut on its way makes no difference', () => {
  assert(
    property(array(nasty), (pieces) => {
      const neutraliser = new Neutraliser()
      const text = pieces.map((piece) => neutraliser.write(piece)).join('') + neutraliser.end()
      expect(text).toBe(neutralise(pieces.join('')))
    }),
  )
})

test('a title stays on one line', () => {
  expect(neutraliseLine('a\r\nb\tc')).toBe('a b c')
})
