import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { answer, FakeUpstream, fail, listOf } from '../../../test/support/fake-upstream.ts'
import { until } from '../../../test/support/http-fixture.ts'
import { ConfigFolder } from '../../config/files/config-folder.ts'
import { ModelService } from './index.ts'

let folder: string
let models: ModelService
let logged: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vektor-reload-'))
  logged = []
  const log = pino({}, { write: (line) => logged.push(line) })
  models = await ModelService.open(new ConfigFolder({ path: folder, environment: {}, log }), { idleTimeoutMs: 10_000 })
})
afterEach(async () => {
  await models[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const write = (path: string, content: unknown) =>
  writeFile(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content, null, 2))
const names = () => models.list().map(({ name }) => name)
const ELIZA = { name: 'eliza', path: 'models/eliza.json' }
const NEW = { name: 'new', path: 'models/new.json' }

/** A model whose answers this upstream writes. */
function modelOf({ baseUrl }: FakeUpstream) {
  return { description: 'Nuevo', provider: 'openai-compatible', model: 'm', endpoints: [{ base_url: baseUrl }] }
}

async function read(stream: AsyncIterable<{ type: string; text?: string }>): Promise<string> {
  let text = ''
  for await (const event of stream) text += event.text ?? ''
  return text
}

test('a model that is added can be asked, one that is taken out no more', async () => {
  await write(NEW.path, { description: 'Nuevo', provider: 'eliza' })
  await write('model_configs.json', [NEW])
  await until(() => names().join() === 'new')
  expect(models.require('new').name).toBe('new')
  expect(() => models.require('eliza')).toThrow(expect.objectContaining({ code: 'unknown-model' }))
  expect(models.listConfigs()).toEqual([NEW])
})

test('a file that the list does not name yet may come before or after it', async () => {
  await write('model_configs.json', [ELIZA, NEW])
  await until(() => logged.some((line) => line.includes('config-broken')))
  expect(names()).toContain('gpt-4-stream')
  await write(NEW.path, { description: 'Nuevo', provider: 'eliza' })
  await until(() => names().join() === 'eliza,new')
})

test('one model file that is broken leaves the whole catalog as it was', async () => {
  const before = models.list()
  await write('models/gpt4.json', { description: 'Otra', provider: 'eliza' })
  await write('models/gpt35.json', '{\n  "description": "x",\n  "provider": 1\n}')
  await until(() => logged.some((line) => line.includes('config-broken')))
  expect(models.list()).toEqual(before)
  expect(logged.at(-1)).toMatch(/gpt35\.json:3: .*provider/)
  await write('models/gpt35.json', { description: 'Turbo', provider: 'eliza' })
  await until(() => logged.some((line) => line.includes('config-repaired')))
  expect(models.list().slice(0, 2)).toMatchObject([{ description: 'Otra' }, { description: 'Turbo' }])
})

test('an answer that runs keeps the provider that it began with', async () => {
  await using old = await FakeUpstream.start()
  await using fresh = await FakeUpstream.start()
  old.always(answer('vieja', { pieces: 5 }))
  fresh.always(answer('nueva', { pieces: 5 }))
  await write(NEW.path, modelOf(old))
  await write('model_configs.json', [ELIZA, NEW])
  await until(() => names().includes('new'))
  const request = { messages: [{ role: 'user' as const, content: 'Hola' }] }
  const running = models.require('new').provider
  const chosen = running.stream(request, new AbortController().signal)
  await write(NEW.path, modelOf(fresh))
  await until(() => models.require('new').provider !== running)
  expect(await read(chosen)).toBe('vieja')
  expect(await read(models.require('new').provider.stream(request, new AbortController().signal))).toBe('nueva')
})

test('what is known of endpoints stays when other files change, and is forgotten when their own says something else', async () => {
  await using upstream = await FakeUpstream.start()
  await write(NEW.path, modelOf(upstream))
  await write('model_configs.json', [NEW])
  await until(() => names().join() === 'new')
  const { provider } = models.require('new')
  await read(provider.stream({ messages: [] }, new AbortController().signal))
  expect(models.endpointsOf('new')).toEqual([{ address: upstream.baseUrl, state: 'ok' }])
  await write('model_configs.json', [ELIZA, NEW])
  await until(() => names().join() === 'eliza,new')
  expect(models.require('new').provider).toBe(provider)
  await write(NEW.path, { ...modelOf(upstream), model: 'other' })
  await until(() => models.require('new').provider !== provider)
  expect(models.endpointsOf('new')).toEqual([{ address: upstream.baseUrl, state: 'unknown' }])
})

test('models that were found are still there when other files change, and those of a new file are found', async () => {
  await using upstream = await FakeUpstream.start()
  upstream.lists(listOf({ id: 'qwen3' }))
  const { model: _, ...file } = modelOf(upstream)
  await write(NEW.path, { ...file, discover: true })
  await write('model_configs.json', [NEW])
  await until(() => names().join() === 'new/qwen3')
  upstream.lists(fail(500))
  await write('model_configs.json', [ELIZA, NEW])
  await until(() => names().join() === 'eliza,new/qwen3')
})
