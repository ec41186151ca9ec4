import stringWidth from 'string-width'
import { screenSize } from '../../terminal/screen-size.ts'
import type { Frame } from './frame.ts'
import { ERASE_FROM_ROW } from './scrollback.ts'

const ESCAPE = '\u001b['

/**
 * How long a size must last before it is believed, in milliseconds. A size seldom changes once, and while a border is
 * dragged tmux wraps its lines at once, but tells the program no more than four times a second.
 */
const SETTLE_MS = 400

export interface ResizeListener {
  /** The size changes: long lines would be wrapped where nobody counts them, and stay behind as a second copy. */
  resizing(): void
  settled(): void
}

/**
 * Ink wipes its lines by counting them, but a terminal that became narrower has wrapped them: what it wrapped would stay
 * behind as a second copy. This wipes them first, by the rows they take now, and puts the cursor where Ink expects it.
 */
export class ResizeGuard implements Disposable {
  readonly #stdout: NodeJS.WriteStream
  readonly #listener: ResizeListener
  #drawn: Frame | undefined
  #columns: number
  #settling: NodeJS.Timeout | undefined

  constructor(stdout: NodeJS.WriteStream, listener: ResizeListener) {
    this.#stdout = stdout
    this.#listener = listener
    this.#columns = screenSize(stdout).columns
    // This must come before what Ink does then.
    stdout.prependListener('resize', this.#resized)
  }

  /** What is on the screen now. */
  drawn(frame: Frame | undefined): void {
    this.#drawn = frame
  }

  /** Columns of the screen right now, even if the signal that tells of a new size still waits for its turn. */
  width(): number {
    process.emit('SIGWINCH', 'SIGWINCH')
    return screenSize(this.#stdout).columns
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#settling)
    this.#stdout.off('resize', this.#resized)
  }

  readonly #resized = (): void => {
    const { columns } = screenSize(this.#stdout)
    if (columns < this.#columns && this.#drawn) this.#stdout.write(wipe(this.#drawn, columns))
    this.#columns = columns
    this.#listener.resizing()
    clearTimeout(this.#settling)
    this.#settling = setTimeout(() => this.#listener.settled(), SETTLE_MS)
  }
}

/** Up to the first row that the frame takes at this width, away with all, and down to the row that Ink counts from. */
export function wipe({ lines, cursor }: Frame, columns: number): string {
  const above = rowsAbove(lines, cursor, columns)
  if (above === cursor.y) return ''
  return `${ESCAPE}${above}A${ERASE_FROM_ROW}${ESCAPE}${cursor.y}B`
}

function rowsAbove(lines: readonly string[], cursor: Frame['cursor'], columns: number): number {
  const wrapped = lines.slice(0, cursor.y).reduce((sum, line) => sum + rowsOf(stringWidth(line), columns), 0)
  return wrapped + Math.floor(cursor.x / columns)
}

function rowsOf(width: number, columns: number): number {
  return Math.max(1, Math.ceil(width / columns))
}
