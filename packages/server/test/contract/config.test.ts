/** The configuration over HTTP: for administrators alone, and without its secrets. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import contract from '../../src/generated/openapi.json' with { type: 'json' }
import { Contract } from '../../src/http/contract.ts'
import { until } from '../support/http-fixture.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let administrator: SignedIn
let user: SignedIn
beforeAll(async () => {
  server = await startTestServer()
  administrator = await server.signUp('root')
  user = await server.signUp('user')
})
afterAll(() => server[Symbol.asyncDispose]())

const configFile = (path: string) => join(server.folder, 'config', path)

function save(definition: unknown, who = administrator): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' }
  return who.fetch('/config/adapters', { method: 'POST', headers, body: JSON.stringify(definition) })
}

async function read(path: string): Promise<unknown> {
  const response = await administrator.fetch(path)
  expect(response.status).toBe(200)
  return response.json()
}

test('every operation on the configuration and the numbers of the server is for administrators alone', () => {
  const { operations } = new Contract(contract)
  const guarded = operations.filter(({ path }) => /^\/(config|api)\//.test(path))
  expect(guarded.length).toBeGreaterThanOrEqual(7)
  expect(guarded.filter(({ role }) => role !== 'administrator').map(({ id }) => id)).toEqual([])
})

test('others are refused before what they send is read, and nobody is not signed in', async () => {
  const headers = { 'Content-Type': 'text/plain' }
  const post = (who: Pick<SignedIn, 'fetch'>) => who.fetch('/config/adapters', { method: 'POST', headers, body: '{' })
  expect([(await post(server)).status, (await post(user)).status, (await post(administrator)).status]).toEqual([
    401, 403, 415,
  ])
})

test('listModelConfigs tells what model_configs.json says, and what it says when it changes', async () => {
  expect(await read('/config/models')).toEqual([
    { name: 'gpt-4-stream', path: 'models/gpt4.json' },
    { name: 'gpt-3.5-turbo', path: 'models/gpt35.json' },
    { name: 'eliza', path: 'models/eliza.json' },
  ])
  const before = await readFile(configFile('model_configs.json'), 'utf8')
  await writeFile(configFile('model_configs.json'), '[{ "name": "eliza", "path": "models/eliza.json" }]')
  await expect.poll(() => read('/config/models'), { timeout: 10_000 }).toHaveLength(1)
  expect(await read('/chat/models')).toHaveLength(1)
  await writeFile(configFile('model_configs.json'), before)
  await expect.poll(() => read('/config/models'), { timeout: 10_000 }).toHaveLength(3)
})

test('listMcpServers tells what mcp_servers.json says', async () => {
  expect(await read('/config/mcp-servers')).toEqual([])
  const servers = [
    { url: 'https://mcp1.vektor.ai', weight: 1 },
    { url: 'https://mcp2.vektor.ai', headers: { A: 'b' }, tools: ['x'] },
  ]
  await writeFile(configFile('mcp_servers.json'), JSON.stringify(servers))
  await expect
    .poll(() => read('/config/mcp-servers'), { timeout: 10_000 })
    .toEqual([
      { url: 'https://mcp1.vektor.ai', weight: 1 },
      { url: 'https://mcp2.vektor.ai', weight: 1, headers: { A: '[secret]' }, tools: ['x'] },
    ])
})

test('saveAdapter answers 201 for a new adapter and for one that is there', async () => {
  for (const channel of ['a', 'b']) {
    const response = await save({ name: 'slack', settings: { type: 'slack', channel } })
    expect(response.status).toBe(201)
    expect(await response.json()).toEqual({ detail: 'Adaptador guardado' })
  }
  expect(await read('/config/adapters/slack')).toEqual({
    name: 'slack',
    path: 'app/slack.json',
    type: 'slack',
    active: false,
    settings: { type: 'slack', channel: 'b' },
  })
  expect(await read('/config/adapters')).toContainEqual({
    name: 'slack',
    path: 'app/slack.json',
    type: 'slack',
    active: false,
  })
  expect((await stat(configFile('app/slack.json'))).mode & 0o777).toBe(0o600)
})

test('an adapter without a type has none', async () => {
  await save({ name: 'typeless', settings: { type: 3 } })
  expect(await read('/config/adapters')).toContainEqual({ name: 'typeless', path: 'app/typeless.json', active: false })
})

test('deleteAdapter removes it, and twice is 404', async () => {
  await save({ name: 'gone', settings: {} })
  const remove = () => administrator.fetch('/config/adapters/gone', { method: 'DELETE' })
  expect((await remove()).status).toBe(204)
  const again = await remove()
  expect(again.status).toBe(404)
  expect(await again.json()).toMatchObject({ type: '/problems/adapter-not-found' })
  expect((await administrator.fetch('/config/adapters/gone')).status).toBe(404)
})

test('names that would lead elsewhere are 422 in a body, 404 in a path, and write nothing', async () => {
  const before = await readdir(server.folder, { recursive: true })
  const names = [
    '../x',
    '..%2fx',
    '..\\x',
    'a\0b',
    '.',
    '..',
    '...',
    'x'.repeat(300),
    'x'.repeat(65),
    '',
    'A',
    '-a',
    'a.b',
    'a\n',
  ]
  for (const name of names) {
    const response = await save({ name, settings: {} })
    expect([name, response.status]).toEqual([name, 422])
    expect(await response.json()).toMatchObject({ errors: [{ pointer: '/name' }] })
  }
  for (const name of ['..%2fx', '%2e%2e%2fx', '..%252fx', '%00', 'a%00b', '...', 'x'.repeat(300), '__proto__', 'A']) {
    for (const method of ['GET', 'DELETE']) {
      const response = await administrator.fetch(`/config/adapters/${name}`, { method })
      expect([name, method, response.status]).toEqual([name, method, 404])
    }
  }
  expect(await readdir(server.folder, { recursive: true })).toEqual(before)
  // The control: a name of every kind of character, of the greatest length, is an adapter.
  expect((await save({ name: `0-_${'z'.repeat(61)}`, settings: {} })).status).toBe(201)
})

test('settings are any object, and nothing else', async () => {
  for (const settings of [[], 'x', 1, null, undefined]) {
    expect((await save({ name: 'any', settings })).status).toBe(422)
  }
  expect((await save({ name: 'any', settings: {}, active: true })).status).toBe(422)
  const odd = JSON.parse('{"__proto__": {"a": 1}, "constructor": "x", "": {"toString": null}, "ñ💡": [[]]}')
  expect((await save({ name: 'any', settings: odd })).status).toBe(201)
  const { settings } = Object(await read('/config/adapters/any'))
  expect(JSON.stringify(settings)).toBe(JSON.stringify(odd))
})

test('settings of more than 65536 bytes are 413', async () => {
  const response = await save({ name: 'large', settings: { a: 'x'.repeat(65_536) } })
  expect(response.status).toBe(413)
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining('65536') })
  expect((await administrator.fetch('/config/adapters/large')).status).toBe(404)
})

test('where the folder cannot be written, saving is 409 and says so', async () => {
  await using blocked = await startTestServer()
  const root = await blocked.signUp('root')
  await writeFile(join(blocked.folder, 'config', 'app'), '')
  const response = await save({ name: 'one', settings: {} }, root)
  expect(response.status).toBe(409)
  expect(await response.json()).toMatchObject({ type: '/problems/config-read-only' })
  expect((await root.fetch('/config/adapters')).status).toBe(200)
})

test('saving is in the log, by its name', async () => {
  await save({ name: 'logged', settings: {} })
  await until(() => server.logs.some((line) => line.includes('"adapters"') && line.includes('"logged"')))
})
