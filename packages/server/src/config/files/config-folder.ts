import type { Log } from '../../log.ts'
import type { Environment } from '../config.ts'
import { FolderReading } from './folder-reading.ts'
import { type ConfigSource, LiveConfig } from './live-config.ts'

export interface ConfigFolderOptions {
  path: string
  /** What `${NAME}` in its files is replaced from. */
  environment: Environment
  log: Log
}

/** The folder of the configuration files, which people edit while the server runs. */
export class ConfigFolder {
  readonly path: string
  readonly log: Log
  readonly #environment: Environment

  constructor({ path, environment, log }: ConfigFolderOptions) {
    this.path = path
    this.log = log
    this.#environment = environment
  }

  /** Throws `ConfigFileError` for files that no server can start with. */
  open<Value>(source: ConfigSource<Value>): Promise<LiveConfig<Value>> {
    const startReading = () => new FolderReading(this.path, this.#environment)
    return LiveConfig.open({ ...source, startReading, log: this.log })
  }
}
