import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../../test/support/http-fixture.ts'
import { ConfigFileError } from '../../config/files/config-file-error.ts'
import { ConfigFolder } from '../../config/files/config-folder.ts'
import { McpServerService } from './index.ts'

const CANARY = 'cnry-31ce'

let folder: string
let file: string
let logged: string[]
let opened: McpServerService[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vektor-mcp-'))
  file = join(folder, 'mcp_servers.json')
  logged = []
  opened = []
})
afterEach(async () => {
  for (const servers of opened) await servers[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function open(environment: Record<string, string> = {}, path = folder): Promise<McpServerService> {
  const log = pino({}, { write: (line) => logged.push(line) })
  const servers = await McpServerService.open(new ConfigFolder({ path, environment, log }))
  opened.push(servers)
  return servers
}

function write(content: unknown): Promise<void> {
  return writeFile(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2))
}

test('a new server has an empty list, which is the administrator’s alone', async () => {
  expect((await open()).list()).toEqual([])
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual([])
  expect((await stat(file)).mode & 0o777).toBe(0o600)
})

test('a list that is there is never written over', async () => {
  await write([{ url: 'https://mcp1.vektor.ai', weight: 1 }])
  expect((await open()).list()).toEqual([{ url: 'https://mcp1.vektor.ai', weight: 1 }])
})

test('everything that an entry may say is listed, secrets masked', async () => {
  await write([
    { url: 'https://mcp1.vektor.ai' },
    {
      url: `https://mcp2.vektor.ai/mcp?key=${CANARY}`,
      weight: 2.5,
      name: 'search',
      headers: { Authorization: `Bearer ${CANARY}`, 'X-Tenant': CANARY, 'X-Token': `\${TOKEN}` },
      tools: ['find', 'open'],
    },
  ])
  const servers = (await open({ TOKEN: CANARY })).list()
  expect(servers).toEqual([
    { url: 'https://mcp1.vektor.ai', weight: 1 },
    {
      url: 'https://mcp2.vektor.ai/mcp?[secret]',
      weight: 2.5,
      name: 'search',
      headers: { Authorization: '[secret]', 'X-Tenant': '[secret]', 'X-Token': `\${TOKEN}` },
      tools: ['find', 'open'],
    },
  ])
  expect(inspect(servers, { depth: 9 }) + logged.join('')).not.toContain(CANARY)
})

test('a server whose variable is not set says which, and hinders no other', async () => {
  await write([
    { url: `\${MCP_URL}`, headers: { Authorization: `Bearer \${MCP_TOKEN}` } },
    { url: 'https://mcp.example.com' },
  ])
  const servers = (await open()).list()
  expect(servers.map(({ reason }) => reason)).toEqual(['Set MCP_URL and MCP_TOKEN.', undefined])
})

test('a variable with a value that will not do is named, and its value is not', async () => {
  await write([{ url: `\${MCP_URL}` }])
  const [server] = (await open({ MCP_URL: `ftp://ana:${CANARY}@host` })).list()
  expect(server).toMatchObject({ url: `\${MCP_URL}`, reason: expect.stringMatching(/^Correct MCP_URL: (?!.*cnry)/) })
})

const broken: [what: string, list: unknown, fault: RegExp][] = [
  ['no JSON', '[\n  {,', /^mcp_servers\.json:2: /],
  ['no list', {}, /^mcp_servers\.json:1: Here a list is expected: \[\{"url"/],
  ['no object', ['https://mcp.example.com'], /^mcp_servers\.json:2: Here an object with url, weight/],
  ['no address', [{ weight: 1 }], /^mcp_servers\.json:2: "url" must be an http or https address/],
  ['another protocol', [{ url: 'stdio:///bin/sh' }], /^mcp_servers\.json:3: "url" must be an http/],
  ['a command', [{ command: '/bin/sh' }], /There is no field "command"/],
  ['a password in the address', [{ url: `https://ana:${CANARY}@h` }], /^mcp_servers\.json:3: "url" must(?!.*cnry)/],
  ['an unknown field', [{ url: 'https://h', header: {} }], /^mcp_servers\.json:4: .*did you mean "headers"\?/],
  ['a weight of nothing', [{ url: 'https://h', weight: 0 }], /^mcp_servers\.json:4: "weight" must be a number/],
  ['a name that tools cannot follow', [{ url: 'https://h', name: 'a__b' }], /^mcp_servers\.json:4: "name" must be/],
  [
    'headers that are none',
    [{ url: 'https://h', headers: ['x'] }],
    /^mcp_servers\.json:4: "headers" must be an object/,
  ],
  ['a header of two lines', [{ url: 'https://h', headers: { A: `x\r\n${CANARY}` } }], /:5: "A" must(?!.*cnry)/],
  ['a header without a name', [{ url: 'https://h', headers: { 'a b': 'x' } }], /:5: This is no name of a header/],
  ['a tool that is none', [{ url: 'https://h', tools: ['a', 1] }], /^mcp_servers\.json:6: .*name of a tool/],
]

test.each(broken)('a list is refused with file, line and what to do: %s', async (_, list, fault) => {
  await write(list)
  const failure = await open().catch((error: unknown) => error)
  if (!(failure instanceof ConfigFileError)) throw new Error('It opened.', { cause: failure })
  const faults = failure.faults.map((one) => one.replace(`${folder}/`, ''))
  expect(faults).toContainEqual(expect.stringMatching(fault))
  expect(faults.join()).not.toContain(CANARY)
})

test('a change takes hold, a broken one or none at all leaves the last good one', async () => {
  const servers = await open()
  await write([{ url: 'https://one.example' }])
  await until(() => servers.list().length === 1)
  await write('[{"url": 1}]')
  await until(() => logged.some((line) => line.includes('config-broken')))
  await rm(file)
  await until(() => logged.some((line) => line.includes('is not there. Write [] for no servers.')))
  expect(servers.list()).toHaveLength(1)
  await write([])
  await until(() => servers.list().length === 0)
})

test('a list that cannot be read is refused', async () => {
  await mkdir(file)
  await expect(open()).rejects.toThrow(/mcp_servers\.json: It cannot be read \(EISDIR\)/)
})

test('a folder that cannot be written and has no list means no servers', async () => {
  // The kernel's own: nobody may make a folder there, not even root.
  expect((await open({}, '/sys/vektor-config')).list()).toEqual([])
})
