import { ConfigListCommand } from '../../../config-list-command.ts'
import { mcpServerRows } from '../../../output/config-rows.ts'

export default class ConfigMcpList extends ConfigListCommand {
  static override summary = 'List the MCP servers that are configured.'
  static override examples = ['<%= config.bin %> config mcp list', '<%= config.bin %> config mcp list --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(ConfigMcpList)
    const { client } = await this.connectSignedIn(flags)
    const servers = await client.config.mcpServers()
    this.print(flags, servers, mcpServerRows(servers))
    if (servers.length === 0) this.tell(flags, 'There are no MCP servers: mcp_servers.json lists them.')
    await this.tellFaults(flags, client)
  }
}
