import stringWidth from 'string-width'
import { neutralise } from '../../output/neutralise.ts'

/** What is typed, as rows on the screen, and where the cursor stands among them. */
export interface Layout {
  rows: string[]
  cursor: { column: number; row: number }
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Breaks at the edge of the screen, grapheme by grapheme; shows at most `maxRows` rows, those round the cursor. */
export function layOut(text: string, cursor: number, width: number, maxRows: number): Layout {
  const near = nearby(text, cursor, maxRows)
  const { rows, at } = breakRows(near.text, near.cursor, width)
  const top = Math.max(0, Math.min(at.row - maxRows + 1, rows.length - maxRows))
  return { rows: rows.slice(top, top + maxRows), cursor: { column: at.column, row: at.row - top } }
}

/** Only lines that can be on the screen are looked at: a pasted file must not make each key slow. */
function nearby(text: string, cursor: number, maxRows: number): { text: string; cursor: number } {
  let start = cursor
  for (let row = 0; row <= maxRows && start > 0; row++) start = text.lastIndexOf('\n', start - 1)
  let end = cursor
  for (let row = 0; row <= maxRows && end !== -1; row++) end = text.indexOf('\n', end + (row === 0 ? 0 : 1))
  const from = start <= 0 ? 0 : start + 1
  return { text: text.slice(from, end === -1 ? text.length : end), cursor: cursor - from }
}

function breakRows(text: string, cursor: number, width: number): { rows: string[]; at: Layout['cursor'] } {
  const rows = ['']
  let at = { column: 0, row: 0 }
  let column = 0
  for (const { segment, index } of graphemes.segment(text)) {
    if (index === cursor) at = { column, row: rows.length - 1 }
    const shown = show(segment)
    const size = widthOf(shown)
    if (segment === '\n' || column + size > width) {
      rows.push('')
      column = 0
      if (index === cursor && segment !== '\n') at = { column, row: rows.length - 1 }
    }
    if (segment === '\n') continue
    rows[rows.length - 1] += shown
    column += size
  }
  if (cursor >= text.length) {
    if (column >= width) rows.push('')
    at = { column: column >= width ? 0 : column, row: rows.length - 1 }
  }
  return { rows, at }
}

/** What was pasted may hold anything. */
function show(segment: string): string {
  return segment === '\t' ? '  ' : neutralise(segment)
}

function widthOf(segment: string): number {
  return segment.length === 1 && segment >= ' ' && segment <= '~' ? 1 : stringWidth(segment)
}
