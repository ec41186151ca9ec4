import { AppError } from '../../app-error.ts'
import type { Log } from '../../log.ts'
import { modelUnavailable } from './build-provider.ts'
import { type Catalog, type CatalogOptions, loadCatalog } from './catalog.ts'
import { writeDefaultFiles } from './default-files.ts'
import type { Model, ModelListing } from './model.ts'

export interface ModelServiceOptions extends CatalogOptions {
  log: Log
}

/** The models of this server, as the files in its config folder say. */
export class ModelService {
  readonly #catalog: Catalog

  constructor(catalog: Catalog) {
    this.#catalog = catalog
  }

  /** Writes the files of a new config folder first. Throws `ModelConfigError` for files that no server can start with. */
  static async open({ log, ...options }: ModelServiceOptions): Promise<ModelService> {
    const { configDir } = options
    if (await writeDefaultFiles(configDir)) log.info({ folder: configDir }, 'model-files-written')
    const models = new ModelService(await loadCatalog(options))
    log.info({ models: models.list().map(({ name, reason }) => ({ name, reason })) }, 'models-loaded')
    return models
  }

  list(): ModelListing[] {
    return [...this.#catalog].map(([name, { description, reason }]) => ({
      name,
      description,
      available: reason === undefined,
      ...(reason !== undefined && { reason }),
    }))
  }

  find(name: string): Model | undefined {
    const entry = this.#catalog.get(name)
    return entry && { name, provider: entry.provider }
  }

  /** A model that can be asked now. Throws `unknown-model` or `model-unavailable`. */
  require(name: string): Model {
    const entry = this.#catalog.get(name)
    if (!entry) throw this.#unknown()
    if (entry.reason !== undefined) throw modelUnavailable(name, entry.reason)
    return { name, provider: entry.provider }
  }

  #unknown(): AppError {
    const names = [...this.#catalog.keys()].slice(0, 20).join(', ')
    const detail = names === '' ? 'This server has no models yet.' : `Choose one of this server's models: ${names}.`
    return new AppError('unknown-model', `There is no model of this name. ${detail}`, {
      fields: [{ pointer: '/model', detail }],
    })
  }
}
