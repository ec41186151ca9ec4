import { AppError } from '../../app-error.ts'
import type { ConfigFolder } from '../../config/files/config-folder.ts'
import type { LiveConfig } from '../../config/files/live-config.ts'
import type { EndpointHealth } from '../../providers/provider.ts'
import { modelUnavailable } from './build-provider.ts'
import { type Catalog, loadCatalog } from './catalog.ts'
import { writeDefaultFiles } from './default-files.ts'
import type { Model, ModelListing } from './model.ts'

/** The models of this server, as the files in its config folder say. */
export class ModelService implements AsyncDisposable {
  readonly #live: LiveConfig<Catalog>

  constructor(live: LiveConfig<Catalog>) {
    this.#live = live
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
    return [...this.#live.current].map(([name, { description, reason }]) => ({
      name,
      description,
      available: reason === undefined,
      ...(reason !== undefined && { reason }),
    }))
  }

  /** What `model_configs.json` lists. */
  listConfigs(): { name: string; path: string }[] {
    return [...this.#live.current].map(([name, { path }]) => ({ name, path }))
  }

  /** What to say to whoever named a model that there is not. */
  get choice(): string {
    const names = [...this.#live.current.keys()].slice(0, 20).join(', ')
    return names === '' ? 'This server has no models yet.' : `Choose one of this server's models: ${names}.`
  }

  find(name: string): Model | undefined {
    const entry = this.#live.current.get(name)
    return entry && { name, provider: entry.provider }
  }

  /** How the endpoints of a model do; none where it has none. */
  endpointsOf(name: string): readonly EndpointHealth[] {
    return this.#live.current.get(name)?.provider.endpoints ?? []
  }

  /** A model that can be asked now. Throws `unknown-model` or `model-unavailable`. */
  require(name: string): Model {
    const entry = this.#live.current.get(name)
    if (!entry) throw this.#unknown()
    if (entry.reason !== undefined) throw modelUnavailable(name, entry.reason)
    return { name, provider: entry.provider }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#live[Symbol.asyncDispose]()
  }

  #unknown(): AppError {
    const detail = this.choice
    return new AppError('unknown-model', `There is no model of this name. ${detail}`, {
      fields: [{ pointer: '/model', detail }],
    })
  }
}
