import type { AppError } from '../../app-error.ts'
import type { Log } from '../../log.ts'
import type { Secret } from '../../secret.ts'
import type { EndpointHealth } from '../provider.ts'
import { Breaker, type BreakerTrial } from './breaker.ts'
import { EndpointRotation } from './endpoint-rotation.ts'

/** A server that has the model. */
export interface Endpoint {
  /** Without the `/chat/completions`. */
  baseUrl: string
  /** Some upstreams want none. */
  apiKey?: Secret
  /** Its share of the requests, against the weights of the others. */
  weight: number
}

/** Where to send a request for something of an endpoint, with the key that it wants. */
export function requestTo({ baseUrl, apiKey }: Endpoint, path: string): { url: URL; headers: Record<string, string> } {
  const url = new URL(baseUrl)
  url.pathname = url.pathname.replace(/\/+$/, '') + path
  return { url, headers: apiKey ? { authorization: `Bearer ${apiKey.reveal()}` } : {} }
}

interface EndpointsOptions {
  model: string
  endpoints: readonly Endpoint[]
  log: Log
  /** Epoch milliseconds. */
  now(): number
}

/** One question to one endpoint. It ends in one of `succeeded`, `failed` and `released`. */
export interface Turn {
  readonly endpoint: Endpoint
  succeeded(): void
  failed(error: AppError): void
  released(): void
}

/** An endpoint, and how it does. */
class Member {
  readonly endpoint: Endpoint
  readonly weight: number
  readonly breaker: Breaker
  state: EndpointHealth['state'] = 'unknown'

  constructor(endpoint: Endpoint, now: () => number) {
    this.endpoint = endpoint
    this.weight = endpoint.weight
    this.breaker = new Breaker(now)
  }

  /** Without its query, where some have a key. */
  get address(): string {
    const { origin, pathname } = new URL(this.endpoint.baseUrl)
    return `${origin}${pathname}`
  }
}

/** The endpoints of a model: who is asked, and in what order. */
export class Endpoints {
  readonly #members: readonly Member[]
  readonly #rotation = new EndpointRotation<Member>()
  readonly #log: Log

  constructor({ model, endpoints, log, now }: EndpointsOptions) {
    this.#members = endpoints.map((endpoint) => new Member(endpoint, now))
    this.#log = log.child({ model })
  }

  get health(): EndpointHealth[] {
    return this.#members.map(({ address, state, breaker: { openUntil } }) => ({
      address,
      state,
      ...(openUntil !== undefined && { pausedUntil: openUntil }),
    }))
  }

  /** The turns for one question, one after the other: each endpoint has one at most. */
  *turns(): Generator<Turn, undefined> {
    const left = new Set(this.#members)
    for (;;) {
      const member = this.#rotation.next([...left].filter(({ breaker }) => breaker.isReady))
      if (!member) break
      left.delete(member)
      yield this.#begin(member)
    }
    // Nobody is refused without anybody having been asked, and all the same only one of these is bothered.
    const last = [...left].sort((one, other) => opensAt(one) - opensAt(other))[0]
    if (last) yield this.#begin(last)
  }

  #begin(member: Member): Turn {
    const { breaker, endpoint } = member
    const trial = breaker.begin()
    return {
      endpoint,
      succeeded: () => this.#succeed(member, trial),
      failed: (error) => this.#fail(member, trial, error),
      released: () => trial.released(),
    }
  }

  #succeed(member: Member, trial: BreakerTrial): void {
    member.state = 'ok'
    if (trial.succeeded()) this.#log.info({ endpoint: member.address }, 'endpoint-closed')
  }

  #fail(member: Member, trial: BreakerTrial, { code, message, retryAfterSeconds }: AppError): void {
    const { address: endpoint, breaker } = member
    member.state = 'failing'
    this.#log.warn({ endpoint, code, detail: message }, 'endpoint-failed')
    const isOpened = trial.failed(retryAfterSeconds && retryAfterSeconds * 1000)
    if (isOpened) this.#log.warn({ endpoint, until: toTime(breaker.openUntil) }, 'endpoint-opened')
  }
}

function opensAt({ breaker }: Member): number {
  return breaker.openUntil ?? 0
}

function toTime(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString()
}
