import type { Key } from 'ink'
import type { EditorAction } from './editor.ts'

/** What a key asks for: an edit, or something that the conversation must do. */
export type Intent =
  | { type: 'edit'; action: EditorAction }
  | { type: 'enter' | 'stop' | 'interrupt' | 'end-of-input' | 'none' }

const CONTROL: Record<string, EditorAction['type']> = {
  a: 'line-start',
  b: 'left',
  e: 'line-end',
  f: 'right',
  k: 'delete-to-line-end',
  n: 'down',
  p: 'up',
  u: 'delete-to-line-start',
  w: 'delete-word-left',
}

const META: Record<string, EditorAction['type']> = { b: 'word-left', f: 'word-right' }

/** Several keys may arrive in one read, Enter among them; what is pasted comes another way. */
export function intentsOf(input: string, key: Key): Intent[] {
  if (input.length < 2 || !input.includes('\r')) return [intentOf(input, key)]
  const lines = input.split(/\r\n?/)
  return lines.flatMap((line, index) => [
    ...(index === 0 ? [] : [{ type: 'enter' as const }]),
    ...(line === '' ? [] : [insert(line)]),
  ])
}

function intentOf(input: string, key: Key): Intent {
  if (key.eventType === 'release') return { type: 'none' }
  if (key.escape) return { type: 'stop' }
  if (key.return) return key.shift || key.meta || key.ctrl ? insert('\n') : { type: 'enter' }
  if (input === '\n' || (key.ctrl && input === 'j')) return insert('\n')
  if (key.ctrl && input === 'c') return { type: 'interrupt' }
  if (key.ctrl && input === 'd') return { type: 'end-of-input' }
  const movement = movementOf(input, key)
  if (movement) return edit(movement)
  return input === '' || key.ctrl || key.meta || key.tab ? { type: 'none' } : insert(input)
}

function movementOf(input: string, key: Key): EditorAction['type'] | undefined {
  const byWord = key.ctrl || key.meta
  if (key.leftArrow) return byWord ? 'word-left' : 'left'
  if (key.rightArrow) return byWord ? 'word-right' : 'right'
  if (key.upArrow) return 'up'
  if (key.downArrow) return 'down'
  if (key.home) return 'line-start'
  if (key.end) return 'line-end'
  if (key.backspace) return byWord ? 'delete-word-left' : 'delete-left'
  if (key.delete) return 'delete-right'
  if (key.ctrl) return CONTROL[input]
  return key.meta ? META[input] : undefined
}

function insert(text: string): Intent {
  return edit('insert', text)
}

function edit(type: EditorAction['type'], text = ''): Intent {
  return { type: 'edit', action: { type, text } }
}
