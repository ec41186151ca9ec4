const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Ctrl-C, or the wish of the system that we end, for work that has something to clean up. A second one does not wait for that. */
export class Interruption implements Disposable {
  readonly #leaving = new AbortController()
  readonly #leave = () => {
    this[Symbol.dispose]()
    this.#leaving.abort()
  }

  constructor() {
    for (const name of SIGNALS) process.on(name, this.#leave)
  }

  get signal(): AbortSignal {
    return this.#leaving.signal
  }

  [Symbol.dispose](): void {
    for (const name of SIGNALS) process.off(name, this.#leave)
  }
}
