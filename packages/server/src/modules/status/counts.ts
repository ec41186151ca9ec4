/** How many of everything there are, on all replicas. */
export interface Counts {
  users: number
  conversations: number
  messages: number
  backups: BackupCounts
}

export interface BackupCounts {
  complete: number
  inProgress: number
  failed: number
  /** Epoch milliseconds; null if there is none. */
  lastCompletedAt: number | null
}

export interface CountedAt extends Counts {
  /** Epoch milliseconds. */
  at: number
}

const MIN_AGE_MS = 5_000

/** Counting may take this share of the time, however large the tables and however often somebody asks. */
const SHARE = 1 / 100

/**
 * Counts that may be some seconds old: the longer counting takes, the older. A database has to walk through an index to
 * count its rows, and a counter of our own would be one row that every chat waits for.
 */
export class CachedCounts {
  readonly #count: () => Promise<Counts>
  readonly #now: () => number
  #counted: Promise<CountedAt> | undefined
  #validUntil = 0

  constructor(count: () => Promise<Counts>, now: () => number) {
    this.#count = count
    this.#now = now
  }

  read(): Promise<CountedAt> {
    if (this.#counted && this.#now() < this.#validUntil) return this.#counted
    // Whoever asks meanwhile gets the same.
    this.#validUntil = Number.POSITIVE_INFINITY
    this.#counted = this.#countNow()
    return this.#counted
  }

  async #countNow(): Promise<CountedAt> {
    const startedAt = this.#now()
    try {
      const counts = await this.#count()
      const at = this.#now()
      this.#validUntil = at + Math.max(MIN_AGE_MS, (at - startedAt) / SHARE)
      return { ...counts, at }
    } catch (error) {
      this.#validUntil = 0
      throw error
    }
  }
}
