import { dataOf } from '../transport/send.ts'
import type { Adapter, AdapterDetail, AdapterSettings, McpServer, ModelConfig } from '../wire-types.ts'
import type { ApiClient } from './client.ts'

/** What is set up for services elsewhere: one file each in the server's config folder. */
export interface Adapters {
  /** All of them, without their settings. */
  list(): Promise<Adapter[]>
  /**
   * The adapter with its settings; `[secret]` stands for secrets.
   *
   * @throws VektorError `adapter-not-found`
   */
  get(name: string): Promise<AdapterDetail>
  /**
   * Adds an adapter, or replaces the settings of the one of this name. A secret that is sent as it was shown stays.
   *
   * @example
   * ```ts
   * const { settings } = await vektor.config.adapters.get('slack')
   * await vektor.config.adapters.save('slack', { ...settings, channel: '#general' })
   * ```
   *
   * @throws VektorError `invalid-request` for a name or a secret that will not do, `payload-too-large`, or
   * `config-read-only` where the server cannot write its files
   */
  save(name: string, settings: AdapterSettings): Promise<void>
  /** @throws VektorError `adapter-not-found` or `config-read-only` */
  delete(name: string): Promise<void>
}

/** The files of the server's config folder, for administrators: for others everything here throws `forbidden`. */
export interface Config {
  readonly adapters: Adapters
  /** The models that are configured, and the files that define them. */
  models(): Promise<ModelConfig[]>
  /** The MCP servers that are configured; `[secret]` stands for secrets. */
  mcpServers(): Promise<McpServer[]>
}

const ADAPTERS = '/config/adapters'
const ADAPTER = `${ADAPTERS}/{name}` as const

export function createConfig(client: ApiClient): Config {
  const at = (name: string) => ({ params: { path: { name } } })
  return {
    models: () => dataOf(client.GET('/config/models')),
    mcpServers: () => dataOf(client.GET('/config/mcp-servers')),
    adapters: {
      list: () => dataOf(client.GET(ADAPTERS)),
      get: (name) => dataOf(client.GET(ADAPTER, at(name))),
      async save(name, settings) {
        await dataOf(client.POST(ADAPTERS, { body: { name, settings } }))
      },
      delete: (name) => dataOf(client.DELETE(ADAPTER, at(name))),
    },
  }
}
