/** A third of what a lease lasts. */
const EVERY_MS = 10_000

/** Renews a lease until it is disposed. The signal is aborted when that fails, or when the server is to end. */
export class KeptLease implements AsyncDisposable {
  readonly #lost = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly signal: AbortSignal
  #renewing: Promise<void> | undefined

  constructor(renew: () => Promise<void>, ending: AbortSignal) {
    this.signal = AbortSignal.any([ending, this.#lost.signal])
    this.#timer = setInterval(() => {
      this.#renewing ??= renew()
        .catch((error: unknown) => this.#lost.abort(error))
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
