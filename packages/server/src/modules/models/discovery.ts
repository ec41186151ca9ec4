import { AppError } from '../../app-error.ts'
import { type Endpoint, type ListedModel, listModels } from '../../providers/openai-compatible/index.ts'
import type { Provider } from '../../providers/provider.ts'
import { buildProvider, type ProviderOptions } from './build-provider.ts'
import type { UpstreamDefinition } from './model-file.ts'

const REFRESH_MS = 60_000
/** Sooner where somebody has not answered: who starts everything at once starts the models last. */
const RETRY_MS = 5_000
/** What a request may name, in UTF-16 units. */
const LONGEST_NAME = 256

/** A model that was found, and the key of what its provider was built from. */
interface Found {
  provider: Provider
  builtFrom: string
}

/**
 * The models that the endpoints of one file say they have. What an endpoint said last stands while it says nothing.
 * Nobody waits for it: it is asked in the background, every minute.
 */
export class Discovery {
  readonly #prefix: string
  readonly #definition: UpstreamDefinition
  readonly #options: ProviderOptions
  readonly #lists = new Map<Endpoint, readonly ListedModel[]>()
  readonly #silent = new Set<Endpoint>()
  #found: ReadonlyMap<string, Found> = new Map()
  #dueAt = 0

  /** `name` is that of the entry: it stands before those of all its models. */
  constructor(name: string, definition: UpstreamDefinition, options: ProviderOptions) {
    this.#prefix = `${name}/`
    this.#definition = definition
    this.#options = options
  }

  /** What users ask for, in order: the name of the entry, a slash, and what the endpoint calls the model. */
  get names(): string[] {
    return [...this.#found.keys()]
  }

  find(name: string): Provider | undefined {
    return this.#found.get(name)?.provider
  }

  /** `now` in milliseconds, since whenever. */
  async refreshIfDue(now: number, signal: AbortSignal): Promise<void> {
    if (now < this.#dueAt) return
    this.#dueAt = Number.POSITIVE_INFINITY
    await Promise.all(this.#definition.endpoints.map((endpoint) => this.#ask(endpoint, signal)))
    this.#dueAt = now + (this.#silent.size > 0 ? RETRY_MS : REFRESH_MS)
  }

  async #ask(endpoint: Endpoint, signal: AbortSignal): Promise<void> {
    const event = { models: this.#prefix, endpoint: endpoint.baseUrl.replace(/\?.*/s, '') }
    const { log } = this.#options
    try {
      this.#lists.set(endpoint, await listModels(endpoint, signal))
      const isNews = this.#silent.delete(endpoint)
      this.#rebuild()
      if (isNews) log.info({ ...event, count: this.#lists.get(endpoint)?.length }, 'models-listed')
    } catch (failure) {
      if (signal.aborted) return
      // Once, and not every few seconds for as long as it lasts.
      const isNews = !this.#silent.has(endpoint)
      this.#silent.add(endpoint)
      if (!(failure instanceof AppError)) log.error({ ...event, err: failure }, 'models-not-listed')
      else if (isNews) log.warn({ ...event, code: failure.code, detail: failure.message }, 'models-not-listed')
    }
  }

  /** A model that several endpoints have is asked of all of them. One that is as it was keeps its provider. */
  #rebuild(): void {
    const byName = new Map<string, { model: ListedModel; endpoints: Endpoint[] }>()
    for (const endpoint of this.#definition.endpoints) {
      for (const model of this.#lists.get(endpoint) ?? []) {
        const name = this.#prefix + model.id
        if (!isName(name)) continue
        const known = byName.get(name)
        if (!known) byName.set(name, { model, endpoints: [endpoint] })
        else if (!known.endpoints.includes(endpoint)) known.endpoints.push(endpoint)
      }
    }
    const sorted = [...byName].sort(([one], [other]) => (one < other ? -1 : 1))
    this.#found = new Map(sorted.map(([name, { model, endpoints }]) => [name, this.#provide(name, model, endpoints)]))
  }

  #provide(name: string, { id, contextTokens }: ListedModel, endpoints: Endpoint[]): Found {
    const window = this.#definition.contextTokens ?? contextTokens
    const builtFrom = JSON.stringify([
      window,
      endpoints.map((endpoint) => this.#definition.endpoints.indexOf(endpoint)),
    ])
    const known = this.#found.get(name)
    if (known?.builtFrom === builtFrom) return known
    const definition = {
      ...this.#definition,
      model: id,
      endpoints,
      ...(window !== undefined && { contextTokens: window }),
    }
    return { provider: buildProvider(definition, this.#options), builtFrom }
  }
}

function isName(name: string): boolean {
  return name.length <= LONGEST_NAME && !/[\p{C}\p{Zl}\p{Zp}]/u.test(name)
}
