import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BrokenFile, type Element, ElementScanner } from './json-elements.ts'

/** The elements of a file that arrives in pieces of this length. */
function cut(text: string, length = 7): Element[] {
  const scanner = new ElementScanner()
  const bytes = Buffer.from(text)
  const found: Element[] = []
  for (let at = 0; at < bytes.length; at += length) found.push(...scanner.scan(bytes.subarray(at, at + length)))
  scanner.end()
  return found
}

function parsed(text: string, length?: number): unknown[] {
  return cut(text, length).map((element) => ('text' in element ? JSON.parse(element.text) : element))
}

test('the elements of a list are what JSON.parse says, however the file is cut and spaced', () => {
  fc.assert(
    fc.property(
      fc.array(fc.jsonValue()),
      fc.integer({ min: 1, max: 50 }),
      fc.constantFrom(0, 2),
      (list, length, spaces) => {
        const text = JSON.stringify(list, null, spaces)
        expect(parsed(`\ufeff \n${text} \r\n`, length)).toEqual(JSON.parse(text))
      },
    ),
  )
})

test('a file that is one object is a list of one', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.integer({ min: 1, max: 50 }), (value, length) => {
      const text = JSON.stringify(value)
      expect(parsed(text, length)).toEqual([JSON.parse(text)])
    }),
  )
})

test.each([
  '',
  ' ',
  '[',
  '[1',
  '[1,',
  '["a',
  '["a\\',
  '{',
  '{"a":1',
  '[{}',
  '[]]',
  '[] x',
  '{}{}',
  'x',
  '[1}',
  '1',
  '"a"',
])('what is not whole, or goes on after its end, is told: %j', (text) => {
  expect(() => cut(text)).toThrow(BrokenFile)
})

test('what is there before a file breaks off is there', () => {
  const scanner = new ElementScanner()
  expect([...scanner.scan(Buffer.from('[{"a":1},{"b":2},{"c"'))]).toEqual([{ text: '{"a":1}' }, { text: '{"b":2}' }])
  expect(() => scanner.end()).toThrow('breaks off')
})

test.each([
  ['larger than 32 MB', `"${'x'.repeat(34 * 1024 ** 2)}"`],
  ['nested too deeply', `${'['.repeat(200_000)}${']'.repeat(200_000)}`],
  ['too many parts', `[${'0,'.repeat(1_000_001)}0]`],
])('an element that is %s is passed over, and held by nobody', (fault, element) => {
  expect(cut(`[1,${element},2]`, 65_536)).toEqual([
    { text: '1' },
    { fault: expect.stringContaining(fault) },
    { text: '2' },
  ])
})
