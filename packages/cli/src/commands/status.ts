import { BaseCommand } from '../base-command.ts'
import { statusRows } from '../output/status-rows.ts'

export default class Status extends BaseCommand {
  static override summary = 'Show how the server does, to its administrators.'
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(Status)
    const { client, url } = await this.connectSignedIn(flags)
    const status = await client.system.status()
    this.print(flags, status, statusRows(status, url))
  }
}
