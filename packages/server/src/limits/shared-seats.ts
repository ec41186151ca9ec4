import { newId } from '../id.ts'
import type { Log } from '../log.ts'
import type { SeatRepository } from './seat-repository.ts'
import { LocalSeats, noSeatLeft, type Seats } from './seats.ts'

export interface SharedSeatsOptions {
  repository: Pick<SeatRepository, 'renew' | 'store' | 'remove' | 'leave'>
  limit: number
  log: Log
}

const RENEW_MS = 1_000

/**
 * Counts together with the other servers. Of each account the database has this server's number, which is stored one after the
 * other: so whatever was stored last is right, and what could not be stored is made good by the next number. While the database
 * does not answer each server counts for itself.
 */
export class SharedSeats implements Seats, AsyncDisposable {
  readonly #options: SharedSeatsOptions
  readonly #id = newId()
  readonly #here = new LocalSeats()
  /** What is being stored of an account, and what waits for that. */
  readonly #turns = new Map<string, Promise<unknown>>()
  /** Those of which the database has another number. */
  readonly #unstored = new Set<string>()
  readonly #timer: NodeJS.Timeout
  #isAway = false
  #renewing: Promise<void> | undefined

  constructor(options: SharedSeatsOptions) {
    this.#options = options
    this.#timer = setInterval(() => void this.renew(), RENEW_MS).unref()
  }

  async take(accountId: string): Promise<Disposable> {
    return this.#inTurn(accountId, async () => {
      const { limit } = this.#options
      const streams = this.#here.taken(accountId) + 1
      if (streams > limit || !(await this.#store(accountId, streams, limit))) throw noSeatLeft(limit)
      const seat = this.#here.takeAnyway(accountId)
      return {
        [Symbol.dispose]: () => {
          seat[Symbol.dispose]()
          void this.#storeAgain(accountId)
        },
      }
    })
  }

  /** Says that this server lives, and stores what could not be stored: to be called once before anything is taken. */
  async renew(): Promise<void> {
    this.#renewing ??= this.#renewOnce().finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#renewing
    // All that is open here ends with the server, and needs no number any more.
    this.#isAway = true
    await Promise.all(this.#turns.values())
    // Whoever cannot say so is dead soon.
    await this.#options.repository.leave(this.#id).catch(() => undefined)
  }

  async #renewOnce(): Promise<void> {
    try {
      const isNew = await this.#options.repository.renew(this.#id)
      if (this.#isAway) this.#options.log.info('streams-counted-together')
      this.#isAway = false
      if (isNew) for (const accountId of this.#here.accounts()) this.#unstored.add(accountId)
    } catch (err) {
      this.#goAway(err)
    }
    await Promise.all([...this.#unstored].map((accountId) => this.#storeAgain(accountId)))
  }

  /** What is open is open: it is stored whatever the limit. */
  async #storeAgain(accountId: string): Promise<void> {
    await this.#inTurn(accountId, () => this.#store(accountId, this.#here.taken(accountId), Number.MAX_SAFE_INTEGER))
  }

  /** False only if the other servers' streams leave no room for so many. */
  async #store(accountId: string, streams: number, limit: number): Promise<boolean> {
    const { repository } = this.#options
    if (this.#isAway) {
      this.#unstored.add(accountId)
      return true
    }
    try {
      if (streams === 0) await repository.remove(accountId, this.#id)
      else if (!(await repository.store({ accountId, id: this.#id, streams }, limit))) return false
      this.#unstored.delete(accountId)
    } catch (err) {
      this.#goAway(err)
      this.#unstored.add(accountId)
    }
    return true
  }

  #goAway(err: unknown): void {
    if (!this.#isAway) this.#options.log.warn({ err }, 'streams-counted-alone')
    this.#isAway = true
  }

  /** What is stored of one account is stored in the order of its counting. */
  async #inTurn<T>(accountId: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(accountId)
    const turn = (async () => {
      await before?.catch(() => undefined)
      return work()
    })()
    this.#turns.set(accountId, turn)
    try {
      return await turn
    } finally {
      if (this.#turns.get(accountId) === turn) this.#turns.delete(accountId)
    }
  }
}
