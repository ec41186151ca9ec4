const PAUSE_MS = 100
const CLEAR_LINE = '\r\u001b[K'

/** One line on standard error that says how far something is, in a terminal only; it is gone in the end. */
export class Progress implements Disposable {
  readonly #stderr: NodeJS.WriteStream
  readonly #isShown: boolean
  #shownAt = Number.NEGATIVE_INFINITY

  constructor(stderr: NodeJS.WriteStream, isWanted: boolean) {
    this.#stderr = stderr
    this.#isShown = isWanted && stderr.isTTY
  }

  show(text: string): void {
    if (!this.#isShown || performance.now() - this.#shownAt < PAUSE_MS) return
    this.#shownAt = performance.now()
    this.#stderr.write(`${CLEAR_LINE}${text}`)
  }

  /** A line that stays, terminal or not. */
  say(line: string): void {
    this.#stderr.write(`${this.#isShown ? CLEAR_LINE : ''}${line}\n`)
  }

  [Symbol.dispose](): void {
    if (this.#isShown) this.#stderr.write(CLEAR_LINE)
  }
}
