import { assert, constantFrom, integer, property, string } from 'fast-check'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { layOut } from './layout.ts'

test('lines break at the edge of the screen', () => {
  expect(layOut('abcdef', 6, 3, 5)).toEqual({ rows: ['abc', 'def', ''], cursor: { column: 0, row: 2 } })
  expect(layOut('世界世界', 0, 5, 5).rows).toEqual(['世界', '世界'])
})

test('only the rows round the cursor are shown', () => {
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`).join('\n')
  expect(layOut(lines, lines.length, 20, 3)).toEqual({
    rows: ['line 47', 'line 48', 'line 49'],
    cursor: { column: 7, row: 2 },
  })
  expect(layOut(lines, 3, 20, 3)).toEqual({ rows: ['line 0', 'line 1', 'line 2'], cursor: { column: 3, row: 0 } })
})

test('a pasted file does not make each key slow', () => {
  const pasted = 'a line of a file\n'.repeat(100_000)
  const begin = performance.now()
  for (let key = 0; key < 100; key++) layOut(pasted, pasted.length, 80, 8)
  expect(performance.now() - begin).toBeLessThan(1000)
})

test('whatever is typed, the cursor is on the screen and no row is wider than it', () => {
  const typed = string({ unit: constantFrom('a', ' ', '\n', '\t', '世', '👩‍👩‍👧‍👦', '\u001b'), maxLength: 60 })
  const size = integer({ min: 2, max: 30 })
  assert(
    property(typed, integer({ min: 0, max: 200 }), size, (text, at, width) => {
      const segments = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)]
      const edges = [...segments.map(({ index }) => index), text.length]
      const { rows, cursor } = layOut(text, edges[at % edges.length] ?? 0, width, 4)
      expect(rows.length).toBeLessThanOrEqual(4)
      expect(cursor.row).toBeLessThan(rows.length)
      expect(cursor.column).toBeLessThanOrEqual(width)
      for (const row of rows) expect(stringWidth(row)).toBeLessThanOrEqual(width)
    }),
  )
})
