import { isDatabaseUnavailable } from '../../app-error.ts'
import { LEASE_MS } from './repository.ts'

export interface DeadWritersOptions {
  isAnyDead(): Promise<boolean>
  /** Ends what they left unfinished. */
  recover(): Promise<unknown>
  /** Tries whether it could be ended, and ends nothing. */
  rehearse(): Promise<unknown>
  /** Milliseconds that only ever grow. */
  clock(): number
}

/**
 * Looks for answers whose writer has died. While the database could not be written no lease could be prolonged. That it can be
 * read proves nothing: so those who live are given the time of a lease, from when all that is to be written has been tried.
 */
export class DeadWriters {
  readonly #options: DeadWritersOptions
  /** Since when those who live could have prolonged their leases, as far as is known. */
  #writableSince: number | undefined

  constructor(options: DeadWritersOptions) {
    this.#options = options
  }

  async look(): Promise<void> {
    const { clock } = this.#options
    const startedAt = clock()
    try {
      await this.#look()
      if (clock() - startedAt > LEASE_MS) this.#writableSince = clock()
    } catch (error) {
      this.#writableSince = undefined
      // Whoever needs the database says so.
      if (!isDatabaseUnavailable(error)) throw error
    }
  }

  async #look(): Promise<void> {
    const { clock, isAnyDead, recover, rehearse } = this.#options
    if (!(await isAnyDead())) {
      this.#writableSince ??= clock()
    } else if (this.#writableSince === undefined) {
      await rehearse()
      this.#writableSince = clock()
    } else if (clock() - this.#writableSince >= LEASE_MS) {
      await recover()
    }
  }
}
