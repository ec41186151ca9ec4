import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { Database } from '../database/database.ts'
import type { Allowance, Counter, Counters, Quota } from './counter.ts'
import type { Fingerprint } from './fingerprint.ts'

/** See the migration `004-limits`. */
const TABLE = 'request_counts'

/**
 * Counts where all servers see them: SQLite has one server, so its memory will do; with PostgreSQL there may be others. If
 * the database does not answer, each counts for itself until it does. When a window ends is judged by the clock of the
 * server that counts, which rate-limiter-flexible cannot be talked out of: one that is ahead ends the windows of others
 * early, so the clocks have to agree.
 */
export function openCounters(database: Database, fingerprint: Fingerprint): Counters {
  return database.dialect.isExclusive ? localCounters() : sharedCounters(database, fingerprint)
}

/** Nothing is stored, so nothing need be hidden. */
export function localCounters(): Counters {
  return {
    open: openLocally,
    // Its windows have timers.
    async sweep() {},
  }
}

function openLocally(quota: Quota): Counter {
  return new LimiterCounter(quota, new RateLimiterMemory(toOptions(quota)), (key) => key)
}

function sharedCounters({ counting, write }: Database, fingerprint: Fingerprint): Counters {
  const store = {
    storeClient: counting,
    storeType: 'knex',
    tableName: TABLE,
    tableCreated: true,
    clearExpiredByTimeout: false,
  }
  return {
    open(quota) {
      if (quota.isLocal) return openLocally(quota)
      const options = toOptions(quota)
      const limiter = new RateLimiterPostgres({
        ...options,
        ...store,
        insuranceLimiter: new RateLimiterMemory(options),
        // Whoever goes on after that is refused without asking the database.
        inMemoryBlockOnConsumed: quota.limit + 1,
      })
      return new LimiterCounter(quota, limiter, fingerprint)
    },
    async sweep() {
      await write(TABLE).where('expire', '<', Date.now()).delete()
    },
  }
}

function toOptions({ name, limit, windowSeconds }: Quota) {
  return { keyPrefix: name, points: limit, duration: windowSeconds }
}

class LimiterCounter implements Counter {
  readonly quota: Quota
  readonly #limiter: RateLimiterAbstract
  readonly #fingerprint: Fingerprint

  constructor(quota: Quota, limiter: RateLimiterAbstract, fingerprint: Fingerprint) {
    this.quota = quota
    this.#limiter = limiter
    this.#fingerprint = fingerprint
  }

  async take(key: string, windowSeconds?: number): Promise<Allowance> {
    const options = windowSeconds === undefined ? {} : { customDuration: windowSeconds }
    try {
      return toAllowance(await this.#limiter.consume(this.#fingerprint(key), 1, options), true)
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      return toAllowance(refusal, false)
    }
  }

  async peek(key: string): Promise<number> {
    const found = await this.#limiter.get(this.#fingerprint(key))
    return found?.consumedPoints ?? 0
  }

  async forget(key: string): Promise<void> {
    await this.#limiter.delete(this.#fingerprint(key))
  }
}

function toAllowance({ consumedPoints, remainingPoints, msBeforeNext }: RateLimiterRes, isGranted: boolean): Allowance {
  const resetSeconds = Math.max(1, Math.ceil(msBeforeNext / 1000))
  return { isGranted, spent: consumedPoints, left: remainingPoints, resetSeconds }
}
