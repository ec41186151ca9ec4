/**
 * Calls back when nothing has happened for a while, and again after each further while. To be told that something has is a
 * look at the clock: a timer that is set anew at each piece of an answer costs as much as writing it.
 */
export class IdleTimer implements Disposable {
  readonly #onIdle: () => void
  #milliseconds: number
  #touchedAt = performance.now()
  #timer: NodeJS.Timeout

  constructor(milliseconds: number, onIdle: () => void) {
    this.#milliseconds = milliseconds
    this.#onIdle = onIdle
    this.#timer = setTimeout(this.#look, milliseconds)
  }

  /** Something has happened: the time begins anew. */
  touch(): void {
    this.#touchedAt = performance.now()
  }

  /** From now on it is idle after no more than `milliseconds`. */
  shorten(milliseconds: number): void {
    if (milliseconds >= this.#milliseconds) return
    this.#milliseconds = milliseconds
    this.touch()
    this.#wait(milliseconds)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
  }

  readonly #look = (): void => {
    const left = this.#touchedAt + this.#milliseconds - performance.now()
    // Before the call, which may dispose it.
    this.#wait(left > 0 ? left : this.#milliseconds)
    if (left > 0) return
    this.touch()
    this.#onIdle()
  }

  #wait(milliseconds: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#look, milliseconds)
  }
}
