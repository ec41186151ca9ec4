import { neutralise } from '../../output/neutralise.ts'
import { type Block, BlockSplitter } from './block-splitter.ts'
import { isApart, renderBlock } from './render-block.ts'

/**
 * Turns an answer that arrives in pieces into lines for the scrollback, each given out once and final, and the one block
 * that is still open.
 */
export class AnswerPrinter {
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
    return this.#render(this.#splitter.feed(neutralise(text)), width)
  }

  end(width: number): string[] {
    return this.#render(this.#splitter.end(), width)
  }

  /** The lines of the block that can still change. */
  open(width: number): string[] {
    const source = this.#splitter.open
    if (source === '') return []
    const kind = this.#splitter.isInCode ? 'code-line' : 'text'
    const block: Block = kind === 'code-line' ? { kind, text: source } : { kind, source }
    const lines = renderBlock(block, width)
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
