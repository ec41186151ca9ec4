import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findJsonFault } from './json-fault.ts'

test('in what is JSON there is no fault', () => {
  fc.assert(fc.property(fc.json(), (text) => findJsonFault(text) === undefined))
})

test('in what JSON.parse does not take there is one, and in nothing else', () => {
  const pieces = fc.constantFrom(
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
    '0',
    '.5',
    'true',
    'nul',
    ' ',
    '\n',
    '\\',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (some) => {
      const text = some.join('')
      expect([text, findJsonFault(text) === undefined]).toEqual([text, isJson(text)])
    }),
    { numRuns: 2_000 },
  )
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test.each([
  ['', 1, 'it ends before a value'],
  ['{\n"a": 1,\n}', 3, 'there may be a comma too many before }'],
  ['[1,\n2,]', 2, 'there may be a comma too many before ]'],
  ['{\n"a": cnry\n}', 2, 'there should be a value'],
  ['{\n"a" "cnry"}', 2, 'there should be a colon'],
  ['{\n"a": "cnry"\n"b": 1}', 3, 'there should be a comma or a closing bracket'],
  ['{\n\n cnry: 1}', 3, 'there should be a name in double quotes or }'],
  ['{"a": "cnry\n"}', 1, 'a text is not closed with a double quote on its line, or has a \\ that JSON does not know'],
  ['{"a": ["cnry"', 1, 'it ends before a comma or a closing bracket'],
  ['{}\ncnry', 2, 'there should be the end'],
])('a fault is told with its line and without the text: %j', (text, line, detail) => {
  expect(findJsonFault(text)).toEqual({ line, detail })
})

test('a hundred thousand brackets are no burden', () => {
  for (const text of ['['.repeat(100_000), '{"a":'.repeat(100_000)]) expect(findJsonFault(text)?.line).toBe(1)
})
