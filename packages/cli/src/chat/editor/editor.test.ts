import { array, assert, constantFrom, property, record, string } from 'fast-check'
import { expect, test } from 'vitest'
import { type Editor, type EditorAction, emptyEditor, reduceEditor } from './editor.ts'

function edit(...actions: EditorAction[]): Editor {
  return actions.reduce(reduceEditor, emptyEditor)
}

const insert = (text: string): EditorAction => ({ type: 'insert', text })

test('text is put in where the cursor stands', () => {
  const { text, cursor } = edit(insert('ab'), { type: 'left' }, insert('x'))
  expect([text, cursor]).toEqual(['axb', 2])
})

test('a family is one character to the cursor and to the backspace key', () => {
  const family = '👩‍👩‍👧‍👦'
  expect(edit(insert(`a${family}`), { type: 'left' }).cursor).toBe(1)
  expect(edit(insert(`a${family}`), { type: 'delete-left' }).text).toBe('a')
})

test('the arrows move between lines, and beyond them leaf through what was sent', () => {
  const sent = edit({ type: 'remember', text: 'first' }, { type: 'remember', text: 'second' }, insert('draft'))
  const up = reduceEditor(sent, { type: 'up' })
  expect(up.text).toBe('second')
  expect(reduceEditor(up, { type: 'up' }).text).toBe('first')
  expect(reduceEditor(up, { type: 'down' }).text).toBe('draft')
  expect(edit(insert('ab\ncd'), { type: 'up' }).cursor).toBe(2)
})

test('words and lines can be deleted', () => {
  expect(edit(insert('one two '), { type: 'delete-word-left' }).text).toBe('one ')
  expect(edit(insert('one\ntwo'), { type: 'delete-to-line-start' }).text).toBe('one\n')
  expect(edit(insert('one'), { type: 'line-start' }, { type: 'delete-to-line-end' }).text).toBe('')
})

test('what comes back does not overwrite what was typed since', () => {
  expect(edit({ type: 'restore', text: 'question' }).text).toBe('question')
  const { text, cursor } = edit(insert('new'), { type: 'restore', text: 'question' })
  expect([text, cursor]).toEqual(['question\nnew', text.length])
})

test('whatever the keys, the cursor stands at the edge of a character', () => {
  const types = [
    'left',
    'right',
    'word-left',
    'word-right',
    'line-start',
    'line-end',
    'up',
    'down',
    'delete-left',
  ] as const
  const inserted = record({
    type: constantFrom('insert' as const),
    text: string({ unit: constantFrom('a', ' ', '\n', '世', '👩‍👩‍👧‍👦') }),
  })
  const moved = record({ type: constantFrom(...types) })
  const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  assert(
    property(array(inserted), array(moved), (texts, moves) => {
      const { text, cursor } = edit(...texts, ...moves)
      const edges = [...segmenter.segment(text)].map(({ index }) => index)
      expect([...edges, text.length]).toContain(cursor)
    }),
  )
})
