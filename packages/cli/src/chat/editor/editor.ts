/** What is being typed. `cursor` is an index into `text`, always at the edge of a grapheme. */
export interface Editor {
  text: string
  cursor: number
  /** What was sent before, oldest first. */
  history: readonly string[]
  /** Which of them is shown, and what was being typed before they were looked at. */
  recalled: { index: number; draft: string } | undefined
}

export type EditorAction =
  | { type: 'insert'; text: string }
  | { type: 'left' | 'right' | 'word-left' | 'word-right' | 'line-start' | 'line-end' | 'up' | 'down' }
  | { type: 'delete-left' | 'delete-right' | 'delete-word-left' | 'delete-to-line-start' | 'delete-to-line-end' }
  /** Empties the input; what was in it can be leafed back to. */
  | { type: 'remember'; text: string }
  /** Puts something back in front of what has been typed since. */
  | { type: 'restore'; text: string }

export const emptyEditor: Editor = { text: '', cursor: 0, history: [], recalled: undefined }

export function reduceEditor(editor: Editor, action: EditorAction): Editor {
  switch (action.type) {
    case 'insert':
      return change(editor, editor.cursor, editor.cursor, action.text)
    case 'restore':
      return restore(editor, action.text)
    case 'remember':
      return { ...emptyEditor, history: [...editor.history.filter((line) => line !== action.text), action.text] }
    case 'up':
    case 'down':
      return moveVertically(editor, action.type)
    case 'delete-left':
      return change(editor, positionOf(editor, 'left'), editor.cursor)
    case 'delete-right':
      return change(editor, editor.cursor, positionOf(editor, 'right'))
    case 'delete-word-left':
      return change(editor, positionOf(editor, 'word-left'), editor.cursor)
    case 'delete-to-line-start':
      return change(editor, positionOf(editor, 'line-start'), editor.cursor)
    case 'delete-to-line-end':
      return change(editor, editor.cursor, positionOf(editor, 'line-end'))
    default:
      return { ...editor, cursor: positionOf(editor, action.type) }
  }
}

type Movement = 'left' | 'right' | 'word-left' | 'word-right' | 'line-start' | 'line-end'

function change(editor: Editor, from: number, to: number, inserted = ''): Editor {
  const text = editor.text.slice(0, from) + inserted + editor.text.slice(to)
  return { ...editor, text, cursor: from + inserted.length, recalled: undefined }
}

function restore(editor: Editor, text: string): Editor {
  if (editor.text === '') return { ...editor, text, cursor: text.length, recalled: undefined }
  const before = `${text}\n`
  return { ...editor, text: before + editor.text, cursor: before.length + editor.cursor, recalled: undefined }
}

function positionOf({ text, cursor }: Editor, movement: Movement): number {
  switch (movement) {
    case 'left':
      return lastOf(boundaries(text, cursor - 1).filter((edge) => edge < cursor)) ?? 0
    case 'right':
      return boundaries(text, cursor).find((edge) => edge > cursor) ?? text.length
    case 'word-left':
      return cursor - (/\S*\s*$/u.exec(text.slice(0, cursor))?.[0].length ?? 0)
    case 'word-right':
      return cursor + (/^\s*\S*/u.exec(text.slice(cursor))?.[0].length ?? 0)
    case 'line-start':
      return text.lastIndexOf('\n', cursor - 1) + 1
    case 'line-end':
      return text.indexOf('\n', cursor) === -1 ? text.length : text.indexOf('\n', cursor)
  }
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** The edges of graphemes in the line that `around` is in, its newline included. */
function boundaries(text: string, around: number): number[] {
  const start = text.lastIndexOf('\n', Math.max(0, around) - 1) + 1
  const newline = text.indexOf('\n', Math.max(0, around))
  const line = text.slice(start, newline === -1 ? text.length : newline + 1)
  return [...graphemes.segment(line)].map((segment) => start + segment.index).concat(start + line.length)
}

function lastOf(numbers: number[]): number | undefined {
  return numbers[numbers.length - 1]
}

/** Inside a text of several lines the arrows move between lines; at its edges they leaf through what was sent. */
function moveVertically(editor: Editor, direction: 'up' | 'down'): Editor {
  const lines = editor.text.split('\n')
  const row = editor.text.slice(0, editor.cursor).split('\n').length - 1
  const target = direction === 'up' ? row - 1 : row + 1
  if (target < 0 || target >= lines.length) return recall(editor, direction)
  const column = editor.cursor - positionOf(editor, 'line-start')
  const start = lines.slice(0, target).reduce((sum, line) => sum + line.length + 1, 0)
  const wanted = start + Math.min(column, lines[target]?.length ?? 0)
  return { ...editor, cursor: lastOf(boundaries(editor.text, wanted).filter((edge) => edge <= wanted)) ?? 0 }
}

function recall(editor: Editor, direction: 'up' | 'down'): Editor {
  const { history, recalled } = editor
  const index = (recalled?.index ?? history.length) + (direction === 'up' ? -1 : 1)
  if (index < 0 || index > history.length || (recalled === undefined && direction === 'down')) return editor
  const draft = recalled?.draft ?? editor.text
  const text = history[index] ?? draft
  return { ...editor, text, cursor: text.length, recalled: index === history.length ? undefined : { index, draft } }
}
