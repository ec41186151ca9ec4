import type { Adapter, McpServer, ModelConfig, ServerStatus } from '@vektor/sdk'
import { alignColumns } from './columns.ts'
import { neutraliseLine } from './neutralise.ts'

/** Models as lines: name, file. */
export function modelConfigRows(models: readonly ModelConfig[]): string[] {
  return rows(models.map(({ name, path }) => [name, path]))
}

/** MCP servers as lines: address, weight, what else there is to know. */
export function mcpServerRows(servers: readonly McpServer[]): string[] {
  return rows(
    servers.map(({ url, weight, name, tools, reason }) => [
      url,
      `weight ${weight}`,
      [name, tools && `tools: ${tools.join(', ')}`, reason && `not available: ${reason}`].filter(Boolean).join('; '),
    ]),
  )
}

/** Adapters as lines: name, type, file, whether anything is delivered to it. */
export function adapterRows(adapters: readonly Adapter[]): string[] {
  return rows(adapters.map(({ name, type, path, active }) => [name, type ?? '-', path, active ? 'active' : 'inactive']))
}

/** What is wrong with files, as lines: file, line, what to write instead. */
export function configFaultRows(faults: ServerStatus['config']['faults']): string[] {
  return faults.map(({ path, line, detail }) =>
    neutraliseLine(`${path}${line === undefined ? '' : `, line ${line}`}: ${detail}`),
  )
}

function rows(cells: string[][]): string[] {
  return alignColumns(cells.map((row) => row.map(neutraliseLine)))
}
