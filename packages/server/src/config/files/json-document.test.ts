import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JsonSyntaxError, parseJsonDocument } from './json-document.ts'

test('any JSON means what JSON.parse says', () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }),
      fc.constantFrom(undefined, 2, '\t'),
      (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        expect(parseJsonDocument(text).value).toEqual(JSON.parse(text))
      },
    ),
  )
})

test('what JSON.parse refuses is refused', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"',
    '1',
    '-',
    '01',
    '1.',
    '.5',
    'true',
    'tru',
    'null',
    ' ',
    "'a'",
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join('')
      let expected: unknown
      try {
        expected = JSON.parse(text)
      } catch {
        expect(() => parseJsonDocument(text)).toThrow(JsonSyntaxError)
        return
      }
      // The one thing that we are stricter about.
      if (!/"a":.*"a":/.test(text)) expect(parseJsonDocument(text).value).toEqual(expected)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['{\n  "a": 1,\n}', 3, /comma too many/],
  ['{\n  "a": 1\n  "b": 2\n}', 3, /a comma or }/],
  ['[\n1,\n2', 3, /the file ends/],
  ['{\n  a: 1\n}', 2, /a name in double quotes/],
  ['{\n  "a": tru\n}', 2, /a value/],
  ['{\n  "a": "b\n}', 2, /not closed/],
  ['{"a": 1,\n "a": 2}', 2, /twice/],
  ['', 1, /the file ends/],
  ['[]\n[]', 2, /the end of the file/],
  ['['.repeat(100_000), 1, /nested too deep/],
])('a fault is told with its line: %#', (text, line, sentence) => {
  expect(() => parseJsonDocument(text)).toThrow(
    expect.objectContaining({ line, message: expect.stringMatching(sentence) }),
  )
})

test('every value has its line, and one that is missing that of what should hold it', () => {
  const document = parseJsonDocument('\ufeff{\n  "a/b": [\n    1,\n    {"~": 2}\n  ]\n}')
  const lines = ['', '/a~1b', '/a~1b/0', '/a~1b/1/~0', '/a~1b/1/missing', '/missing'].map(document.lineOf)
  expect(lines).toEqual([1, 2, 3, 4, 4, 1])
})
