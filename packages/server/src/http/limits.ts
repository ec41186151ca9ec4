import { AppError } from '../app-error.ts'
import type { Allowance, Counter, Counters } from '../limits/counter.ts'

const WINDOW_SECONDS = 60

/**
 * The policies that count requests, each as a share of what one account may ask in a minute. `address` counts who is not
 * signed in; what an operation without a token costs or gives away is counted apart from that. `page` counts what anybody
 * may look at, and is served without the database: each server for itself, so that counting needs none either.
 */
const SHARES = {
  account: 1,
  address: 1 / 2,
  page: 1 / 2,
  refresh: 1 / 10,
  'sign-in': 1 / 20,
  registration: 1 / 40,
} as const

export type PolicyName = keyof typeof SHARES

export function isPolicyName(name: string): name is PolicyName {
  return Object.hasOwn(SHARES, name)
}

export interface Counted {
  /** Of the draft "RateLimit header fields for HTTP": the policy, and what is left under it. */
  headers: Readonly<Record<string, string>>
  /** Undefined as long as there is something left. */
  refusal: AppError | undefined
}

/** Counts the requests of accounts and of addresses, and says when there are too many. */
export class RequestLimits {
  readonly #counters: ReadonlyMap<PolicyName, Counter>

  /** `perMinute` is what one account may ask. */
  constructor(counters: Counters, perMinute: number) {
    const open = (name: PolicyName): [PolicyName, Counter] => {
      const limit = Math.max(1, Math.round(perMinute * SHARES[name]))
      const isLocal = name === 'page'
      return [name, counters.open({ name, limit, windowSeconds: WINDOW_SECONDS, isLocal })]
    }
    this.#counters = new Map(Object.keys(SHARES).filter(isPolicyName).map(open))
  }

  async count(policy: PolicyName, who: string): Promise<Counted> {
    const counter = this.#counters.get(policy)
    if (!counter) throw new TypeError(`There is no policy ${policy}.`)
    const allowance = await counter.take(who)
    return {
      headers: describe(counter, allowance),
      refusal: allowance.isGranted ? undefined : tooManyRequests(allowance.resetSeconds),
    }
  }
}

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/, sections 3 and 4. */
function describe({ quota }: Counter, { left, resetSeconds }: Allowance): Record<string, string> {
  return {
    'RateLimit-Policy': `"${quota.name}";q=${quota.limit};w=${quota.windowSeconds}`,
    RateLimit: `"${quota.name}";r=${left};t=${resetSeconds}`,
  }
}

function tooManyRequests(seconds: number): AppError {
  const detail = `Wait ${seconds === 1 ? 'a second' : `${seconds} seconds`}, then go on more slowly.`
  return new AppError('too-many-requests', detail, { retryAfterSeconds: seconds })
}
