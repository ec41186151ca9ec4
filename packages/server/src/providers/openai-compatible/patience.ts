import { IdleTimer } from '../../idle-timer.ts'

/** Made once: an exception notes where it was made, and this one says nothing by that. */
const GIVEN_UP = new DOMException('Nobody waits for it any more.', 'AbortError')

/**
 * How long an upstream may make no progress. Its `signal` is aborted when that time is over, when the caller's is, and
 * when the patience is disposed, which closes a connection that is still open.
 */
export class Patience implements Disposable {
  readonly #controller = new AbortController()
  readonly #caller: AbortSignal
  readonly #giveUp = () => this.#controller.abort(GIVEN_UP)
  readonly #timer: IdleTimer
  #isWaiting = true
  #isExhausted = false

  constructor(milliseconds: number, caller: AbortSignal) {
    this.#caller = caller
    this.#timer = new IdleTimer(milliseconds, this.#exhaust)
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
    this.#timer.touch()
  }

  /** The upstream is not to blame for the time that the caller takes. Until `renew`. */
  pause(): void {
    this.#isWaiting = false
  }

  /** From now on no more than `milliseconds`. */
  shorten(milliseconds: number): void {
    this.#timer.shorten(milliseconds)
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]()
    this.#caller.removeEventListener('abort', this.#giveUp)
    this.#giveUp()
  }

  readonly #exhaust = () => {
    if (!this.#isWaiting) return
    this.#isExhausted = true
    this.#giveUp()
  }
}
