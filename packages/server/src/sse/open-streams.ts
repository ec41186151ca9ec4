import { AppError } from '../app-error.ts'
import type { EventStream } from './event-stream.ts'

/** The streams that are open now, so that the server can end them before it ends. */
export class OpenStreams {
  readonly #streams = new Set<EventStream>()
  readonly #maxPerAccount: number
  readonly #seats = new Map<string, number>()
  #isClosed = false

  constructor(maxPerAccount = Number.POSITIVE_INFINITY) {
    this.#maxPerAccount = maxPerAccount
  }

  /** Held by a request that may become a stream, until it is over. Throws if the account has no more. */
  takeSeat(accountId: string): Disposable {
    const taken = this.#seats.get(accountId) ?? 0
    if (taken >= this.#maxPerAccount) {
      const detail = `Close one of the ${taken} streams that the account has open, then try again.`
      throw new AppError('too-many-streams', detail, { retryAfterSeconds: 5 })
    }
    this.#seats.set(accountId, taken + 1)
    return { [Symbol.dispose]: () => this.#giveBackSeat(accountId) }
  }

  #giveBackSeat(accountId: string): void {
    const left = (this.#seats.get(accountId) ?? 0) - 1
    if (left > 0) this.#seats.set(accountId, left)
    else this.#seats.delete(accountId)
  }

  /** While `work` runs, the stream is one of them. */
  async during(stream: EventStream, work: () => Promise<void>): Promise<void> {
    this.#streams.add(stream)
    try {
      if (this.#isClosed) await stream.end()
      else await work()
    } finally {
      this.#streams.delete(stream)
    }
  }

  get count(): number {
    return this.#streams.size
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#streams].map((stream) => stream.end()))
  }
}
