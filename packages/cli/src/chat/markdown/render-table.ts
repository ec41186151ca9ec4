import type { Tokens } from 'marked'
import sliceAnsi from 'slice-ansi'
import stringWidth from 'string-width'
import { paint } from './paint.ts'
import { renderInline } from './render-inline.ts'

const GAP = '  '

/** A table with columns as wide as their content, each cut in proportion when the screen is too narrow. */
export function renderTable(table: Tokens.Table, width: number): string[] {
  const header = table.header.map((cell) => renderInline(cell.tokens))
  const rows = table.rows.map((row) => row.map((cell) => renderInline(cell.tokens)))
  const widths = fit(
    header.map((cell, column) => Math.max(...[cell, ...rows.map((row) => row[column] ?? '')].map((c) => stringWidth(c)))),
    width - GAP.length * (header.length - 1),
  )
  const line = (cells: string[]) => cells.map((cell, column) => pad(cell, widths[column] ?? 1)).join(GAP).trimEnd()
  const rule = paint('dim', widths.map((columns) => '─'.repeat(columns)).join(GAP))
  return [line(header.map((cell) => paint('bold', cell))), rule, ...rows.map(line)]
}

function fit(widths: number[], available: number): number[] {
  const wanted = widths.reduce((sum, columns) => sum + columns, 0)
  if (wanted <= available) return widths
  return widths.map((columns) => Math.max(3, Math.floor((columns * available) / wanted)))
}

function pad(cell: string, columns: number): string {
  const size = stringWidth(cell)
  if (size > columns) return `${sliceAnsi(cell, 0, columns - 1)}…`
  return cell + ' '.repeat(columns - size)
}
