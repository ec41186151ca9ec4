import stringWidth from 'string-width'
import type { Frame } from './frame.ts'

const ESCAPE = '\u001b['

/**
 * Ink wipes its lines by counting them, but a terminal that became narrower has wrapped them: what it wrapped would stay
 * behind as a second copy. This wipes them first, by the rows they take now, and puts the cursor where Ink expects it.
 */
export class ResizeGuard implements Disposable {
  readonly #stdout: NodeJS.WriteStream
  #drawn: Frame | undefined
  #columns: number

  constructor(stdout: NodeJS.WriteStream) {
    this.#stdout = stdout
    this.#columns = stdout.columns
    // This must come before what Ink does then.
    stdout.prependListener('resize', this.#resized)
  }

  /** What is on the screen now. */
  drawn(frame: Frame | undefined): void {
    this.#drawn = frame
  }

  [Symbol.dispose](): void {
    this.#stdout.off('resize', this.#resized)
  }

  readonly #resized = (): void => {
    const { columns } = this.#stdout
    if (columns < this.#columns && this.#drawn) this.#stdout.write(wipe(this.#drawn, columns))
    this.#columns = columns
  }
}

/** Up to the first row that the frame takes at this width, away with all, and down to the row that Ink counts from. */
export function wipe({ lines, cursor }: Frame, columns: number): string {
  const above = rowsAbove(lines, cursor, columns)
  if (above === cursor.y) return ''
  return `${ESCAPE}${above}A\r${ESCAPE}J${ESCAPE}${cursor.y}B`
}

function rowsAbove(lines: readonly string[], cursor: Frame['cursor'], columns: number): number {
  const wrapped = lines.slice(0, cursor.y).reduce((sum, line) => sum + rowsOf(stringWidth(line), columns), 0)
  return wrapped + Math.floor(cursor.x / columns)
}

function rowsOf(width: number, columns: number): number {
  return Math.max(1, Math.ceil(width / columns))
}
