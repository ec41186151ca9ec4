import type { ConfigFolder } from '../../config/files/config-folder.ts'
import type { LiveConfig } from '../../config/files/live-config.ts'
import type { McpServer } from './mcp-server.ts'
import { loadServers, SERVER_LIST } from './server-list.ts'

/** The MCP servers that this server is set up with, as the file in its config folder says. */
export class McpServerService implements AsyncDisposable {
  readonly #live: LiveConfig<readonly McpServer[]>

  constructor(live: LiveConfig<readonly McpServer[]>) {
    this.#live = live
  }

  /** Writes an empty list first, if there is none. Throws `ConfigFileError` for one that no server can start with. */
  static async open(folder: ConfigFolder): Promise<McpServerService> {
    await folder.offer(SERVER_LIST, [])
    const live = await folder.open({
      name: 'mcp-servers',
      load: loadServers,
      describe: (servers) => ({ servers: servers.map(({ url, reason }) => ({ url, reason })) }),
    })
    return new McpServerService(live)
  }

  list(): readonly McpServer[] {
    return this.#live.current
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#live[Symbol.asyncDispose]()
  }
}
