import { AppError } from '../../app-error.ts'

/** Work of one key is done one after the other, in the order it came; that of different keys goes on at once. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()
  readonly #patienceMs: number

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs
  }

  /** Rejects with `busy` if the turn does not come in time; the work is then never begun. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key)
    const { promise: left, resolve: leave } = Promise.withResolvers<void>()
    // Who gives up waiting goes, and those behind wait for those before all the same.
    const turn = Promise.all([before, left])
    this.#last.set(key, turn)
    void turn.then(() => {
      if (this.#last.get(key) === turn) this.#last.delete(key)
    })
    try {
      if (before) await this.#inTime(before)
      return await work()
    } finally {
      leave()
    }
  }

  async #inTime(before: Promise<unknown>): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(tooMuchAtOnce()), this.#patienceMs)
    try {
      await Promise.race([before, late])
    } finally {
      clearTimeout(timer)
    }
  }
}

function tooMuchAtOnce(): AppError {
  const detail = 'Wait for what you have asked already, then send your message again: too much came at once.'
  return new AppError('busy', detail, { retryAfterSeconds: 5 })
}
