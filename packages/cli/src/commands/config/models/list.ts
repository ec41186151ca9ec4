import { ConfigListCommand } from '../../../config-list-command.ts'
import { modelConfigRows } from '../../../output/config-rows.ts'

export default class ConfigModelsList extends ConfigListCommand {
  static override summary = 'List the models that are configured, and their files.'
  static override examples = ['<%= config.bin %> config models list', '<%= config.bin %> config models list --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(ConfigModelsList)
    const { client } = await this.connectSignedIn(flags)
    const models = await client.config.models()
    this.print(flags, models, modelConfigRows(models))
    if (models.length === 0) this.tell(flags, 'There are no models: model_configs.json lists them.')
    await this.tellFaults(flags, client)
  }
}
