import type { Handlers } from '../../http/handler.ts'
import type { McpServerService } from './service.ts'

export function mcpServerRoutes(servers: McpServerService): Handlers<'listMcpServers'> {
  return {
    async listMcpServers() {
      const body = servers.list().map(({ tools, headers, ...server }) => ({
        ...server,
        ...(tools && { tools: [...tools] }),
        ...(headers && { headers: { ...headers } }),
      }))
      return { status: 200, body }
    },
  }
}
