import { ConfigError } from '../../config/config.ts'

/** Files of the config folder that no model can be taken from: one sentence for each fault, with file and line. */
export class ModelConfigError extends ConfigError {
  override name = 'ModelConfigError'

  constructor(faults: readonly string[], options: ErrorOptions = {}) {
    super(faults)
    if (options.cause !== undefined) this.cause = options.cause
  }
}
