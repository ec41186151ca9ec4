import { array, assert, constantFrom, integer, property, string } from 'fast-check'
import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { emptyEditor, reduceEditor } from '../editor/editor.ts'
import type { ChatState } from '../state.ts'
import { drawFrame } from './frame.ts'
import { wipe } from './resize-guard.ts'
import { ERASE_FROM_ROW } from './scrollback.ts'

const state: ChatState = {
  printed: [],
  phase: 'streaming',
  connection: 'up',
  model: 'eliza',
  models: [],
  conversationId: undefined,
  title: 'A title that is quite long',
  open: [],
  hint: undefined,
}

test('whatever the size, the frame is shorter than the screen, no line wider, and the cursor is in it', () => {
  const typed = string({ unit: constantFrom('a', ' ', '\n', '世'), maxLength: 300 })
  assert(
    property(
      typed,
      array(constantFrom('line', '')),
      integer({ min: 4, max: 200 }),
      integer({ min: 3, max: 60 }),
      (text, open, columns, rows) => {
        const editor = reduceEditor(emptyEditor, { type: 'insert', text })
        const { lines, cursor } = drawFrame({ ...state, open }, editor, columns, rows)
        expect(lines.length).toBeLessThan(rows)
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns)
        expect(cursor.y).toBeLessThan(lines.length - 1)
        expect(cursor.x).toBeLessThan(columns)
      },
    ),
  )
})

test('on a narrow terminal the status line says what is going on rather than with whom', () => {
  const line = (columns: number) => drawFrame(state, emptyEditor, columns, 20).lines.at(-1)
  expect(line(80)).toBe('eliza · A title that is quite long · answering… (Esc stops)')
  expect(line(24)).toBe('answering… (Esc stops)')
})

test('a lost connection is told before anything else', () => {
  const lost: ChatState = { ...state, connection: 'lost', hint: 'Something' }
  expect(drawFrame(lost, emptyEditor, 80, 20).lines.at(-1)).toContain('connection lost, resuming…')
})

test('what a narrower terminal wrapped is wiped from its first row on', () => {
  const frame = { lines: ['x'.repeat(50), '', '› ', 'status'], cursor: { x: 2, y: 2 } }
  expect(wipe(frame, 20)).toBe(`\u001b[4A${ERASE_FROM_ROW}\u001b[2B`)
  expect(wipe(frame, 60)).toBe('')
})
