import { BaseCommand } from '../base-command.ts'
import { alignColumns } from '../output/columns.ts'
import { neutraliseLine } from '../output/neutralise.ts'

export default class Models extends BaseCommand {
  static override summary = 'List the models of the server.'
  static override examples = ['<%= config.bin %> models', '<%= config.bin %> models --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(Models)
    const { client } = await this.connectSignedIn(flags)
    const models = await client.models.list()
    const rows = models.map(({ name, description, available, reason }) => [
      neutraliseLine(name),
      neutraliseLine(available ? description : `not available: ${reason ?? description}`),
    ])
    this.print(flags, models, alignColumns(rows))
  }
}
