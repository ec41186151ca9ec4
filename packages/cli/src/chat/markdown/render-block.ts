import { lexer, type Token, type Tokens } from 'marked'
import { paint } from '../../output/paint.ts'
import type { Block } from './block-splitter.ts'
import { renderInline } from './render-inline.ts'
import { renderTable } from './render-table.ts'
import { expandTabs, wrap } from './wrap.ts'

/** A longer block is shown as it is: nobody writes one, and reading its Markdown could take seconds. */
const LONGEST_MARKDOWN = 8000

/** The lines of one finished block, no wider than `width` columns. */
export function renderBlock(block: Block, width: number): string[] {
  switch (block.kind) {
    case 'code-start':
      return wrap(paint('dim', block.language || 'code'), width)
    case 'code-line':
      return wrap(paint('cyan', expandTabs(block.text)), width - 2).map((line) => `  ${line}`)
    case 'code-end':
      return []
    case 'item':
      return renderItem(block.source, width)
    case 'text':
      return renderSource(block.source, width)
  }
}

/** Whether an empty line belongs between two blocks. */
export function isApart(before: Block['kind'] | undefined, after: Block['kind']): boolean {
  if (before === undefined || after === 'code-end') return false
  if (before === 'code-start' || (before === 'code-line' && after === 'code-line')) return false
  return !(before === 'item' && after === 'item')
}

function renderSource(source: string, width: number): string[] {
  return tokensOf(source)?.flatMap((token) => renderToken(token, width)) ?? wrap(expandTabs(source), width)
}

/** Undefined if it is not worth reading as Markdown. */
function tokensOf(source: string): Token[] | undefined {
  if (source.length > LONGEST_MARKDOWN) return undefined
  try {
    return lexer(source)
  } catch (error) {
    // Thousands of quotes inside each other are too deep for the parser.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function renderToken(token: Token, width: number): string[] {
  switch (token.type) {
    case 'heading':
      return wrap(paint(['bold', 'underline'], renderInline(token.tokens)), width)
    case 'blockquote':
      return quoted(token.tokens, width)
    case 'hr':
      return [paint('dim', '─'.repeat(Math.max(1, Math.min(width, 40))))]
    case 'table':
      return renderTable(token as Tokens.Table, width)
    case 'space':
      return []
    default:
      return wrap(expandTabs('tokens' in token ? renderInline(token.tokens) : token.raw.trimEnd()), width)
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
  const margin = Math.min(expandTabs(indent).length, Math.max(0, width - 20))
  const text = source.slice(start.length).replace(/\n\s+/g, '\n')
  const body = renderSource(text, width - margin - bullet.length - 1)
  const hanging = ' '.repeat(margin + bullet.length + 1)
  const first = `${' '.repeat(margin)}${paint('cyan', bullet)} `
  return body.length === 0 ? [first] : body.map((line, index) => (index === 0 ? first : hanging) + line)
}
