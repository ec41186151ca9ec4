import { type Token, type Tokens, lexer } from 'marked'
import wrapAnsi from 'wrap-ansi'
import type { Block } from './block-splitter.ts'
import { renderInline } from './render-inline.ts'
import { paint } from './paint.ts'
import { renderTable } from './render-table.ts'

/** The lines of one finished block, no wider than `width` columns. */
export function renderBlock(block: Block, width: number): string[] {
  switch (block.kind) {
    case 'code-start':
      return [paint('dim', block.language || 'code')]
    case 'code-line':
      return wrap(paint('cyan', expandTabs(block.text)), width - 2).map((line) => `  ${line}`)
    case 'code-end':
      return []
    case 'item':
      return renderItem(block.source, width)
    case 'text':
      return lexer(block.source).flatMap((token) => renderToken(token, width))
  }
}

/** Whether an empty line belongs between two blocks. */
export function isApart(before: Block['kind'] | undefined, after: Block['kind']): boolean {
  if (before === undefined || after === 'code-end') return false
  if (before === 'code-start' || (before === 'code-line' && after === 'code-line')) return false
  return !(before === 'item' && after === 'item')
}

function renderToken(token: Token, width: number): string[] {
  switch (token.type) {
    case 'heading':
      return wrap(paint(['bold', 'underline'], renderInline(token.tokens)), width)
    case 'blockquote':
      return quoted(token.tokens, width)
    case 'hr':
      return [paint('dim', '─'.repeat(Math.min(width, 40)))]
    case 'table':
      return renderTable(token as Tokens.Table, width)
    case 'space':
      return []
    default:
      return wrap('tokens' in token ? renderInline(token.tokens) : expandTabs(token.raw.trimEnd()), width)
  }
}

function quoted(tokens: Token[] | undefined, width: number): string[] {
  const lines = (tokens ?? []).flatMap((token) => renderToken(token, width - 2))
  return lines.map((line) => `${paint('dim', '│')} ${paint('italic', line)}`)
}

const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+/

/** An item keeps its own indent and number: a list that streams in is never renumbered. */
function renderItem(source: string, width: number): string[] {
  const [start = '', indent = '', marker = '-'] = ITEM.exec(source) ?? []
  const bullet = /\d/.test(marker) ? marker : '•'
  const margin = Math.min(indent.length, Math.max(0, width - 20))
  const text = source.slice(start.length).replace(/\n\s+/g, '\n')
  const body = lexer(text).flatMap((token) => renderToken(token, width - margin - bullet.length - 1))
  const hanging = ' '.repeat(margin + bullet.length + 1)
  const first = `${' '.repeat(margin)}${paint('cyan', bullet)} `
  return body.length === 0 ? [first] : body.map((line, index) => (index === 0 ? first : hanging) + line)
}

function wrap(text: string, width: number): string[] {
  return wrapAnsi(text, Math.max(1, width), { hard: true, trim: false }).split('\n').map(trimStartOfWrapped)
}

/** wrap-ansi keeps the space that a line was broken at; at the start of a line it would look like an indent. */
function trimStartOfWrapped(line: string, index: number): string {
  return index === 0 || line.startsWith('  ') ? line : line.replace(/^ /, '')
}

function expandTabs(text: string): string {
  return text.replaceAll('\t', '    ')
}
