import { ConfigListCommand } from '../../config-list-command.ts'
import { adapterRows, mcpServerRows, modelConfigRows } from '../../output/config-rows.ts'

export default class Config extends ConfigListCommand {
  static override summary = 'Show what the server is set up with, and keep adapters. For administrators.'
  static override description = 'Without a topic it shows all of it.'
  static override examples = [
    '<%= config.bin %> config',
    '<%= config.bin %> config models list',
    '<%= config.bin %> config mcp list',
    '<%= config.bin %> config adapters list',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(Config)
    const { client } = await this.connectSignedIn(flags)
    const { config } = client
    const [models, servers, adapters] = await Promise.all([
      config.models(),
      config.mcpServers(),
      config.adapters.list(),
    ])
    this.print(flags, { models, mcp_servers: servers, adapters }, [
      ...section('Models', modelConfigRows(models)),
      ...section('MCP servers', mcpServerRows(servers)),
      ...section('Adapters', adapterRows(adapters)),
    ])
    await this.tellFaults(flags, client)
  }
}

function section(title: string, rows: readonly string[]): string[] {
  return [title, ...(rows.length > 0 ? rows : ['none']).map((row) => `  ${row}`)]
}
