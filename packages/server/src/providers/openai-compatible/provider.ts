import type { AppError } from '../../app-error.ts'
import type { Log } from '../../log.ts'
import type { EndpointHealth, Provider, ProviderEvent, ProviderRequest, Spoken, Usage } from '../provider.ts'
import { Attempt, type AttemptOptions } from './attempt.ts'
import { type Endpoint, Endpoints, type Turn } from './endpoints.ts'
import { failed, RequestRefused } from './upstream-error.ts'

export interface OpenAiCompatibleOptions extends AttemptOptions {
  /** At least one. */
  endpoints: readonly Endpoint[]
  log: Log
}

/** An endpoint that has begun to answer. */
interface Begun {
  attempt: Attempt
  /** The first that it said; undefined if it ended without a word. */
  first: Spoken[] | undefined
}

/** In idle timeouts: once so much time has passed without a word, no other endpoint is tried. */
const PATIENCE_FOR_ALL = 1.5

/**
 * Asks a server that speaks OpenAI's protocol, as most do. Of several servers another one is asked as long as none has
 * said a word: after that, two would have written one answer.
 * @see https://platform.openai.com/docs/api-reference/chat/create
 */
export class OpenAiCompatibleProvider implements Provider {
  readonly #options: OpenAiCompatibleOptions
  readonly #endpoints: Endpoints

  constructor(options: OpenAiCompatibleOptions) {
    this.#options = options
    this.#endpoints = new Endpoints({ ...options, now: Date.now })
  }

  get endpoints(): readonly EndpointHealth[] {
    return this.#endpoints.health
  }

  async *stream(request: ProviderRequest, signal: AbortSignal): AsyncGenerator<ProviderEvent> {
    if (signal.aborted) return
    const begun = await this.#begin(request, signal)
    if (!begun) return
    using attempt = begun.attempt
    let usage: Usage | undefined
    try {
      for (let spoken = begun.first; spoken !== undefined; spoken = await attempt.read()) {
        const isCounted = attempt.usage !== usage && !attempt.finish
        usage = attempt.usage
        if (spoken.length > 0) attempt.patience.pause()
        for (const piece of spoken) yield piece
        if (isCounted && usage) yield { type: 'usage', usage }
        if (spoken.length > 0) attempt.patience.renew()
      }
      if (attempt.finish) yield attempt.finish
      else if (attempt.usage && attempt.usage !== usage) yield { type: 'usage', usage: attempt.usage }
    } catch (failure) {
      if (!signal.aborted) throw attempt.explain(failure)
    }
  }

  /** Undefined if whoever asked has left. */
  async #begin(request: ProviderRequest, signal: AbortSignal): Promise<Begun | undefined> {
    const { idleTimeoutMs } = this.#options
    const begunAt = performance.now()
    let failure: unknown
    for (const turn of this.#endpoints.turns()) {
      const attempt = new Attempt(turn.endpoint, request, { ...this.#options, signal })
      try {
        const first = await readFirst(attempt)
        turn.succeeded()
        return { attempt, first }
      } catch (caught) {
        const error = attempt.explain(caught)
        attempt[Symbol.dispose]()
        judge(turn, error, signal)
        failure = error
        const isTooLate = performance.now() - begunAt > idleTimeoutMs * PATIENCE_FOR_ALL
        if (signal.aborted || isTooLate || error instanceof RequestRefused) break
      }
    }
    if (signal.aborted) return undefined
    throw failure
  }
}

/** A refused request says nothing against the endpoint, and a caller who has left nothing at all. */
function judge(turn: Turn, error: AppError, signal: AbortSignal): void {
  if (signal.aborted) turn.released()
  else if (error instanceof RequestRefused) turn.succeeded()
  else turn.failed(error)
}

async function readFirst(attempt: Attempt): Promise<Spoken[] | undefined> {
  let spoken = await attempt.read()
  while (spoken?.length === 0) spoken = await attempt.read()
  if (!spoken && !attempt.isEnded) {
    throw failed('The model broke off before its first word: send your message again.')
  }
  return spoken
}
