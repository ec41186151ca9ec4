import { ConfigReader, type Place } from '../../config/files/config-reader.ts'
import type { FolderReading } from '../../config/files/folder-reading.ts'
import { HTTP_ADDRESS_RULE, parseHttpAddress } from '../../config/files/http-address.ts'
import { pointerTo } from '../../config/files/json-document.ts'
import type { Loaded } from '../../config/files/live-config.ts'
import { maskQuery, maskSecrets } from '../../config/files/masking.ts'
import type { McpServer } from './mcp-server.ts'

export const SERVER_LIST = 'mcp_servers.json'

const FIELDS = ['url', 'weight', 'name', 'headers', 'tools']
const EXAMPLE = '[{"url": "https://mcp.example.com/mcp", "weight": 1}]'
const HEADERS_EXAMPLE = `"headers": {"Authorization": "Bearer \${MCP_TOKEN}"}`
const TOOLS_EXAMPLE = '"tools": ["search"]'

/** RFC 9110, section 5.6.2. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/
/** RFC 9110, section 5.5, without what is beyond ASCII. */
const HEADER_VALUE = /^[\t\x20-\x7e]+$/
/** A model calls a tool `name__tool`, so that a name has no such double line itself. */
const SERVER_NAME = /^(?!.*__)[A-Za-z0-9][\w-]{0,31}$/
const TOOL_NAME = /^[^\p{C}\s]{1,128}$/u

type Servers = readonly McpServer[]

/** Reads `mcp_servers.json`. A server that starts without the file has no MCP servers; one that runs keeps those it has. */
export async function loadServers(reading: FolderReading, current: Servers | undefined): Promise<Loaded<Servers>> {
  const reader = await reading.read(SERVER_LIST, EXAMPLE)
  if (!(reader instanceof ConfigReader)) {
    if (!current && reader.isAbsent) return { value: [], faults: [] }
    return { faults: [{ path: SERVER_LIST, detail: `It ${reader.problem} Write [] for no servers.` }] }
  }
  const servers = reader.list().map((entry, index) => readServer(reader, entry, pointerTo('', index)))
  const whole = servers.filter((server) => server !== undefined)
  return reader.faults.length > 0 ? { faults: reader.faults } : { value: whole, faults: [] }
}

function readServer(reader: ConfigReader, entry: unknown, pointer: string): McpServer | undefined {
  const place = reader.object(entry, pointer, FIELDS)
  if (!place) return undefined
  reader.text(place, 'url', {
    parse: parseHttpAddress,
    rule: HTTP_ADDRESS_RULE,
    example: '"https://mcp.example.com/mcp"',
  })
  const weight = reader.number(place, 'weight', { min: 0.001, max: 1_000_000, fallback: 1 })
  const name = place.fields.name === undefined ? undefined : readName(reader, place)
  const headers = place.fields.headers === undefined ? undefined : readHeaders(reader, place)
  const tools = place.fields.tools === undefined ? undefined : readTools(reader, place)
  const reason = reader.takeObstacles().join(' ')
  return {
    url: maskQuery(String(place.fields.url)),
    weight,
    ...(name !== undefined && { name }),
    ...(tools && { tools }),
    ...(headers && { headers }),
    ...(reason !== '' && { reason }),
  }
}

function readName(reader: ConfigReader, place: Place): string | undefined {
  return reader.text(place, 'name', {
    parse: (text) => (SERVER_NAME.test(text) ? text : undefined),
    rule: 'a name of up to 32 letters, digits, - and single _',
    example: '"search"',
  })
}

function readHeaders(reader: ConfigReader, place: Place): Record<string, string> | undefined {
  const headers = reader.record(place, 'headers', HEADERS_EXAMPLE)
  if (!headers) return undefined
  for (const name of Object.keys(headers.fields)) {
    if (!HEADER_NAME.test(name)) reader.fault(pointerTo(headers.pointer, name), 'This is no name of a header.')
    reader.text(headers, name, {
      parse: (text) => (HEADER_VALUE.test(text.trim()) ? text : undefined),
      rule: 'the value of a header: a line of ASCII characters',
      example: `"\${MCP_TOKEN}"`,
    })
  }
  return Object.fromEntries(
    Object.entries(headers.fields).map(([name, value]) => [name, String(maskSecrets(value, true))]),
  )
}

function readTools(reader: ConfigReader, place: Place): string[] {
  return reader.array(place, 'tools', TOOLS_EXAMPLE).flatMap((tool, index) => {
    if (typeof tool === 'string' && TOOL_NAME.test(tool)) return [tool]
    reader.fault(pointerTo(pointerTo(place.pointer, 'tools'), index), 'Here the name of a tool is expected.')
    return []
  })
}
