import type { Secret } from '../../secret.ts'

/** A server that has the model. */
export interface Endpoint {
  /** Without the `/chat/completions`. */
  baseUrl: string
  /** Some upstreams want none. */
  apiKey?: Secret
  /** Its share of the requests, against the weights of the others. */
  weight: number
}

/**
 * Chooses endpoints in proportion to their weights, and evenly spread: 3 to 1 gives a, a, b, a and not a, a, a, b.
 * @see https://github.com/nginx/nginx/commit/52327e0627f49dbda1e8db695e63a4b0af4448b1
 */
export class EndpointRotation {
  readonly #turns: { endpoint: Endpoint; credit: number }[]
  readonly #total: number

  constructor(endpoints: readonly Endpoint[]) {
    this.#turns = endpoints.map((endpoint) => ({ endpoint, credit: 0 }))
    this.#total = endpoints.reduce((sum, { weight }) => sum + weight, 0)
  }

  next(): Endpoint {
    for (const turn of this.#turns) turn.credit += turn.endpoint.weight
    const chosen = this.#turns.reduce((best, turn) => (turn.credit > best.credit ? turn : best))
    chosen.credit -= this.#total
    return chosen.endpoint
  }
}
