/** A piece of Markdown that nothing to come can change. */
export type Block =
  | { kind: 'text'; source: string }
  | { kind: 'item'; source: string }
  | { kind: 'code-start'; language: string }
  | { kind: 'code-line'; text: string }
  | { kind: 'code-end' }

type OpenKind = 'paragraph' | 'quote' | 'table' | 'item'

const FENCE = /^\s{0,12}(`{3,}|~{3,})\s*([^`]*)$/
const HEADING = /^ {0,3}#{1,6}(\s|$)/
const RULE = /^ {0,3}([-*_])[ \t]*(\1[ \t]*){2,}$/
const ITEM = /^\s{0,12}([-*+]|\d{1,9}[.)])\s/
const QUOTE = /^ {0,3}>/
const TABLE = /^\s{0,3}\|/
const SETEXT = /^ {0,3}(=+|-+)\s*$/

/**
 * Cuts Markdown that arrives in pieces into blocks, each given out once, as soon as nothing can change it any more.
 * It looks at whole lines only, so how the text was cut on its way makes no difference to the blocks.
 */
export class BlockSplitter {
  #line = ''
  #lines: string[] = []
  #kind: OpenKind = 'paragraph'
  #fence: string | undefined

  /** The blocks that `text` has finished. */
  feed(text: string): Block[] {
    const blocks: Block[] = []
    const lines = text.split('\n')
    const last = lines.pop() ?? ''
    for (const line of lines) {
      this.#takeLine(this.#line + line, blocks)
      this.#line = ''
    }
    this.#line += last
    return blocks
  }

  /** What can still change, as it stands. */
  get open(): string {
    return this.#line === '' ? this.#lines.join('\n') : [...this.#lines, this.#line].join('\n')
  }

  /** What kind of block is open. */
  get openKind(): 'text' | 'item' | 'code-line' {
    if (this.#fence !== undefined) return 'code-line'
    const kind = this.#lines.length > 0 ? this.#kind : kindOf(this.#line)
    return kind === 'item' ? 'item' : 'text'
  }

  /** The text has ended: what was open is finished too. */
  end(): Block[] {
    const blocks: Block[] = []
    if (this.#line !== '') this.#takeLine(this.#line, blocks)
    this.#line = ''
    this.#close(blocks)
    if (this.#fence !== undefined) blocks.push({ kind: 'code-end' })
    this.#fence = undefined
    return blocks
  }

  #takeLine(line: string, blocks: Block[]): void {
    if (this.#fence !== undefined) this.#takeCodeLine(line, this.#fence, blocks)
    else this.#takeTextLine(line, blocks)
  }

  #takeCodeLine(line: string, fence: string, blocks: Block[]): void {
    const trimmed = line.trim()
    const closes = trimmed.length >= fence.length && trimmed === fence.charAt(0).repeat(trimmed.length)
    blocks.push(closes ? { kind: 'code-end' } : { kind: 'code-line', text: line })
    if (closes) this.#fence = undefined
  }

  #takeTextLine(line: string, blocks: Block[]): void {
    const fence = FENCE.exec(line)
    if (fence?.[1]) {
      this.#close(blocks)
      this.#fence = fence[1]
      blocks.push({ kind: 'code-start', language: (fence[2] ?? '').trim() })
    } else if (line.trim() === '') {
      this.#close(blocks)
    } else if (this.#lines.length > 0 && this.#kind === 'paragraph' && SETEXT.test(line)) {
      this.#lines.push(line)
      this.#close(blocks)
    } else if (HEADING.test(line) || RULE.test(line)) {
      this.#close(blocks)
      blocks.push({ kind: 'text', source: line })
    } else {
      this.#continue(line, blocks)
    }
  }

  #continue(line: string, blocks: Block[]): void {
    const kind = kindOf(line)
    const starts = kind === 'item' || (kind !== 'paragraph' && kind !== this.#kind)
    const leaves = kind === 'paragraph' && this.#kind === 'table'
    if (starts || leaves) this.#close(blocks)
    if (this.#lines.length === 0) this.#kind = kind
    this.#lines.push(line)
  }

  #close(blocks: Block[]): void {
    if (this.#lines.length > 0) {
      blocks.push({ kind: this.#kind === 'item' ? 'item' : 'text', source: this.#lines.join('\n') })
    }
    this.#lines = []
    this.#kind = 'paragraph'
  }
}

function kindOf(line: string): OpenKind {
  if (ITEM.test(line)) return 'item'
  if (QUOTE.test(line)) return 'quote'
  return TABLE.test(line) ? 'table' : 'paragraph'
}
