import { ConfigError } from '../config.ts'

/** Files of the config folder that no server can start with: one sentence for each fault, with file and line. */
export class ConfigFileError extends ConfigError {
  override name = 'ConfigFileError'

  constructor(faults: readonly string[], options: ErrorOptions = {}) {
    super(faults)
    if (options.cause !== undefined) this.cause = options.cause
  }
}
