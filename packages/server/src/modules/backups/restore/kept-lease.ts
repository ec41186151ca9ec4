import { isDatabaseUnavailable } from '../../../app-error.ts'

/** A third of what a lease lasts. */
const EVERY_MS = 10_000

/** The lease outlasts as many failures, such as a database that is away for a moment. */
const MOST_FAILURES = 2

/** Renews a lease until it is disposed. The signal is aborted when that fails again and again, or when the server is to end. */
export class KeptLease implements AsyncDisposable {
  readonly #lost = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly signal: AbortSignal
  #renewing: Promise<void> | undefined

  constructor(renew: () => Promise<void>, ending: AbortSignal) {
    this.signal = AbortSignal.any([ending, this.#lost.signal])
    let failures = 0
    this.#timer = setInterval(() => {
      this.#renewing ??= renew()
        .then(() => {
          failures = 0
        })
        .catch((error: unknown) => {
          failures += 1
          if (failures >= MOST_FAILURES || !isDatabaseUnavailable(error)) this.#lost.abort(error)
        })
        .finally(() => {
          this.#renewing = undefined
        })
    }, EVERY_MS)
    this.#timer.unref()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#renewing
  }
}
