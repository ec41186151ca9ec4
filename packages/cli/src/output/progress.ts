const PAUSE_MS = 100
const CLEAR_LINE = '\r\u001b[K'

/** One line on standard error that says how far something is, in a terminal only; it is gone in the end. */
export class Progress implements Disposable {
  readonly #stderr: NodeJS.WriteStream
  readonly #isShown: boolean
  #shownAt = Number.NEGATIVE_INFINITY
  #next: string | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(stderr: NodeJS.WriteStream, isWanted: boolean) {
    this.#stderr = stderr
    this.#isShown = isWanted && stderr.isTTY
  }

  /** At most ten times a second, and what was said last in any case: it may be true for long. */
  show(text: string): void {
    if (!this.#isShown) return
    this.#next = text
    if (this.#timer) return
    const wait = this.#wait
    if (wait === 0) this.#write()
    else this.#timer = setTimeout(() => this.#write(), wait).unref()
  }

  /** A line that stays, terminal or not. */
  say(line: string): void {
    this.clear()
    this.#stderr.write(`${line}\n`)
  }

  /** For what somebody else has to say on a line of its own. */
  clear(): void {
    if (!this.#isShown) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#stderr.write(CLEAR_LINE)
  }

  [Symbol.dispose](): void {
    this.clear()
  }

  /** A timer counts no negative milliseconds, and none that never end. */
  get #wait(): number {
    return Math.max(0, this.#shownAt + PAUSE_MS - performance.now())
  }

  #write(): void {
    this.#timer = undefined
    this.#shownAt = performance.now()
    this.#stderr.write(`${CLEAR_LINE}${this.#next}`)
  }
}
