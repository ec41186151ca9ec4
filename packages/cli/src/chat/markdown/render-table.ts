import type { Tokens } from 'marked'
import stringWidth from 'string-width'
import { paint } from '../../output/paint.ts'
import { renderInline } from './render-inline.ts'
import { expandTabs, wrap } from './wrap.ts'

const GAP = '  '
const NARROWEST = 4

/** A table with columns as wide as their content; where the screen is too narrow for that, cells take several lines. */
export function renderTable(table: Tokens.Table, width: number): string[] {
  const header = table.header.map((cell) => renderInline(cell.tokens))
  const rows = table.rows.map((row) => row.map((cell) => renderInline(cell.tokens)))
  const available = width - GAP.length * (header.length - 1)
  if (available < header.length * NARROWEST) return wrap(expandTabs(table.raw.trimEnd()), width)
  const widths = fit(columnWidths([header, ...rows]), available)
  const rule = paint('dim', widths.map((columns) => '─'.repeat(columns)).join(GAP))
  const bold = header.map((cell) => paint('bold', cell))
  return [...lines(bold, widths), rule, ...rows.flatMap((row) => lines(row, widths))]
}

function columnWidths(rows: string[][]): number[] {
  return (rows[0] ?? []).map((_, column) => Math.max(1, ...rows.map((row) => stringWidth(row[column] ?? ''))))
}

/** Narrow columns keep their width; the wide ones share what is left in proportion. */
function fit(widths: number[], available: number): number[] {
  const wanted = widths.reduce((sum, columns) => sum + columns, 0)
  if (wanted <= available) return widths
  const fair = Math.floor(available / widths.length)
  const narrow = widths.filter((columns) => columns <= fair).reduce((sum, columns) => sum + columns, 0)
  const wide = wanted - narrow
  return widths.map((columns) =>
    columns <= fair ? columns : Math.max(NARROWEST, Math.floor((columns * (available - narrow)) / wide)),
  )
}

function lines(cells: string[], widths: number[]): string[] {
  const wrapped = widths.map((columns, column) => wrap(cells[column] ?? '', columns))
  const height = Math.max(...wrapped.map((cell) => cell.length))
  return Array.from({ length: height }, (_, row) =>
    wrapped
      .map((cell, column) => pad(cell[row] ?? '', widths[column] ?? 1))
      .join(GAP)
      .trimEnd(),
  )
}

function pad(cell: string, columns: number): string {
  return cell + ' '.repeat(Math.max(0, columns - stringWidth(cell)))
}
