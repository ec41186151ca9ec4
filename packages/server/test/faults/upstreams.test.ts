import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ReceivedEvent, readAllEvents, readEvents, textOf } from '../support/event-stream.ts'
import {
  answer,
  breakOff,
  chunk,
  FakeUpstream,
  fail,
  frame,
  listOf,
  type Responder,
  silence,
} from '../support/fake-upstream.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let first: FakeUpstream
let second: FakeUpstream
let server: TestServer
let ana: SignedIn

beforeEach(async () => {
  ;[first, second] = await Promise.all([FakeUpstream.start(), FakeUpstream.start()])
  server = await startTestServer({ env: { VEKTOR_UPSTREAM_IDLE_TIMEOUT: '2' } })
  const endpoints = [
    { base_url: first.baseUrl, weight: 1000 },
    { base_url: second.baseUrl, weight: 1 },
  ]
  await writeModels({ two: { description: 'Dos', provider: 'openai-compatible', model: 'm', endpoints } })
  ana = await server.signUp('ana')
})
afterEach(async () => {
  for (const resource of [server, first, second]) await resource[Symbol.asyncDispose]()
})

/** Starts the server again with these models. */
async function writeModels(models: Record<string, object>): Promise<void> {
  const config = join(server.folder, 'config')
  await mkdir(join(config, 'models'), { recursive: true })
  for (const [name, model] of Object.entries(models))
    await writeFile(join(config, 'models', `${name}.json`), JSON.stringify(model))
  const list = Object.keys(models).map((name) => ({ name, path: `models/${name}.json` }))
  await writeFile(join(config, 'model_configs.json'), JSON.stringify(list))
  await server.restart()
}

/** A model of which an upstream writes the answers. */
function fileOf({ baseUrl }: FakeUpstream) {
  return { description: 'Uno', provider: 'openai-compatible', model: 'm', endpoints: [{ base_url: baseUrl }] }
}

function send(model = 'two'): Promise<Response> {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'Hola' }] })
  return ana.fetch('/chat/stream', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
}

async function modelStatus(): Promise<{ state: string; endpoints: { address: string; state: string }[] }> {
  return JSON.parse(await (await ana.fetch('/api/status')).text()).models[0]
}

test('whoever asks notices nothing of an endpoint that fails, hangs or breaks off before its first word', async () => {
  second.always(answer('¡Hola! 👋', { pieces: 2 }))
  for (const failing of [fail(500), fail(401), silence(), breakOff('')]) {
    first.will(failing)
    const events = await readAllEvents(await send())
    expect(textOf(events)).toBe('¡Hola! 👋')
    expect(events.map(({ data }) => data.type)).not.toContain('truncate')
    expect(events.at(-1)?.data).toMatchObject({ type: 'done', finish_reason: 'stop', usage: { total_tokens: 14 } })
  }
  expect(await modelStatus()).toMatchObject({
    state: 'ok',
    endpoints: [
      { address: first.baseUrl, state: 'failing', paused_until: expect.any(String) },
      { address: second.baseUrl, state: 'ok' },
    ],
  })
  expect(server.logs.join('')).toMatch(/endpoint-failed/)
})

test('after the first word an answer fails, and is not begun anew by another endpoint', async () => {
  first.will(breakOff('Hasta aq'))
  const events = await readAllEvents(await send())
  expect(textOf(events)).toBe('Hasta aq')
  expect(events.at(-1)?.data).toMatchObject({ type: 'error' })
  expect(second.requests).toEqual([])
})

test('an answer is stopped while its endpoints are tried, and no other is asked', async () => {
  first.will(silence())
  for await (const { data } of readEvents(await send())) {
    if (data.type === 'start') await ana.fetch(`/chat/stream/${data.message_id}/cancel`, { method: 'POST' })
    if (data.type === 'done') expect(data.finish_reason).toBe('cancelled')
  }
  expect(second.requests).toEqual([])
})

test('models that an endpoint has are listed and asked by name, and stay when it dies', async () => {
  first.lists(listOf({ id: 'qwen3:8b' }))
  const file = { description: 'Ollama', provider: 'openai-compatible', discover: true }
  await writeModels({ ollama: { ...file, endpoints: [{ base_url: first.baseUrl }] } })
  const list = async () => JSON.parse(await (await ana.fetch('/chat/models')).text())
  await expect.poll(list).toEqual([{ name: 'ollama/qwen3:8b', description: 'Ollama', available: true }])
  first.lists(fail(500))
  first.always(answer('Sí.'))
  expect(textOf(await readAllEvents(await send('ollama/qwen3:8b')))).toBe('Sí.')
  expect(await modelStatus()).toMatchObject({ endpoints: [{ address: first.baseUrl, state: 'ok' }] })
  expect((await send('ollama')).status).toBe(422)
  expect(await (await ana.fetch('/config/models')).json()).toEqual([{ name: 'ollama', path: 'models/ollama.json' }])
})

describe('what an answer cost is stored with it', () => {
  const USAGE = { prompt_tokens: 6, completion_tokens: 8, total_tokens: 14 }
  const REASONED = { ...USAGE, completion_tokens_details: { reasoning_tokens: 5 } }

  /** An answer in two pieces, with these last frames. */
  const streamed =
    (pieces: object[], ...last: object[]): Responder =>
    ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end([...pieces, ...last].map(frame).join(''))
    }
  const piece = (content: string, usage?: object) => ({ ...chunk({ content }), ...(usage && { usage }) })
  const ending = (reason: string, usage?: object) => ({ ...chunk({}, reason), ...(usage && { usage }) })
  const countOnly = (usage: object) => ({ ...chunk({}), choices: [], usage })

  const ways: [name: string, responder: Responder, usage: object | undefined][] = [
    ['in a chunk of its own, after the end', streamed([piece('Sí.')], ending('stop'), countOnly(USAGE)), USAGE],
    ['in the chunk that ends it', streamed([piece('Sí.')], ending('stop', USAGE)), USAGE],
    [
      'in each chunk, growing',
      streamed([piece('S', { ...USAGE, completion_tokens: 1 }), piece('í.', USAGE)], ending('stop', USAGE)),
      USAGE,
    ],
    ['with what went into reasoning', streamed([piece('Sí.')], ending('stop'), countOnly(REASONED)), REASONED],
    ['with details that nobody knows', streamed([piece('Sí.')], ending('stop', { ...USAGE, cost: 0.01 })), USAGE],
    ['where a filter cut it', streamed([piece('Sí.')], ending('content_filter'), countOnly(USAGE)), USAGE],
    ['where it broke off', streamed([piece('S', USAGE), piece('í.')]), USAGE],
    ['not at all', streamed([piece('Sí.')], ending('stop')), undefined],
    ['as nonsense', streamed([piece('Sí.')], ending('stop', { prompt_tokens: -1, completion_tokens: 'x' })), undefined],
  ]

  test.each(ways)('%s', async (_, responder, usage) => {
    first.will(responder)
    expect(await usageOf(await readAllEvents(await send()))).toEqual(usage)
  })

  test('in an answer that comes all at once', async () => {
    await writeModels({ whole: { ...fileOf(first), streaming: false } })
    first.will(answer('Sí.', { usage: REASONED }))
    expect(await usageOf(await readAllEvents(await send('whole')))).toEqual(REASONED)
  })

  test('where it was stopped, as far as the upstream had counted', async () => {
    const live = first.live()
    const events: ReceivedEvent[] = []
    for await (const event of readEvents(await send())) {
      events.push(event)
      if (event.data.type === 'start') {
        await live.request
        live.raw(frame(piece('Hasta aq', USAGE)))
      }
      if (event.data.type !== 'delta') continue
      // It is counted in the same read as the word that has come.
      await ana.fetch(`/chat/stream/${event.data.message_id}/cancel`, { method: 'POST' })
    }
    expect(events.at(-1)?.data).toMatchObject({ finish_reason: 'cancelled' })
    expect(await usageOf(events)).toEqual(USAGE)
  })

  /** As the last event says, and the stored message too. */
  async function usageOf(events: readonly ReceivedEvent[]): Promise<unknown> {
    const { conversation_id: id } = events.find(({ data }) => data.type === 'start')?.data ?? {}
    const { messages } = JSON.parse(await (await ana.fetch(`/chat/history/${id}`)).text())
    expect(messages.at(-1).usage).toEqual(events.at(-1)?.data.usage)
    return messages.at(-1).usage
  }
})
