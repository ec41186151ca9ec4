import ConfigAdaptersList from './list.ts'

/** The topic alone lists. */
export default class ConfigAdapters extends ConfigAdaptersList {
  static override summary = 'List, show, add and remove adapters.'
  static override description = 'Without a verb it lists them.'
}
