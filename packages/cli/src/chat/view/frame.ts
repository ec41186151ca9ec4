import { paint } from '../../output/paint.ts'
import type { Editor } from '../editor/editor.ts'
import { layOut } from '../editor/layout.ts'
import type { ChatState } from '../state.ts'
import { statusLine } from './status-line.ts'

/** The part of the screen that can still change, line by line, and where the cursor stands in it. */
export interface Frame {
  lines: string[]
  cursor: { x: number; y: number }
}

const PROMPT = '› '
const MOST_INPUT_ROWS = 8

/**
 * Only what can still change is drawn, and it is never taller than the screen; finished blocks were printed above. What
 * is open takes half of it at most, so that it still fits when the terminal becomes half as wide and wraps it.
 */
export function drawFrame(chat: ChatState, editor: Editor, columns: number, rows: number): Frame {
  const room = Math.max(2, rows - 1)
  const inputRows = Math.max(1, Math.min(MOST_INPUT_ROWS, room - 4))
  const layout = layOut(editor.text, editor.cursor, Math.max(1, columns - PROMPT.length - 1), inputRows)
  const input = layout.rows.map((row, index) => paint('cyan', index === 0 ? PROMPT : '  ') + row)
  const gap = room > input.length + 1 ? [''] : []
  const openRows = Math.min(Math.floor(rows / 2), room - input.length - gap.length - 1)
  const open = openRows > 0 ? chat.open.slice(-openRows) : []
  const lines = [...open, ...gap, ...input, statusLine(chat, columns)]
  return {
    lines,
    cursor: { x: PROMPT.length + layout.cursor.column, y: open.length + gap.length + layout.cursor.row },
  }
}
