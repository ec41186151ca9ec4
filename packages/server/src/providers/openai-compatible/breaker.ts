/** So many failures, one after the other, and it opens. */
const MOST_FAILURES = 3
const FIRST_PAUSE_MS = 10_000
const LONGEST_PAUSE_MS = 120_000
/** Who says "come back tomorrow" is asked once an hour all the same: somebody may have paid. */
const LONGEST_WISH_MS = 3_600_000

/**
 * Keeps those who have a choice from asking a server that has just failed several times. It is open for a while, each
 * time for twice as long; then one question finds out whether the server is back.
 */
export class Breaker {
  readonly #now: () => number
  #failures = 0
  #pauseMs = FIRST_PAUSE_MS
  #openUntil: number | undefined
  #isProbed = false

  /** `now` in milliseconds. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** When the server is worth asking again; undefined while nothing speaks against it. */
  get openUntil(): number | undefined {
    return this.#openUntil
  }

  /** Whether the next question may go here: to a server that works, or to find out whether it does again. */
  get isReady(): boolean {
    return this.#openUntil === undefined || (this.#openUntil <= this.#now() && !this.#isProbed)
  }

  /** A question is sent. It ends in exactly one of `succeeded`, `failed` and `released` of what this gives. */
  begin(): BreakerTrial {
    const before = this.#openUntil
    const isProbe = before !== undefined
    this.#isProbed ||= isProbe
    const endProbe = () => {
      if (isProbe) this.#isProbed = false
    }
    return {
      succeeded: () => this.#close(),
      failed: (wishMs = 0) => {
        endProbe()
        // Of many that were under way together, the first says it all.
        const isNews = this.#openUntil === before
        return this.#open(Math.max(isNews ? this.#pauseAfterFailure(isProbe) : 0, Math.min(wishMs, LONGEST_WISH_MS)))
      },
      released: endProbe,
    }
  }

  #close(): boolean {
    const wasOpen = this.#openUntil !== undefined
    this.#openUntil = undefined
    this.#isProbed = false
    this.#failures = 0
    this.#pauseMs = FIRST_PAUSE_MS
    return wasOpen
  }

  #pauseAfterFailure(isProbe: boolean): number {
    this.#failures += 1
    if (isProbe) this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
    return isProbe || this.#failures >= MOST_FAILURES ? this.#pauseMs : 0
  }

  /** Never for a shorter time than it is open already. */
  #open(pauseMs: number): boolean {
    const until = this.#now() + pauseMs
    if (pauseMs === 0 || until <= (this.#openUntil ?? 0)) return false
    this.#openUntil = until
    return true
  }
}

export interface BreakerTrial {
  /** True if the breaker closes by it. */
  succeeded(): boolean
  /** `wishMs`: how long the server wants to be left alone. True if the breaker opens by it, or for longer. */
  failed(wishMs?: number): boolean
  /** Nobody knows: whoever asked has left. */
  released(): void
}
