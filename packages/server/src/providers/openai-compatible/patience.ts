/**
 * How long an upstream may make no progress. Its `signal` is aborted when that time is over, when the caller's is, and
 * when the patience is disposed, which closes a connection that is still open.
 */
export class Patience implements Disposable {
  readonly #controller = new AbortController()
  readonly #caller: AbortSignal
  readonly #giveUp = () => this.#controller.abort()
  #milliseconds: number
  #timer: NodeJS.Timeout
  #isWaiting = true
  #isExhausted = false

  constructor(milliseconds: number, caller: AbortSignal) {
    this.#milliseconds = milliseconds
    this.#caller = caller
    this.#timer = setTimeout(this.#exhaust, milliseconds)
    if (caller.aborted) this.#giveUp()
    else caller.addEventListener('abort', this.#giveUp, { once: true })
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get isExhausted(): boolean {
    return this.#isExhausted
  }

  /** Progress: the time begins anew. */
  renew(): void {
    this.#isWaiting = true
    this.#timer.refresh()
  }

  /** The upstream is not to blame for the time that the caller takes. Until `renew`. */
  pause(): void {
    this.#isWaiting = false
  }

  /** From now on no more than `milliseconds`. */
  shorten(milliseconds: number): void {
    if (milliseconds >= this.#milliseconds) return
    clearTimeout(this.#timer)
    this.#milliseconds = milliseconds
    this.#timer = setTimeout(this.#exhaust, milliseconds)
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#caller.removeEventListener('abort', this.#giveUp)
    this.#giveUp()
  }

  readonly #exhaust = () => {
    if (!this.#isWaiting) return
    this.#isExhausted = true
    this.#giveUp()
  }
}
