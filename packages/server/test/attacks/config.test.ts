/** The configuration under attack and by accident: broken files, secrets that want out, variables in what users write. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import contract from '../../src/generated/openapi.json' with { type: 'json' }
import { answer, echoKey, FakeUpstream } from '../support/fake-upstream.ts'
import { until } from '../support/http-fixture.ts'
import { runServerCommand } from '../support/server-process.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const CANARY = 'cnry-60f1'

async function write(folder: string, files: Record<string, unknown>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, 'config', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2))
  }
}

function post(who: SignedIn, path: string, body: unknown): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' }
  return who.fetch(path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) })
}

/** Files that hold secrets, and break in the middle of one. */
const BROKEN: [path: string, content: string, line: number][] = [
  ['model_configs.json', `[\n{"name": "${CANARY}`, 2],
  ['models/gpt4.json', `{\n"api_key": "${CANARY}",\n`, 3],
  [
    'models/gpt4.json',
    `{"description": "x", "provider": "openai-compatible", "model": "m",\n"endpoints": [{"base_url": "https://${CANARY}:x@h"}]}`,
    2,
  ],
  ['mcp_servers.json', `[{"url": "https://h",\n"headers": {"Authorization": "Bearer ${CANARY}"]`, 2],
  ['app/slack.json', `{"token":\n${CANARY}}`, 2],
]

describe('a broken file', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vektor-broken-'))
    await write(folder, { 'model_configs.json': [{ name: 'one', path: 'models/gpt4.json' }] })
    await write(folder, { 'models/gpt4.json': { description: 'One', provider: 'eliza' } })
  })
  afterEach(() => rm(folder, { recursive: true }))

  test.each(BROKEN)(
    'keeps a server from starting, with file and line and no secret: %s',
    async (path, content, line) => {
      await write(folder, { [path]: content })
      const { code, stdout, stderr } = await runServerCommand(['serve'], { VEKTOR_DATA_DIR: folder, VEKTOR_PORT: '0' })
      expect(code).toBe(2)
      expect(stderr).toContain(`${path}:${line}: `)
      expect(stdout + stderr).not.toContain(CANARY)
      expect(stdout + stderr).not.toMatch(/^\s+at /m)
    },
  )

  test.each(BROKEN)(
    'leaves a server that runs as it was, and log and status have file and line and no secret: %s',
    async (path, content, line) => {
      await using server = await startTestServer()
      const root = await server.signUp('root')
      await write(server.folder, { 'app/slack.json': { type: 'slack' } })
      const look = async () =>
        JSON.stringify(
          await Promise.all(
            ['/chat/models', '/config/models', '/config/mcp-servers', '/config/adapters', '/config/adapters/slack'].map(
              async (address) => (await root.fetch(address)).text(),
            ),
          ),
        )
      const before = await look()
      await write(server.folder, { [path]: content })
      await until(() => server.logs.some((entry) => entry.includes('config-broken')))
      expect(await look()).toBe(before)
      const broken = server.logs.filter((entry) => entry.includes('config-broken'))
      expect(broken).toEqual([expect.stringContaining(`${path}:${line}: `)])
      expect(JSON.parse(broken[0] ?? '{}')).toMatchObject({ level: 'error' })
      const status = await (await root.fetch('/api/status')).text()
      expect(JSON.parse(status).config).toEqual({ faults: [{ path, line, detail: expect.any(String) }] })
      expect(server.logs.join('') + status).not.toContain(CANARY)
    },
  )
})

/** What every operation that can be asked without anything else answers. */
async function askAll(who: SignedIn): Promise<string[]> {
  const paths = Object.entries(contract.paths).flatMap(([path, item]) =>
    'get' in item && !path.includes('{') ? [path] : [],
  )
  const answers = paths.filter((path) => path !== '/chat/stream').map(async (path) => (await who.fetch(path)).text())
  return Promise.all(answers)
}

async function plantCanaries(server: TestServer, { baseUrl }: FakeUpstream): Promise<void> {
  await write(server.folder, {
    'models/literal.json': {
      description: 'A key in the file',
      provider: 'openai-compatible',
      model: 'm',
      endpoints: [{ base_url: baseUrl, api_key: `${CANARY}-literal` }],
    },
    'model_configs.json': [
      { name: 'gpt-4-stream', path: 'models/gpt4.json' },
      { name: 'literal', path: 'models/literal.json' },
    ],
    'mcp_servers.json': [
      {
        url: `https://mcp.example/mcp?key=${CANARY}`,
        headers: { Authorization: `Bearer ${CANARY}`, 'X-Tenant': CANARY, Cookie: `a=\${MCP_TOKEN}` },
      },
    ],
    'app/hand.json': { type: 'webhook', url: `https://hooks.example/${CANARY}`, auth: [{ user: CANARY }] },
  })
}

test('no secret is in any answer, problem or log', async () => {
  await using upstream = await FakeUpstream.start()
  const env = {
    OPENAI_API_KEY: `${CANARY}-env`,
    OPENAI_BASE_URL: upstream.baseUrl,
    MCP_TOKEN: `${CANARY}-mcp`,
    VEKTOR_LOG_LEVEL: 'trace',
  }
  await using server = await startTestServer({ env })
  const root = await server.signUp('root')
  await plantCanaries(server, upstream)
  await until(() =>
    ['models', 'mcp-servers', 'adapters'].every((config) =>
      server.logs.some((line) => line.includes(`"${config}"`) && line.includes('config-reloaded')),
    ),
  )
  const seen: string[] = await askAll(root)
  expect(seen.join()).toMatch(/literal.*mcp\.example.*app\/hand\.json/s)

  const settings = { token: CANARY, nested: { password: CANARY }, url: `https://u:${CANARY}@h/${CANARY}?${CANARY}` }
  const bodies = [
    { name: 'sent', settings },
    { name: 'sent', settings: { ...settings, key: '[secret]' } },
    { name: '../sent', settings },
    { name: 'sent', settings, extra: CANARY },
    { name: 'sent', settings: { token: CANARY.repeat(10_000) } },
    `{"name": "sent", "settings": {"token": "${CANARY}"`,
    `{"name": "sent", "settings": {"token": "${CANARY}\\ud800"}}`,
  ]
  const statuses: number[] = []
  for (const body of bodies) {
    const response = await post(root, '/config/adapters', body)
    statuses.push(response.status)
    seen.push(await response.text())
  }
  expect(statuses).toEqual([201, 422, 422, 422, 413, 400, 422])
  for (const name of ['sent', 'hand']) seen.push(await (await root.fetch(`/config/adapters/${name}`)).text())

  upstream.always(echoKey(401))
  for (const model of ['gpt-4-stream', 'literal']) {
    const messages = [{ role: 'user', content: 'Hola' }]
    seen.push(await (await post(root, '/chat/stream', { model, messages })).text())
  }
  expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([
    `Bearer ${CANARY}-env`,
    `Bearer ${CANARY}-literal`,
  ])
  seen.push(...(await askAll(root)))

  expect(seen.join()).toContain('[secret]')
  expect(seen.join().match(/.{80}cnry.{20}/)).toBe(null)
  expect(server.logs.join('').match(/.{80}cnry.{20}/)).toBe(null)
})

test('a variable in what a user wrote stays as it is, everywhere', async () => {
  await using upstream = await FakeUpstream.start()
  upstream.always(answer('Sí', { pieces: 1 }))
  await using server = await startTestServer({ env: { OPENAI_API_KEY: CANARY, OPENAI_BASE_URL: upstream.baseUrl } })
  const root = await server.signUp('root')
  const text = `\${OPENAI_API_KEY} \${NOTHING:-x} \${} \${PATH`
  // The control: in a file of the administrator's own the very same variable is replaced.
  await write(server.folder, {
    'models/gpt4.json': {
      description: `\${NOTHING:-replaced}`,
      provider: 'openai-compatible',
      model: `\${NOTHING:-replaced}`,
      endpoints: [{ base_url: upstream.baseUrl, api_key: `\${OPENAI_API_KEY}` }],
    },
  })
  await expect.poll(async () => (await root.fetch('/chat/models')).text(), { timeout: 10_000 }).toContain('replaced')

  const messages = [{ role: 'user', content: text }]
  await (await post(root, '/chat/stream', { model: 'gpt-4-stream', system: text, messages })).text()
  expect(upstream.requests[0]?.body).toMatchObject({
    model: 'replaced',
    messages: [
      { role: 'system', content: text },
      { role: 'user', content: text },
    ],
  })
  expect((await post(root, '/chat/stream', { model: `\${NOTHING:-gpt-4-stream}`, messages })).status).toBe(422)

  expect((await post(root, '/config/adapters', { name: 'literal', settings: { text, list: [text] } })).status).toBe(201)
  const shown: unknown = await (await root.fetch('/config/adapters/literal')).json()
  expect(shown).toMatchObject({ settings: { text, list: [text] } })
  const everything = await askAll(root)
  expect(everything.join()).not.toContain(CANARY)
})
