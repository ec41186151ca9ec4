import { VektorError } from '../vektor-error.ts'

const FIRST_DELAY_MS = 200
const LONGEST_DELAY_MS = 5_000

/** Counts failures in a row, says how long to wait after each, and when to give up. */
export class Backoff {
  readonly #forMs: number
  readonly #retries: number
  #failures = 0
  #since = 0

  /** At first it is meant for calls: a hiccup is bridged, a server that is gone is soon told. */
  constructor(forMs = 10_000, retries = 2) {
    this.#forMs = forMs
    this.#retries = retries
  }

  /** Milliseconds to wait before the next attempt. Throws the error again if there is to be none. */
  delayAfter(error: VektorError): number {
    const now = Date.now()
    if (!this.#failures) this.#since = now
    const ceiling = Math.min(FIRST_DELAY_MS * 2 ** this.#failures, LONGEST_DELAY_MS)
    // Full jitter: clients that lost the same server must not come back in step.
    const delay = (error.retryAfter ?? 0) * 1000 + Math.random() * ceiling
    const isOver = this.#failures++ >= this.#retries || now + delay > this.#since + this.#forMs
    if (isOver || !isTemporary(error)) throw error
    return delay
  }

  /** It works again: the next failure is a first one. */
  reset(): void {
    this.#failures = 0
  }
}

/** Does `operation` again when it fails for a moment only. */
export async function withRetry<T>(operation: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (const backoff = new Backoff(); ; ) {
    try {
      return await operation()
    } catch (error) {
      if (!(error instanceof VektorError)) throw error
      await pause(backoff.delayAfter(error), signal)
    }
  }
}

/** Waits, but not past an abort: what comes next will notice it. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal?.addEventListener('abort', end)
  })
}

/** Our server says `Retry-After` where waiting helps; a proxy in front of it answers without a problem document. */
function isTemporary({ code, status = 0, problem, retryAfter }: VektorError): boolean {
  return code === 'network' || ((status === 429 || status > 501) && (retryAfter !== undefined || !problem))
}
