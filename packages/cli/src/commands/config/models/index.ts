import ConfigModelsList from './list.ts'

/** The topic alone lists. */
export default class ConfigModels extends ConfigModelsList {
  static override summary = 'List the models that are configured, and their files.'
}
