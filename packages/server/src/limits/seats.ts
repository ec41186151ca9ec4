import { AppError } from '../app-error.ts'

/** What an account may have only so many of at once: its streams. */
export interface Seats {
  /** Taken until it is disposed. Throws if the account has no more. */
  take(accountId: string): Promise<Disposable>
}

/** Counts what this server has given out. */
export class LocalSeats implements Seats {
  readonly #limit: number
  readonly #taken = new Map<string, number>()

  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit
  }

  async take(accountId: string): Promise<Disposable> {
    if (this.taken(accountId) >= this.#limit) throw noSeatLeft(this.#limit)
    return this.takeAnyway(accountId)
  }

  /** For whoever has made sure that there is one. */
  takeAnyway(accountId: string): Disposable {
    this.#taken.set(accountId, this.taken(accountId) + 1)
    return { [Symbol.dispose]: () => this.#giveBack(accountId) }
  }

  taken(accountId: string): number {
    return this.#taken.get(accountId) ?? 0
  }

  accounts(): string[] {
    return [...this.#taken.keys()]
  }

  #giveBack(accountId: string): void {
    const left = this.taken(accountId) - 1
    if (left > 0) this.#taken.set(accountId, left)
    else this.#taken.delete(accountId)
  }
}

export function noSeatLeft(limit: number): AppError {
  const detail = `Close one of the ${limit} streams that the account has open, then try again.`
  return new AppError('too-many-streams', detail, { retryAfterSeconds: 5 })
}
