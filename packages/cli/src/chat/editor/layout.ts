import stringWidth from 'string-width'

/** What is typed, as rows on the screen, and where the cursor stands among them. */
export interface Layout {
  rows: string[]
  cursor: { column: number; row: number }
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Breaks at the edge of the screen, grapheme by grapheme; shows at most `maxRows` rows, those round the cursor. */
export function layOut(text: string, cursor: number, width: number, maxRows: number): Layout {
  const rows = ['']
  let at = { column: 0, row: 0 }
  let column = 0
  for (const { segment, index } of graphemes.segment(text)) {
    if (index === cursor) at = { column, row: rows.length - 1 }
    const size = stringWidth(segment)
    if (segment === '\n' || column + size > width) {
      rows.push('')
      column = 0
      if (index === cursor && segment !== '\n') at = { column, row: rows.length - 1 }
    }
    if (segment === '\n') continue
    rows[rows.length - 1] += segment
    column += size
  }
  if (cursor >= text.length) {
    if (column >= width) rows.push('')
    at = { column: column >= width ? 0 : column, row: rows.length - 1 }
  }
  const top = Math.max(0, Math.min(at.row - maxRows + 1, rows.length - maxRows))
  return { rows: rows.slice(top, top + maxRows), cursor: { column: at.column, row: at.row - top } }
}
