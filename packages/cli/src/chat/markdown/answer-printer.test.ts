import { array, assert, constantFrom, integer, property, string, tuple } from 'fast-check'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { AnswerPrinter } from './answer-printer.ts'

const PARTS = [
  'word ',
  '**bold** ',
  '`code` ',
  '\n',
  '\n\n',
  '- item\n',
  '1. one\n',
  '# Head\n',
  '```js\n',
  '```\n',
  '> quote\n',
  '---\n',
  '| a | b |\n',
  '|---|---|\n',
  '世界',
  '👩‍👩‍👧‍👦',
  '\r\n',
  '\t',
  '    ',
  '[x](http://y.z) ',
  '_',
  '*',
  '<b>',
  '&amp;',
  '===\n',
  '\u001b[1m',
]
const markdown = string({ unit: constantFrom(...PARTS), maxLength: 40 })

function print(pieces: string[], width: number): string[] {
  const printer = new AnswerPrinter()
  const lines = pieces.flatMap((piece) => {
    const finished = printer.write(piece, width)
    // Looking at what is open must change nothing.
    printer.open(width)
    return finished
  })
  return [...lines, ...printer.end(width)]
}

function cut(text: string, at: number[]): string[] {
  const edges = [0, ...at.map((edge) => edge % (text.length + 1)), text.length].sort((a, b) => a - b)
  return edges.slice(1).map((edge, index) => text.slice(edges[index], edge))
}

test('how an answer is cut on its way makes no difference to its lines', () => {
  assert(
    property(markdown, array(integer({ min: 0, max: 1000 })), (text, at) => {
      expect(print(cut(text, at), 40)).toEqual(print([text], 40))
    }),
  )
})

test('no line is wider than the screen', () => {
  assert(
    property(tuple(markdown, integer({ min: 12, max: 100 })), ([text, width]) => {
      for (const line of print([text], width))
        expect([line, stringWidth(line)]).toEqual([line, expect.toSatisfy((columns) => columns <= width)])
    }),
  )
})

test('what is open becomes what is finished, line by line', () => {
  const printer = new AnswerPrinter()
  expect(printer.write('First.\n\nSecond **bo', 80)).toEqual(['First.'])
  expect(printer.open(80)).toEqual(['', 'Second **bo'])
  expect(printer.write('ld**.\n', 80)).toEqual([])
  expect(printer.open(80)).toEqual(['', 'Second bold.'])
  expect(printer.end(80)).toEqual(['', 'Second bold.'])
})

test('code is given out line by line, as it is', () => {
  const printer = new AnswerPrinter()
  expect(printer.write('```js\nconst a = 1 // **not bold**\n  b', 80)).toEqual(['js', '  const a = 1 // **not bold**'])
  expect(printer.open(80)).toEqual(['    b'])
})

test('a list that streams in is never renumbered', () => {
  expect(print(['1. a\n', '2. b\n', '7. c\n'], 80)).toEqual(['1. a', '2. b', '7. c'])
})

test('a table that does not fit loses nothing', () => {
  const table = '| name | what it does |\n|---|---|\n| alpha | a long sentence about alpha |\n'
  const text = print([table], 24).join(' ')
  for (const word of ['alpha', 'long', 'sentence', 'about']) expect(text).toContain(word)
})

test('a link keeps its address', () => {
  expect(print(['[docs](https://example.com) and <https://example.com/x>'], 80)).toEqual([
    'docs (https://example.com) and https://example.com/x',
  ])
})

test('text that takes long to read as Markdown is shown all the same, soon', () => {
  for (const text of ['_a_'.repeat(30_000), '>'.repeat(7000), '['.repeat(100_000), `${' '.repeat(50_000)}x`]) {
    const begin = performance.now()
    expect(print([text], 80).length).toBeGreaterThan(0)
    expect(performance.now() - begin).toBeLessThan(5000)
  }
})
