import { Neutraliser } from '../../output/neutralise.ts'
import { type Block, BlockSplitter } from './block-splitter.ts'
import { isApart, renderBlock } from './render-block.ts'

/** How much of an open block is drawn: more than a screen holds, and no more than can be drawn many times a second. */
const LONGEST_OPEN = 6000
const OPEN_STEP = 3000

/**
 * Turns an answer that arrives in pieces into lines for the scrollback, each given out once and final, and the one block
 * that is still open.
 */
export class AnswerPrinter {
  readonly #neutraliser = new Neutraliser()
  readonly #splitter = new BlockSplitter()
  #last: Block['kind'] | undefined
  #length = 0

  /** UTF-16 units of the answer received so far. */
  get length(): number {
    return this.#length
  }

  /** The lines that `text` has finished. */
  write(text: string, width: number): string[] {
    this.#length += text.length
    return this.#render(this.#splitter.feed(this.#neutraliser.write(text)), width)
  }

  end(width: number): string[] {
    const rest = this.#splitter.feed(this.#neutraliser.end())
    return this.#render([...rest, ...this.#splitter.end()], width)
  }

  /** The lines of the block that can still change. */
  open(width: number): string[] {
    const source = tail(this.#splitter.open)
    if (source === '') return []
    const kind = this.#splitter.openKind
    const lines = renderBlock(kind === 'code-line' ? { kind, text: source } : { kind, source }, width)
    return isApart(this.#last, kind) ? ['', ...lines] : lines
  }

  #render(blocks: Block[], width: number): string[] {
    return blocks.flatMap((block) => {
      const lines = renderBlock(block, width)
      const apart = lines.length > 0 && isApart(this.#last, block.kind)
      this.#last = block.kind
      return apart ? ['', ...lines] : lines
    })
  }
}

/** The end of a very long block, cut in steps so that the lines do not shift with each word that comes. */
function tail(source: string): string {
  if (source.length <= LONGEST_OPEN) return source
  const start = Math.floor((source.length - OPEN_STEP) / OPEN_STEP) * OPEN_STEP
  return source.slice(start).replace(/^[\udc00-\udfff]/, '')
}
