import { LEASE_MS } from './repository.ts'

export interface DeadWritersOptions {
  isAnyDead(): Promise<boolean>
  /** Ends what they left unfinished. */
  recover(): Promise<unknown>
  /** Milliseconds that only ever grow. */
  clock(): number
}

/**
 * Looks for answers whose writer has died. While the database was away no lease could be prolonged, so those who live are
 * given the time of a lease to come back before anything is taken from anybody.
 */
export class DeadWriters {
  readonly #options: DeadWritersOptions
  #reachableSince: number | undefined

  constructor(options: DeadWritersOptions) {
    this.#options = options
  }

  async look(): Promise<void> {
    const { clock, isAnyDead, recover } = this.#options
    try {
      const isNeeded = await isAnyDead()
      this.#reachableSince ??= clock()
      if (isNeeded && clock() - this.#reachableSince >= LEASE_MS) await recover()
    } catch {
      // Whoever needs the database says so.
      this.#reachableSince = undefined
    }
  }
}
