import { createServer } from 'node:net'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  answer,
  breakOff,
  chunk,
  errorInStream,
  FakeUpstream,
  fail,
  failPage,
  frame,
  halfJson,
  type Responder,
  redirect,
  silence,
  stall,
} from '../../../test/support/fake-upstream.ts'
import { Secret } from '../../secret.ts'
import type { ProviderEvent } from '../provider.ts'
import { OpenAiCompatibleProvider } from './provider.ts'

const CANARY = 'cnry-9f2e7A41b6c8d0'

let first: FakeUpstream
let second: FakeUpstream
let third: FakeUpstream
let logged: Record<string, unknown>[]
beforeEach(async () => {
  ;[first, second, third] = await Promise.all([FakeUpstream.start(), FakeUpstream.start(), FakeUpstream.start()])
  logged = []
})
afterEach(async () => {
  for (const upstream of [first, second, third]) await upstream[Symbol.asyncDispose]()
})

/** The first is asked first, as long as it works. */
function provider({ idleTimeoutMs = 600_000, streaming = true, upstreams = [first, second] } = {}) {
  const endpoints = upstreams.map(({ baseUrl }, index) => ({
    baseUrl: `${baseUrl}?secret=${CANARY}`,
    apiKey: new Secret(CANARY),
    weight: index === 0 ? 1000 : 10 / (index * index),
  }))
  const log = pino({}, { write: (line) => logged.push(JSON.parse(line)) })
  return new OpenAiCompatibleProvider({
    model: 'gpt-4.1',
    streaming,
    endpoints,
    idleTimeoutMs,
    hasReasoningTags: false,
    log,
  })
}

async function ask(asked: OpenAiCompatibleProvider, signal = new AbortController().signal): Promise<string> {
  let text = ''
  const messages = [{ role: 'user' as const, content: 'Hola' }]
  for await (const event of asked.stream({ messages }, signal)) if (event.type === 'text') text += event.text
  return text
}

const counts = () => [first, second, third].map(({ requests }) => requests.length)
const events = (name: string) => logged.filter(({ msg }) => msg === name)

/** An address where nobody listens. */
async function deadAddress(): Promise<string> {
  const socket = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => socket.once('listening', resolve))
  const address = socket.address()
  await new Promise((resolve) => socket.close(resolve))
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`
}

/** A thought, then the connection breaks. */
function breakOffThinking(thought: string): Responder {
  return ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(frame(chunk({ reasoning_content: thought })), () => response.destroy())
  }
}

const failures: [name: string, responder: Responder][] = [
  ...[401, 402, 403, 404, 408, 429, 500, 502, 503, 504, 529].map((status): [string, Responder] => [
    `${status}`,
    fail(status),
  ]),
  ['a web page', failPage(200)],
  ['a redirect', redirect('http://127.0.0.1:1/')],
  ['half a JSON', halfJson()],
  ['a connection that breaks', ({ response }) => response.destroy()],
  ['an error in the stream', errorInStream({ message: 'Overloaded.' })],
  [
    'an empty answer that broke off',
    ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.end(frame(chunk({ role: 'assistant', content: '' })))
    },
  ],
]

test.each(failures)(
  'an endpoint that fails before its first word is answered for by the next: %s',
  async (_, failing) => {
    first.will(failing)
    second.will(answer('¡Hola!', { pieces: 2 }))
    expect(await ask(provider())).toBe('¡Hola!')
    expect(counts()).toEqual([1, 1, 0])
    expect(events('endpoint-failed')).toMatchObject([
      { level: 40, model: 'gpt-4.1', endpoint: first.baseUrl, code: expect.stringMatching(/^upstream-/) },
    ])
  },
)

test('so is one that is not there, and one that says nothing', async () => {
  const options = {
    model: 'gpt-4.1',
    streaming: true,
    hasReasoningTags: false,
    idleTimeoutMs: 100,
    log: pino({ level: 'silent' }),
  }
  const away = { baseUrl: await deadAddress(), weight: 1000 }
  const endpoints = [away, { baseUrl: second.baseUrl, weight: 1 }]
  second.always(answer('¡Hola!'))
  expect(await ask(new OpenAiCompatibleProvider({ ...options, endpoints }))).toBe('¡Hola!')
  for (const silent of [silence(), stall({ heartbeatMs: 10 })]) {
    first.will(silent)
    expect(await ask(provider({ idleTimeoutMs: 1500 }))).toBe('¡Hola!')
    await first.requests.at(-1)?.closed
  }
})

test('a model that answers all at once fails over too', async () => {
  first.will(halfJson())
  second.will(answer('Entero.'))
  expect(await ask(provider({ streaming: false }))).toBe('Entero.')
})

test.each([400, 413, 422])('what is the fault of the request is not tried elsewhere: %i', async (status) => {
  first.will(fail(status))
  await expect(ask(provider())).rejects.toMatchObject({ code: 'upstream-rejected' })
  expect(counts()).toEqual([1, 0, 0])
  expect(logged).toEqual([])
})

test.each([
  ['a word', breakOff('Hasta aq'), { type: 'text', text: 'Hasta aq' }],
  ['a word and an error', errorInStream('Overloaded.', { after: 'Hasta aq' }), { type: 'text', text: 'Hasta aq' }],
  ['a thought', breakOffThinking('Hm'), { type: 'reasoning', text: 'Hm' }],
] as const)('nobody goes on with an answer of which another has given %s', async (_, broken, said) => {
  first.will(broken)
  const seen: ProviderEvent[] = []
  const reading = async () => {
    for await (const event of provider().stream({ messages: [] }, new AbortController().signal)) seen.push(event)
  }
  await expect(reading()).rejects.toMatchObject({ code: 'upstream-failed' })
  expect(seen).toEqual([said])
  expect(second.requests).toEqual([])
})

test('each endpoint is asked once, in the order of the weights, and the last says why it failed', async () => {
  first.will(fail(500))
  second.will(fail(503))
  third.will(fail(429, { headers: { 'retry-after': '7' } }))
  const failing = ask(provider({ upstreams: [first, second, third] }))
  await expect(failing).rejects.toMatchObject({ code: 'upstream-rate-limited', retryAfterSeconds: 7 })
  expect(counts()).toEqual([1, 1, 1])
  expect(events('endpoint-failed').map(({ endpoint }) => endpoint)).toEqual([
    first.baseUrl,
    second.baseUrl,
    third.baseUrl,
  ])
})

test('the patience of all endpoints together has an end', async () => {
  for (const upstream of [first, second, third]) upstream.always(silence())
  const asked = provider({ idleTimeoutMs: 150, upstreams: [first, second, third] })
  await expect(ask(asked)).rejects.toMatchObject({ code: 'upstream-timeout' })
  expect(counts()).toEqual([1, 1, 0])
})

test('who leaves while an endpoint is silent asks no other, and says nothing against it', async () => {
  first.always(silence())
  const asked = provider()
  for (let count = 1; count <= 5; count += 1) {
    const controller = new AbortController()
    const asking = ask(asked, controller.signal)
    await expect.poll(() => first.requests.length, { interval: 2 }).toBe(count)
    controller.abort()
    expect(await asking).toBe('')
  }
  expect(counts()).toEqual([5, 0, 0])
  expect(asked.endpoints.map(({ state }) => state)).toEqual(['unknown', 'unknown'])
})

test('an endpoint that fails three times in a row is left alone, and the log says until when', async () => {
  first.always(fail(500))
  const asked = provider()
  for (let count = 0; count < 6; count += 1) await ask(asked)
  expect(counts()).toEqual([3, 6, 0])
  expect(events('endpoint-opened')).toMatchObject([{ level: 40, endpoint: first.baseUrl, until: expect.any(String) }])
  expect(asked.endpoints).toEqual([
    { address: first.baseUrl, state: 'failing', pausedUntil: expect.any(Number) },
    { address: second.baseUrl, state: 'ok' },
  ])
})

test('one that wants to be left alone for so long is asked no sooner', async () => {
  first.always(fail(429, { headers: { 'retry-after': '1' } }))
  second.always(answer('Sí.'))
  const asked = provider()
  await ask(asked)
  await ask(asked)
  expect(counts()).toEqual([1, 2, 0])
  first.always(answer('Otra vez.'))
  await expect.poll(() => ask(asked), { timeout: 10_000 }).toBe('Otra vez.')
  expect(events('endpoint-closed')).toMatchObject([{ endpoint: first.baseUrl }])
})

test('where all are left alone, the one whose time is over first is asked all the same', async () => {
  first.always(fail(429, { headers: { 'retry-after': '500' } }))
  second.always(fail(429, { headers: { 'retry-after': '100' } }))
  const asked = provider()
  await expect(ask(asked)).rejects.toMatchObject({ retryAfterSeconds: 100 })
  second.always(answer('Sí.'))
  expect(await ask(asked)).toBe('Sí.')
  expect(counts()).toEqual([1, 2, 0])
})

test('a model with one endpoint asks it whatever became of it before', async () => {
  first.always(fail(500))
  const asked = provider({ upstreams: [first] })
  for (let count = 0; count < 5; count += 1) await expect(ask(asked)).rejects.toMatchObject({ code: 'upstream-failed' })
  first.always(answer('Sí.'))
  expect(await ask(asked)).toBe('Sí.')
  expect(asked.endpoints).toEqual([{ address: first.baseUrl, state: 'ok' }])
})

test('no log and no status shows a key', async () => {
  first.always(fail(401, { body: { error: { message: `Wrong key ${CANARY}` } } }))
  const asked = provider()
  for (let count = 0; count < 3; count += 1) await ask(asked)
  expect(events('endpoint-failed')).toHaveLength(3)
  expect(JSON.stringify([logged, asked.endpoints])).not.toContain(CANARY)
})
