import { AppError } from '../../app-error.ts'
import type { ConfigFolder } from '../../config/files/config-folder.ts'
import type { LiveConfig } from '../../config/files/live-config.ts'
import { maskSecrets } from '../../config/files/masking.ts'
import { restoreSecrets } from '../../config/files/unmasking.ts'
import { type Adapter, adapterPath, MAX_SETTINGS_BYTES } from './adapter.ts'
import { type Adapters, loadAdapters } from './adapter-files.ts'

/** The adapters of this server: files of the config folder, which people may edit too. */
export class AdapterService implements AsyncDisposable {
  readonly #folder: ConfigFolder
  readonly #live: LiveConfig<Adapters>
  /** One change after the other: what is kept of secrets depends on what is there. */
  #changes: Promise<void> = Promise.resolve()

  constructor(folder: ConfigFolder, live: LiveConfig<Adapters>) {
    this.#folder = folder
    this.#live = live
  }

  /** Throws `ConfigFileError` for files that no server can start with. */
  static async open(folder: ConfigFolder): Promise<AdapterService> {
    const live = await folder.open<Adapters>({
      name: 'adapters',
      load: loadAdapters,
      describe: (adapters) => ({ adapters: [...adapters.keys()] }),
    })
    return new AdapterService(folder, live)
  }

  /** Their secrets are masked. */
  async list(): Promise<Adapter[]> {
    await this.#live.refresh()
    return [...this.#live.current.values()].map(toShown)
  }

  /** Its secrets are masked. Throws `adapter-not-found`. */
  async get(name: string): Promise<Adapter> {
    await this.#live.refresh()
    return toShown(this.#require(name))
  }

  /**
   * Adds an adapter, or puts it in the place of the one of this name. What is shown of a stored secret stands for it.
   * Throws `invalid-request`, `payload-too-large` or `config-read-only`.
   */
  save({ name, settings }: Adapter): Promise<void> {
    return this.#change(async () => {
      const { value, errors } = restoreSecrets(settings, this.#live.current.get(name)?.settings)
      if (errors.length > 0) {
        const fields = errors.map(({ pointer, detail }) => ({ pointer: `/settings${pointer}`, detail }))
        throw new AppError('invalid-request', 'Correct the fields listed in "errors".', { fields })
      }
      if (Buffer.byteLength(JSON.stringify(value)) > MAX_SETTINGS_BYTES) {
        throw new AppError('payload-too-large', `Send settings of at most ${MAX_SETTINGS_BYTES} bytes.`)
      }
      await this.#folder.write(adapterPath(name), Object(value))
    })
  }

  /** Throws `adapter-not-found` or `config-read-only`. */
  delete(name: string): Promise<void> {
    return this.#change(() => this.#folder.remove(adapterPath(this.#require(name).name)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#changes
    await this.#live[Symbol.asyncDispose]()
  }

  #require(name: string): Adapter {
    const adapter = this.#live.current.get(name)
    if (adapter) return adapter
    throw new AppError('adapter-not-found', 'Check the name: "GET /config/adapters" lists the adapters that there are.')
  }

  #change(work: () => Promise<void>): Promise<void> {
    const done = this.#changes.then(async () => {
      await this.#live.refresh()
      await work()
      await this.#live.refresh()
    })
    this.#changes = done.catch(() => undefined)
    return done
  }
}

function toShown({ name, settings }: Adapter): Adapter {
  return { name, settings: Object(maskSecrets(settings)) }
}
