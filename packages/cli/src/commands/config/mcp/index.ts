import ConfigMcpList from './list.ts'

/** The topic alone lists. */
export default class ConfigMcp extends ConfigMcpList {
  static override summary = 'List the MCP servers that are configured.'
}
