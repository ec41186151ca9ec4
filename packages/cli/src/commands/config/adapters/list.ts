import { ConfigListCommand } from '../../../config-list-command.ts'
import { adapterRows } from '../../../output/config-rows.ts'

export default class ConfigAdaptersList extends ConfigListCommand {
  static override summary = 'List the adapters.'
  static override examples = ['<%= config.bin %> config adapters list', '<%= config.bin %> config adapters list --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(ConfigAdaptersList)
    const { client } = await this.connectSignedIn(flags)
    const adapters = await client.config.adapters.list()
    this.print(flags, adapters, adapterRows(adapters))
    if (adapters.length === 0) this.tell(flags, 'There are no adapters yet: vektor config adapters add adds one.')
    await this.tellFaults(flags, client)
  }
}
