import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { answer, FakeUpstream, fail, listOf } from '../../../test/support/fake-upstream.ts'
import { Discovery } from './discovery.ts'

let first: FakeUpstream
let second: FakeUpstream
let logged: Record<string, unknown>[]
let now: number
beforeEach(async () => {
  ;[first, second] = await Promise.all([FakeUpstream.start(), FakeUpstream.start()])
  logged = []
  now = 0
})
afterEach(async () => {
  for (const upstream of [first, second]) await upstream[Symbol.asyncDispose]()
})

function discover({ contextTokens }: { contextTokens?: number } = {}): Discovery {
  const endpoints = [first, second].map(({ baseUrl }) => ({ baseUrl, weight: 1 }))
  const upstream = {
    provider: 'openai-compatible' as const,
    streaming: true,
    hasReasoningTags: false,
    hasImages: false,
    endpoints,
  }
  const log = pino({}, { write: (line) => logged.push(JSON.parse(line)) })
  return new Discovery('local', contextTokens === undefined ? upstream : { ...upstream, contextTokens }, {
    idleTimeoutMs: 600_000,
    log,
  })
}

/** Looks again once it is time to. */
async function refresh(discovery: Discovery, afterMs = 60_000): Promise<string[]> {
  now += afterMs
  await discovery.refreshIfDue(now, new AbortController().signal)
  return discovery.names
}

async function ask(discovery: Discovery, name: string, content = 'Hola'): Promise<string> {
  let said = ''
  const messages = [
    { role: 'user' as const, content },
    { role: 'user' as const, content: 'Hola' },
  ]
  for await (const event of discovery.find(name)?.stream({ messages }, new AbortController().signal) ?? [])
    said += event.type === 'text' ? event.text : event.type === 'notice' ? `(${event.code})` : ''
  return said
}

test('models have the name of their entry before their own, in order, and are asked for by their own', async () => {
  first.lists(listOf({ id: 'qwen3' }, { id: 'meta/llama3.2:latest' }))
  second.lists(listOf())
  const discovery = discover()
  expect(await refresh(discovery)).toEqual(['local/meta/llama3.2:latest', 'local/qwen3'])
  first.will(answer('Sí.'))
  expect(await ask(discovery, 'local/meta/llama3.2:latest')).toBe('Sí.')
  expect(first.requests.at(-1)?.body.model).toBe('meta/llama3.2:latest')
  expect(discovery.find('meta/llama3.2:latest')).toBeUndefined()
})

test('a model that both endpoints have is one, and one answers for the other', async () => {
  first.lists(listOf({ id: 'both' }, { id: 'only' }))
  second.lists(listOf({ id: 'both' }))
  const discovery = discover()
  expect(await refresh(discovery)).toEqual(['local/both', 'local/only'])
  first.always(fail(500))
  second.always(answer('Sí.'))
  for (let count = 0; count < 2; count += 1) expect(await ask(discovery, 'local/both')).toBe('Sí.')
  await expect(ask(discovery, 'local/only')).rejects.toMatchObject({ code: 'upstream-failed' })
})

test('an endpoint that is dead leaves the models of the other, and its own as they were', async () => {
  first.lists(listOf({ id: 'one' }))
  second.lists(fail(500))
  const discovery = discover()
  expect(await refresh(discovery)).toEqual(['local/one'])
  second.lists(listOf({ id: 'two' }))
  expect(await refresh(discovery)).toEqual(['local/one', 'local/two'])
  first.lists(fail(503))
  second.lists(listOf({ id: 'three' }))
  expect(await refresh(discovery)).toEqual(['local/one', 'local/three'])
})

test('it is asked every minute, and every five seconds while somebody is silent, which the log says once', async () => {
  first.lists(listOf({ id: 'one' }))
  second.lists(fail(500))
  const discovery = discover()
  const count = () => first.requests.length
  await refresh(discovery)
  for (const [afterMs, asked] of [
    [4_999, 1],
    [1, 2],
    [5_000, 3],
  ] as const) {
    await refresh(discovery, afterMs)
    expect(count()).toBe(asked)
  }
  second.lists(listOf({ id: 'two' }))
  await refresh(discovery, 5_000)
  await refresh(discovery, 59_999)
  expect(count()).toBe(4)
  await refresh(discovery, 1)
  expect(count()).toBe(5)
  expect(logged.map(({ msg, endpoint }) => [msg, endpoint])).toEqual([
    ['models-not-listed', second.baseUrl],
    ['models-listed', second.baseUrl],
  ])
})

test('what is known of the endpoints of a model stays when the list is read again', async () => {
  first.lists(listOf({ id: 'one' }))
  second.lists(listOf())
  const discovery = discover()
  await refresh(discovery)
  const provider = discovery.find('local/one')
  await refresh(discovery)
  expect(discovery.find('local/one')).toBe(provider)
  second.lists(listOf({ id: 'one' }))
  await refresh(discovery)
  expect(discovery.find('local/one')?.endpoints).toHaveLength(2)
})

test('a model reads as much as its endpoint says, unless the file says it', async () => {
  first.lists(listOf({ id: 'small', max_model_len: 512 }))
  second.lists(listOf())
  const said = discover()
  await refresh(said)
  expect(await ask(said, 'local/small', 'x'.repeat(2000))).toMatch(/^\(context-trimmed\)/)
  const set = discover({ contextTokens: 100_000 })
  await refresh(set)
  expect(await ask(set, 'local/small', 'x'.repeat(2000))).not.toMatch(/context-trimmed/)
})

test('a name that no request could hold is none', async () => {
  first.lists(listOf({ id: 'x'.repeat(251) }, { id: 'a\nb' }, { id: 'y'.repeat(250) }))
  second.lists(listOf())
  expect(await refresh(discover())).toEqual([`local/${'y'.repeat(250)}`])
})
