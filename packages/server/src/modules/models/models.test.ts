import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { answer, echoKey, FakeUpstream, listOf, silence } from '../../../test/support/fake-upstream.ts'
import { until } from '../../../test/support/http-fixture.ts'
import { ConfigFileError } from '../../config/files/config-file-error.ts'
import { ConfigFolder } from '../../config/files/config-folder.ts'
import type { Context } from '../../http/handler.ts'
import type { ProviderEvent } from '../../providers/provider.ts'
import { ModelService, modelRoutes } from './index.ts'

const CANARY = 'cnry-9f2e7A41b6c8d0'

let folder: string
let logged: string[]
let opened: ModelService[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vektor-models-'))
  logged = []
  opened = []
})
afterEach(async () => {
  for (const models of opened) await models[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

async function open(environment: Record<string, string> = {}, path = join(folder, 'config')): Promise<ModelService> {
  const log = pino({}, { write: (line) => logged.push(line) })
  const models = await ModelService.open(new ConfigFolder({ path, environment, log }), { idleTimeoutMs: 10_000 })
  opened.push(models)
  return models
}

async function write(files: Record<string, unknown>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, 'config', path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2))
  }
}

/** A folder with one model, of this definition. */
async function writeModel(definition: unknown): Promise<void> {
  await write({ 'model_configs.json': [{ name: 'one', path: 'models/one.json' }], 'models/one.json': definition })
}

async function faultsOf(opening: Promise<ModelService>): Promise<readonly string[]> {
  const error = await opening.catch((failure: unknown) => failure)
  if (!(error instanceof ConfigFileError)) throw new Error('It opened, or failed otherwise.', { cause: error })
  return error.faults.map((fault) => fault.replace(`${join(folder, 'config')}/`, ''))
}

async function ask(models: ModelService, name: string): Promise<ProviderEvent[]> {
  const request = { messages: [{ role: 'user' as const, content: 'Hola' }] }
  const events: ProviderEvent[] = []
  for await (const event of models.require(name).provider.stream(request, new AbortController().signal))
    events.push(event)
  return events
}

const OPENAI = {
  description: 'Uno',
  provider: 'openai-compatible',
  model: 'gpt-4.1',
  streaming: true,
  endpoints: [{ base_url: 'https://api.openai.com/v1', api_key: `\${KEY}`, weight: 1 }],
}

test('a new server has the two models of the description, which say what they want, and one that works', async () => {
  const models = await open()
  expect(models.list()).toEqual([
    { name: 'gpt-4-stream', description: 'GPT-4 con streaming SSE', available: false, reason: 'Set OPENAI_API_KEY.' },
    { name: 'gpt-3.5-turbo', description: 'Turbo sin streaming', available: false, reason: 'Set OPENAI_API_KEY.' },
    { name: 'eliza', description: expect.any(String), available: true },
  ])
  expect((await ask(models, 'eliza')).at(-1)).toMatchObject({ type: 'finish', reason: 'stop' })
})

test('the files of a new server are the administrator’s alone, and whole', async () => {
  await open()
  const config = join(folder, 'config')
  const files = ['model_configs.json', 'models/eliza.json', 'models/gpt35.json', 'models/gpt4.json']
  const there = (await readdir(config, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  expect(there.map((entry) => join(entry.parentPath, entry.name).slice(config.length + 1)).sort()).toEqual(files)
  for (const file of files) expect((await stat(join(config, file))).mode & 0o777).toBe(0o600)
  const list = JSON.parse(await readFile(join(config, 'model_configs.json'), 'utf8'))
  expect(list[0]).toEqual({ name: 'gpt-4-stream', path: 'models/gpt4.json' })
})

test('files that are there are never written over', async () => {
  await write({ 'models/gpt4.json': { ...OPENAI, description: 'Mine' } })
  expect((await open()).list()[0]?.description).toBe('Mine')
  await write({ 'model_configs.json': [] })
  expect((await open()).list()).toEqual([])
})

test('an environment with a key and an address makes the models of the description answer', async () => {
  await using upstream = await FakeUpstream.start()
  const models = await open({ OPENAI_API_KEY: CANARY, OPENAI_BASE_URL: upstream.baseUrl })
  expect(models.list().map(({ available }) => available)).toEqual([true, true, true])
  upstream.always(answer('¡Hola!', { pieces: 2 }))
  for (const name of ['gpt-4-stream', 'gpt-3.5-turbo']) {
    const events = await ask(models, name)
    expect(events.map((event) => (event.type === 'text' ? event.text : '')).join('')).toBe('¡Hola!')
  }
  expect(upstream.requests.map(({ body: { model, stream } }) => ({ model, stream }))).toEqual([
    { model: 'gpt-4.1', stream: true },
    { model: 'gpt-3.5-turbo', stream: false },
  ])
  expect(upstream.requests.map(({ headers }) => headers.authorization)).toEqual([
    `Bearer ${CANARY}`,
    `Bearer ${CANARY}`,
  ])
})

test('a key is seen nowhere but by the upstream', async () => {
  await using upstream = await FakeUpstream.start()
  const models = await open({ OPENAI_API_KEY: CANARY, OPENAI_BASE_URL: upstream.baseUrl })
  upstream.always(echoKey(401))
  const failure = await ask(models, 'gpt-4-stream').catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'upstream-rejected' })
  const shown = [inspect(models.find('gpt-4-stream'), { depth: 10 }), inspect(failure, { depth: 10 }), ...logged]
  expect(shown.join('\n') + JSON.stringify(models.list())).not.toContain(CANARY)
})

test('a model without its key is refused before it is asked, naming the variable', async () => {
  const models = await open({ OPENAI_API_KEY: '' })
  expect(() => models.require('gpt-4-stream')).toThrow(
    expect.objectContaining({ code: 'model-unavailable', message: expect.stringContaining('OPENAI_API_KEY') }),
  )
  const stream = models.find('gpt-4-stream')?.provider.stream({ messages: [] }, new AbortController().signal)
  await expect(stream?.[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'model-unavailable' })
})

test('a model that there is not is an error of the request’s model', async () => {
  const models = await open()
  expect(models.find('gpt-9')).toBeUndefined()
  for (const name of ['gpt-9', '__proto__', '']) {
    expect(() => models.require(name)).toThrow(
      expect.objectContaining({
        code: 'unknown-model',
        fields: [{ pointer: '/model', detail: expect.stringContaining('eliza') }],
      }),
    )
  }
})

test('listModels lists them', async () => {
  const models = await open()
  const { listModels } = modelRoutes(models)
  // It looks at nothing of the request.
  expect(await listModels({} as Context<'listModels'>)).toEqual({ status: 200, body: models.list() })
})

test('a default holds where its variable is not set', async () => {
  await writeModel({ ...OPENAI, description: `\${NAME:-Uno} y \${OTHER:-dos}` })
  const models = await open({ KEY: 'k-123', OTHER: `tres \${KEY}` })
  expect(models.list()).toEqual([{ name: 'one', description: `Uno y tres \${KEY}`, available: true }])
})

test('every variable that is missing is named, once', async () => {
  const endpoint = { base_url: `https://\${HOST}/v1`, api_key: `\${KEY}` }
  await writeModel({ ...OPENAI, endpoints: [endpoint, endpoint] })
  expect((await open()).list()[0]).toMatchObject({ available: false, reason: 'Set HOST and KEY.' })
})

test('a variable with a value that will not do keeps its model from being asked, and never shows it', async () => {
  await writeModel({ ...OPENAI, endpoints: [{ base_url: `\${URL}`, api_key: `\${KEY}` }] })
  const models = await open({ URL: 'ftp://user:hunter2@host', KEY: `two ${CANARY}` })
  expect(models.list()[0]).toMatchObject({
    available: false,
    reason: expect.stringMatching(/Correct URL: .* Correct KEY: /),
  })
  expect(JSON.stringify(models.list())).not.toMatch(/hunter2|cnry/)
})

test('a key with a line end after it, as files have, is that key', async () => {
  await using upstream = await FakeUpstream.start()
  await writeModel({ ...OPENAI, endpoints: [{ base_url: upstream.baseUrl, api_key: `\${KEY}` }] })
  await ask(await open({ KEY: `${CANARY}\n` }), 'one')
  expect(upstream.requests[0]?.headers.authorization).toBe(`Bearer ${CANARY}`)
})

test('an endpoint may want no key', async () => {
  await using upstream = await FakeUpstream.start()
  await writeModel({ ...OPENAI, endpoints: [{ base_url: upstream.baseUrl }] })
  await ask(await open(), 'one')
  expect(upstream.requests[0]?.headers.authorization).toBeUndefined()
})

test('several endpoints are asked by their weights', async () => {
  await using heavy = await FakeUpstream.start()
  await using light = await FakeUpstream.start()
  await writeModel({ ...OPENAI, endpoints: [{ base_url: light.baseUrl }, { base_url: heavy.baseUrl, weight: 2 }] })
  const models = await open()
  for (let count = 0; count < 6; count += 1) await ask(models, 'one')
  expect([light.requests.length, heavy.requests.length]).toEqual([2, 4])
})

test('eliza’s pace can be set', async () => {
  await writeModel({ description: 'Rápida', provider: 'eliza', word_delay_ms: 0 })
  expect((await open()).list()[0]).toMatchObject({ available: true })
})

test('a model with a window is sent what fits into it, and one with tags is read by them', async () => {
  await using upstream = await FakeUpstream.start()
  const endpoints = [{ base_url: upstream.baseUrl }]
  await writeModel({ ...OPENAI, context_tokens: 300, reasoning_tags: true, endpoints })
  const { provider } = (await open()).require('one')
  const messages = [
    { role: 'user' as const, content: 'x'.repeat(900) },
    { role: 'assistant' as const, content: 'Sí.' },
    { role: 'user' as const, content: 'Hola' },
  ]
  upstream.will(answer('<think>Hm</think>¡Hola!'))
  const events: ProviderEvent[] = []
  for await (const event of provider.stream({ messages }, new AbortController().signal)) events.push(event)
  expect(events).toMatchObject([
    { type: 'notice', code: 'context-trimmed' },
    { type: 'reasoning', text: 'Hm' },
    { type: 'text', text: '¡Hola!' },
    { type: 'finish' },
  ])
  expect(upstream.requests[0]?.body.messages).toEqual(messages.slice(2))
})

const DISCOVERING = { ...OPENAI, model: undefined, discover: true }

test('the models that an endpoint has stand in the place of their file, which is listed as ever', async () => {
  await using upstream = await FakeUpstream.start()
  upstream.lists(listOf({ id: 'qwen3' }, { id: 'llama3.2:latest' }, { id: 'nomic-embed-text' }))
  upstream.always(answer('Sí.'))
  const paths = [
    { name: 'ollama', path: 'models/one.json' },
    { name: 'ollama/qwen3', path: 'models/two.json' },
  ]
  await write({
    'model_configs.json': paths,
    'models/one.json': { ...DISCOVERING, endpoints: [{ base_url: upstream.baseUrl }] },
    'models/two.json': { description: 'Mía', provider: 'eliza', word_delay_ms: 0 },
  })
  const models = await open()
  const llama = 'ollama/llama3.2:latest'
  await until(() => models.list().length === 2 && models.find(llama) !== undefined)
  expect(models.list()).toEqual([
    { name: llama, description: 'Uno', available: true },
    { name: 'ollama/qwen3', description: 'Mía', available: true },
  ])
  expect(models.listConfigs()).toEqual(paths)
  expect((await ask(models, llama)).at(-1)).toMatchObject({ type: 'finish', reason: 'stop' })
  expect(upstream.requests.at(-1)?.body.model).toBe('llama3.2:latest')
  expect(models.endpointsOf(llama)).toEqual([{ address: upstream.baseUrl, state: 'ok' }])
  expect(() => models.require('ollama')).toThrow(
    expect.objectContaining({ code: 'unknown-model', message: expect.stringContaining(llama) }),
  )
})

test('an endpoint that says nothing delays no start: until it does, its file is a model that cannot be asked', async () => {
  await using upstream = await FakeUpstream.start()
  upstream.lists(silence())
  await writeModel({ ...DISCOVERING, endpoints: [{ base_url: upstream.baseUrl }] })
  const models = await open()
  expect(models.list()).toEqual([
    { name: 'one', description: 'Uno', available: false, reason: expect.stringContaining('Start its endpoints') },
  ])
  expect(() => models.require('one')).toThrow(expect.objectContaining({ code: 'model-unavailable' }))
  expect(() => models.require('one/qwen3')).toThrow(expect.objectContaining({ code: 'unknown-model' }))
})

const broken: [name: string, definition: unknown, fault: RegExp][] = [
  ['no JSON', '{\n  "description": "Uno",\n}', /^models\/one\.json:3: .*comma.*such as/],
  ['no object', [], /^models\/one\.json:1: Here an object with description, provider/],
  [
    'an unknown field',
    { ...OPENAI, modle: 'x' },
    /^models\/one\.json:13: There is no field "modle": did you mean "model"\?/,
  ],
  [
    'a wrong type',
    { ...OPENAI, streaming: 'yes' },
    /^models\/one\.json:5: "streaming" must be true or false, for example "streaming": true\./,
  ],
  [
    'a missing field',
    { ...OPENAI, model: undefined },
    /^models\/one\.json:1: "model" must be .*for example "model": "gpt-4\.1"/,
  ],
  [
    'a window that is none',
    { ...OPENAI, context_tokens: '8k' },
    /^models\/one\.json:13: "context_tokens" must be a number from 256 to 100000000, for example "context_tokens": 8192\./,
  ],
  [
    'tags that are no answer to a question',
    { ...OPENAI, reasoning_tags: '<think>' },
    /^models\/one\.json:\d+: "reasoning_tags" must be true or false/,
  ],
  [
    'a model that is named and to be found',
    { ...OPENAI, discover: true },
    /^models\/one\.json:4: Leave out "model": with "discover" the endpoints say which models they have\./,
  ],
  [
    'an unknown provider',
    { ...OPENAI, provider: 'openai' },
    /^models\/one\.json:3: "provider" must be one of openai-compatible, eliza/,
  ],
  [
    'no endpoints',
    { ...OPENAI, endpoints: [] },
    /^models\/one\.json:6: "endpoints" must be a list with at least one entry, for example/,
  ],
  [
    'an address that is none',
    { ...OPENAI, endpoints: [{ base_url: 'api.openai.com' }] },
    /^models\/one\.json:8: "base_url" must be an http/,
  ],
  [
    'a password in an address',
    { ...OPENAI, endpoints: [{ base_url: 'https://u:hunter2@h' }] },
    /^models\/one\.json:8: "base_url" (?!.*hunter2)/,
  ],
  [
    'a weight below zero',
    { ...OPENAI, endpoints: [{ base_url: 'https://h', weight: -1 }] },
    /^models\/one\.json:9: "weight" must be a number/,
  ],
  [
    'a variable without a name',
    { ...OPENAI, model: `\${}` },
    /^models\/one\.json:4: "model" has a \$\{ that names no variable/,
  ],
  [
    'a variable without an end',
    { ...OPENAI, model: `\${NAME` },
    /^models\/one\.json:4: "model" has a \$\{ that names no variable/,
  ],
]

test.each(broken)('a model file is refused with file, line and what to do: %s', async (_, definition, fault) => {
  await writeModel(definition)
  const faults = await faultsOf(open({ KEY: 'k-123' }))
  expect(faults).toEqual([expect.stringMatching(fault)])
})

const brokenLists: [name: string, list: unknown, fault: RegExp][] = [
  ['no JSON', '[\n{"name": "one"', /^model_configs\.json:2: /],
  ['no list', { name: 'one' }, /^model_configs\.json:1: Here a list is expected/],
  [
    'a path that leads up',
    [{ name: 'one', path: '../one.json' }],
    /^model_configs\.json:4: "path" must be .*inside the config folder/,
  ],
  ['a path that leads up at last', [{ name: 'one', path: 'models/../../one.json' }], /inside the config folder/],
  [
    'an absolute path',
    [{ name: 'one', path: '/etc/passwd' }],
    /^model_configs\.json:4: .*for example "path": "models\/gpt4\.json"/,
  ],
  [
    'a file that is not there',
    [{ name: 'one', path: 'models/two.json' }],
    /^model_configs\.json:4: "path" names models\/two\.json, which is not there/,
  ],
  ['a path to a folder', [{ name: 'one', path: 'models' }], /^model_configs\.json:4: .*cannot be read \(EISDIR\)/],
  [
    'a link that leads out',
    [{ name: 'one', path: 'link.json' }],
    /^model_configs\.json:4: .*leads out of the config folder/,
  ],
  ['a name with a line end', [{ name: 'a\nb', path: 'models/one.json' }], /^model_configs\.json:3: "name" must be/],
  [
    'a name twice',
    [
      { name: 'one', path: 'models/one.json' },
      { name: 'one', path: 'models/one.json' },
    ],
    /^model_configs\.json:7: There are two/,
  ],
  ['a variable that is not set', [{ name: `\${NAME}`, path: 'models/one.json' }], /^model_configs\.json: Set NAME\./],
]

test.each(brokenLists)('a list of models is refused with file, line and what to do: %s', async (_, list, fault) => {
  await writeFile(join(folder, 'secret.json'), JSON.stringify({ description: 'x', provider: 'eliza' }))
  await write({ 'model_configs.json': list, 'models/one.json': { description: 'Uno', provider: 'eliza' } })
  await symlink(join(folder, 'secret.json'), join(folder, 'config', 'link.json'))
  expect(await faultsOf(open())).toEqual([expect.stringMatching(fault)])
})

test('all that is wrong is told at once', async () => {
  await write({
    'model_configs.json': [
      { name: 'one', path: 'models/one.json' },
      { name: 'two', path: 'models/two.json' },
    ],
    'models/one.json': { ...OPENAI, streaming: 1, model: 2 },
    'models/two.json': '{',
  })
  expect(await faultsOf(open({ KEY: 'k-123' }))).toHaveLength(3)
})

test('a folder that cannot be written says so', async () => {
  const file = join(folder, 'file')
  await writeFile(file, '')
  await chmod(file, 0o600)
  const error = await open({}, join(file, 'config')).catch((failure: unknown) => failure)
  expect(error).toMatchObject({
    name: 'ConfigFileError',
    message: expect.stringMatching(/ENOTDIR.*VEKTOR_CONFIG_DIR/),
  })
})
