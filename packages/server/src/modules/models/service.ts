import { AppError } from '../../app-error.ts'
import type { ConfigFolder } from '../../config/files/config-folder.ts'
import type { LiveConfig } from '../../config/files/live-config.ts'
import type { EndpointHealth } from '../../providers/provider.ts'
import { modelUnavailable } from './build-provider.ts'
import { type Catalog, findOffered, loadCatalog, offeredModels } from './catalog.ts'
import { writeDefaultFiles } from './default-files.ts'
import type { Model, ModelListing } from './model.ts'

/** How often to see whose turn it is to be asked for its models: files come and go. */
const DISCOVERY_INTERVAL_MS = 1_000

/** The models of this server, as the files in its config folder say. */
export class ModelService implements AsyncDisposable {
  readonly #live: LiveConfig<Catalog>
  readonly #ending = new AbortController()
  readonly #timer: NodeJS.Timeout
  readonly #discoveries = new Set<Promise<void>>()

  private constructor(live: LiveConfig<Catalog>) {
    this.#live = live
    this.#timer = setInterval(() => this.#discover(), DISCOVERY_INTERVAL_MS).unref()
    this.#discover()
  }

  /** Writes the files of a new config folder first. Throws `ConfigFileError` for files that no server can start with. */
  static async open(folder: ConfigFolder, options: { idleTimeoutMs: number }): Promise<ModelService> {
    if (await writeDefaultFiles(folder.path)) folder.log.info({ folder: folder.path }, 'model-files-written')
    const live = await folder.open<Catalog>({
      name: 'models',
      load: (reading, current) => loadCatalog(reading, { ...options, log: folder.log, current }),
      describe: (catalog) => ({ models: [...catalog].map(([name, { reason }]) => ({ name, reason })) }),
    })
    return new ModelService(live)
  }

  list(): ModelListing[] {
    return [...offeredModels(this.#live.current)].map(([name, { description, hasImages, reason }]) => ({
      name,
      description,
      available: reason === undefined,
      ...(hasImages && { images: true as const }),
      ...(reason !== undefined && { reason }),
    }))
  }

  /** What `model_configs.json` lists. */
  listConfigs(): { name: string; path: string }[] {
    return [...this.#live.current].map(([name, { path }]) => ({ name, path }))
  }

  /** What to say to whoever named a model that there is not. */
  get choice(): string {
    const names = [...offeredModels(this.#live.current)]
      .slice(0, 20)
      .map(([name]) => name)
      .join(', ')
    return names === '' ? 'This server has no models yet.' : `Choose one of this server's models: ${names}.`
  }

  find(name: string): Model | undefined {
    const offered = findOffered(this.#live.current, name)
    return offered && { name, provider: offered.provider, hasImages: offered.hasImages }
  }

  /** How the endpoints of a model do; none where it has none. */
  endpointsOf(name: string): readonly EndpointHealth[] {
    return this.find(name)?.provider.endpoints ?? []
  }

  /** A model that can be asked now. Throws `unknown-model` or `model-unavailable`. */
  require(name: string): Model {
    const offered = findOffered(this.#live.current, name)
    if (!offered) throw this.#unknown()
    if (offered.reason !== undefined) throw modelUnavailable(name, offered.reason)
    return { name, provider: offered.provider, hasImages: offered.hasImages }
  }

  /** Throws for a model that sees no images, naming those that do. */
  requireImages({ hasImages, name }: Model, pointer: string): void {
    if (hasImages) return
    const seeing = this.list().flatMap((model) => (model.images ? model.name : []))
    const choice = seeing.length > 0 ? `Ask one that does: ${seeing.slice(0, 20).join(', ')}.` : 'No model here does.'
    throw new AppError('invalid-request', 'Correct the fields listed in "errors".', {
      fields: [{ pointer, detail: `${name} sees no images. ${choice}` }],
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    this.#ending.abort()
    await Promise.all(this.#discoveries)
    await this.#live[Symbol.asyncDispose]()
  }

  /** In the background: neither the start nor a request waits for endpoints. */
  #discover(): void {
    for (const { discovery } of this.#live.current.values()) {
      const refreshed = discovery?.refreshIfDue(performance.now(), this.#ending.signal)
      if (!refreshed) continue
      this.#discoveries.add(refreshed)
      void refreshed.finally(() => this.#discoveries.delete(refreshed))
    }
  }

  #unknown(): AppError {
    const detail = this.choice
    return new AppError('unknown-model', `There is no model of this name. ${detail}`, {
      fields: [{ pointer: '/model', detail }],
    })
  }
}
