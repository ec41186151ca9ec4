import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  answer,
  breakOff,
  chunk,
  echoKey,
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
import { AppError } from '../../app-error.ts'
import { Secret } from '../../secret.ts'
import type { ProviderEvent, ProviderRequest } from '../provider.ts'
import { OpenAiCompatibleProvider } from './provider.ts'

const log = pino({ level: 'silent' })
const CANARY = 'cnry+9f2e/7A41~b6c8"d0'
const HELLO: ProviderRequest = { messages: [{ role: 'user', content: 'Hola, ¿cómo estás?' }] }

let upstream: FakeUpstream
beforeAll(async () => {
  upstream = await FakeUpstream.start()
})
afterAll(() => upstream[Symbol.asyncDispose]())

/** Whatever waits for the upstream too long is stopped by the test's own timeout, unless it sets another. */
function provider({ streaming = true, idleTimeoutMs = 600_000, baseUrl = upstream.baseUrl } = {}) {
  const endpoints = [{ baseUrl, apiKey: new Secret(CANARY), weight: 1 }]
  return new OpenAiCompatibleProvider({
    model: 'gpt-4.1',
    streaming,
    endpoints,
    idleTimeoutMs,
    hasReasoningTags: false,
    log,
  })
}

async function collect(events: AsyncIterable<ProviderEvent>): Promise<ProviderEvent[]> {
  const collected: ProviderEvent[] = []
  for await (const event of events) collected.push(event)
  return collected
}

function ask(options?: Parameters<typeof provider>[0], request = HELLO): Promise<ProviderEvent[]> {
  return collect(provider(options).stream(request, new AbortController().signal))
}

function textOf(events: readonly ProviderEvent[]): string {
  return events.map((event) => (event.type === 'text' ? event.text : '')).join('')
}

async function failureOf(responder: Responder, options?: Parameters<typeof provider>[0]): Promise<AppError> {
  upstream.will(responder)
  const failure = await ask(options).catch((error: unknown) => error)
  if (!(failure instanceof AppError)) throw new Error('It did not fail with an AppError.', { cause: failure })
  return failure
}

test('an answer is its text, then why it ended and what it cost', async () => {
  const usage = { prompt_tokens: 6, completion_tokens: 8, total_tokens: 14 }
  upstream.will(answer('¡Hola! Muy bien, gracias. 👋', { pieces: 3, usage }))
  const events = await ask()
  expect(textOf(events)).toBe('¡Hola! Muy bien, gracias. 👋')
  expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop', usage })
})

test('the upstream gets the model, the messages, the settings and the key', async () => {
  const request = { ...HELLO, temperature: 0.2, maxTokens: 50 }
  await ask({}, request)
  const { path, headers, body } = upstream.requests.at(-1) ?? {}
  expect(path).toBe('/v1/chat/completions')
  expect(headers?.authorization).toBe(`Bearer ${CANARY}`)
  expect(body).toEqual({
    model: 'gpt-4.1',
    messages: HELLO.messages,
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0.2,
    max_tokens: 50,
  })
})

test('what was not asked for is left to the upstream', async () => {
  await ask()
  expect(Object.keys(upstream.requests.at(-1)?.body ?? {})).toEqual(['model', 'messages', 'stream', 'stream_options'])
})

test('a base_url with a slash at its end or a query is the same place', async () => {
  await ask({ baseUrl: `${upstream.baseUrl}/?api-version=3` })
  expect(upstream.requests.at(-1)?.path).toBe('/v1/chat/completions?api-version=3')
})

test.each([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'stop'],
  ['eos', 'stop'],
])('an upstream that finishes with %s has finished with %s', async (said, reason) => {
  upstream.will(answer('Sí.', { finishReason: said }))
  expect((await ask()).at(-1)).toMatchObject({ type: 'finish', reason })
})

test('an answer that a filter cut is not shown as a whole one, and costs what it costs', async () => {
  const usage = { prompt_tokens: 6, completion_tokens: 8, total_tokens: 14 }
  for (const said of ['Se hace así:', '']) {
    upstream.will(answer(said, { finishReason: 'content_filter', usage }))
    expect(await ask()).toEqual([...(said ? [{ type: 'text', text: said }] : []), { type: 'usage', usage }])
  }
})

test('a stream that ends without a reason has no finish', async () => {
  upstream.will(answer('Hasta aq', { finishReason: null, isDoneSent: false }))
  expect((await ask()).map(({ type }) => type)).toEqual(['text', 'usage'])
})

test('a stream that ends with a reason and without [DONE] is whole', async () => {
  upstream.will(answer('Sí.', { isDoneSent: false }))
  expect((await ask()).at(-1)).toMatchObject({ type: 'finish', reason: 'stop' })
})

test('a last event without its empty line counts', async () => {
  upstream.will(({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end(frame(chunk({ content: 'Sí.' })) + frame(chunk({}, 'stop')).trimEnd())
  })
  expect(await ask()).toEqual([
    { type: 'text', text: 'Sí.' },
    { type: 'finish', reason: 'stop' },
  ])
})

test('after the reason an upstream that neither counts nor closes is not waited for', async () => {
  const live = upstream.live()
  const events = ask()
  const request = await live.request
  live.text('Sí.')
  live.finish('stop')
  expect(await events).toEqual([
    { type: 'text', text: 'Sí.' },
    { type: 'finish', reason: 'stop' },
  ])
  await request.closed
})

test('a connection that breaks after the reason breaks no answer', async () => {
  const live = upstream.live()
  const events = provider().stream(HELLO, new AbortController().signal)[Symbol.asyncIterator]()
  const first = events.next()
  await live.request
  live.raw(frame(chunk({ content: 'Sí.' })) + frame(chunk({}, 'stop')))
  expect((await first).value).toEqual({ type: 'text', text: 'Sí.' })
  live.break()
  expect((await events.next()).value).toEqual({ type: 'finish', reason: 'stop' })
})

test('the deltas of one network read are one event', async () => {
  const live = upstream.live()
  const events = provider().stream(HELLO, new AbortController().signal)[Symbol.asyncIterator]()
  const first = events.next()
  await live.request
  live.raw(['uno ', 'dos ', 'tres'].map((content) => frame(chunk({ content }))).join(''))
  expect((await first).value).toEqual({ type: 'text', text: 'uno dos tres' })
  live.end()
  expect((await events.next()).done).toBe(true)
})

test('a model that cannot stream is asked for all at once', async () => {
  upstream.will(answer('Entero.', { finishReason: 'length' }))
  const events = await ask({ streaming: false })
  expect(upstream.requests.at(-1)?.body.stream).toBe(false)
  expect(events[0]).toEqual({ type: 'text', text: 'Entero.' })
  expect(events[1]).toMatchObject({ type: 'finish', reason: 'length', usage: { total_tokens: 14 } })
})

test('an upstream that answers the other way than it was asked is understood', async () => {
  upstream.will(({ request: { body, ...request }, response }) =>
    answer('Entero.')({ request: { ...request, body: { ...body, stream: false } }, response }),
  )
  expect(textOf(await ask())).toBe('Entero.')
  upstream.will(({ request: { body, ...request }, response }) =>
    answer('A trozos.', { pieces: 2 })({ request: { ...request, body: { ...body, stream: true } }, response }),
  )
  expect(textOf(await ask({ streaming: false }))).toBe('A trozos.')
})

test.each([
  [401, 'upstream-rejected', /administrator/],
  [403, 'upstream-rejected', /administrator/],
  [404, 'upstream-rejected', /base_url and model/],
  [400, 'upstream-rejected', /refused this request/],
  [429, 'upstream-rate-limited', /too much to do: try again later/],
  [500, 'upstream-failed', /failed \(500\)/],
  [503, 'upstream-failed', /failed \(503\)/],
] as const)('status %i is %s, in our words and the upstream’s own', async (status, code, sentence) => {
  const failure = await failureOf(fail(status))
  expect(failure).toMatchObject({ code, message: expect.stringMatching(sentence) })
  expect(failure.message).toContain(`It says: “Failed on purpose with ${status}.”`)
})

test('a busy upstream says when to come back, in seconds or as a date', async () => {
  const seconds = await failureOf(fail(429, { headers: { 'retry-after': '7' } }))
  expect(seconds).toMatchObject({ retryAfterSeconds: 7, message: expect.stringContaining('in 7 s') })
  const date = { date: 'Wed, 09 Jul 2025 14:20:00 GMT', 'retry-after': 'Wed, 09 Jul 2025 14:20:30 GMT' }
  expect(await failureOf(fail(429, { headers: date }))).toMatchObject({ retryAfterSeconds: 30 })
  expect((await failureOf(fail(429, { headers: { 'retry-after': 'soon' } }))).retryAfterSeconds).toBeUndefined()
})

test('a web page is no answer, whatever its status, and none of it is shown', async () => {
  for (const status of [200, 502]) {
    const failure = await failureOf(failPage(status))
    expect(failure.code).toBe('upstream-failed')
    expect(failure.message).not.toMatch(/nginx|</)
  }
})

test.each([true, false])('half a JSON is a failure (streaming: %s)', async (streaming) => {
  expect((await failureOf(halfJson(), { streaming })).code).toBe('upstream-failed')
})

test('a success without an answer in it is a failure', async () => {
  const empty: Responder = ({ response }) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end()
  expect((await failureOf(empty)).code).toBe('upstream-failed')
  expect((await failureOf(fail(200, { body: { hello: 'world' } }))).code).toBe('upstream-failed')
})

test('a redirect is not followed: the key stays here', async () => {
  await using other = await FakeUpstream.start()
  for (const status of [301, 302, 303, 307, 308]) {
    const failure = await failureOf(redirect(`${other.baseUrl}/chat/completions`, status))
    expect(failure).toMatchObject({ code: 'upstream-failed', message: expect.stringContaining('base_url') })
  }
  expect(other.requests).toEqual([])
})

test('an upstream that is not there is a failure that says why', async () => {
  const socket = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => socket.once('listening', resolve))
  const address = socket.address()
  await new Promise((resolve) => socket.close(resolve))
  const port = typeof address === 'object' ? address?.port : 0
  const failure = await ask({ baseUrl: `http://127.0.0.1:${port}/v1` }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'upstream-failed', message: expect.stringContaining('ECONNREFUSED') })
})

test('what came before a failure is given before it fails', async () => {
  for (const responder of [breakOff('Hasta aq'), errorInStream({ message: 'Overloaded.' }, { after: 'Hasta aq' })]) {
    upstream.will(responder)
    const events: ProviderEvent[] = []
    const failure = await (async () => {
      for await (const event of provider().stream(HELLO, new AbortController().signal)) events.push(event)
    })().catch((error: unknown) => error)
    expect(events).toEqual([{ type: 'text', text: 'Hasta aq' }])
    expect(failure).toMatchObject({ code: 'upstream-failed' })
  }
})

test.each([
  [{ message: 'Overloaded.' }, 'upstream-failed'],
  ['Overloaded.', 'upstream-failed'],
  [{ message: 'Slow down.', code: 'rate_limit_exceeded' }, 'upstream-rate-limited'],
  [{ message: 'Slow down.', code: 429 }, 'upstream-rate-limited'],
  [{ message: 'Wrong key.', type: 'invalid_request_error', code: 'invalid_api_key' }, 'upstream-rejected'],
])('an error in the stream is one: %o', async (error, code) => {
  const failure = await failureOf(errorInStream(error))
  expect(failure.code).toBe(code)
  expect(failure.message).toContain(typeof error === 'string' ? error : error.message)
})

test('waiting for an upstream that says nothing ends, before the first word and after it', async () => {
  for (const responder of [silence(), stall(), stall({ after: 'Hm' })]) {
    const failure = await failureOf(responder, { idleTimeoutMs: 60 })
    expect(failure).toMatchObject({ code: 'upstream-timeout', message: expect.stringContaining('0.06 seconds') })
    await upstream.requests.at(-1)?.closed
  }
})

test('comments, counts and empty deltas do not prolong the wait', async () => {
  expect((await failureOf(stall({ heartbeatMs: 5 }), { idleTimeoutMs: 80 })).code).toBe('upstream-timeout')
  const repeating =
    (piece: object): Responder =>
    async ({ response }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(frame(chunk({ content: 'Hm' })))
      for (let count = 0; count < 100 && !response.destroyed; count += 1) {
        response.write(frame(piece))
        await delay(10)
      }
      response.end(frame(chunk({}, 'stop')))
    }
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
  for (const piece of [chunk({ role: 'assistant', content: '' }), { choices: [], usage }]) {
    expect((await failureOf(repeating(piece), { idleTimeoutMs: 300 })).code).toBe('upstream-timeout')
  }
})

test('content does: an answer may take longer than the wait for its next word', async () => {
  upstream.will(answer('uno dos tres', { pieces: 1, delayMs: 100 }))
  expect(textOf(await ask({ idleTimeoutMs: 800 }))).toBe('uno dos tres')
})

test('a model that thinks before it writes is not cut off', async () => {
  const thinking: Responder = async ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (let count = 0; count < 12; count += 1) {
      response.write(frame(chunk({ reasoning_content: 'Hm. ' })))
      await delay(100)
    }
    response.end(frame(chunk({ content: 'Sí.' })) + frame(chunk({}, 'stop')))
  }
  upstream.will(thinking)
  expect(textOf(await ask({ idleTimeoutMs: 800 }))).toBe('Sí.')
})

test('the time that the reader takes is not held against the upstream', async () => {
  const live = upstream.live()
  const events = provider({ idleTimeoutMs: 700 }).stream(HELLO, new AbortController().signal)[Symbol.asyncIterator]()
  const first = events.next()
  await live.request
  live.text('uno')
  await first
  // The rule is about time itself: longer than the wait, and the upstream writes only after it.
  await delay(1000)
  live.text('dos')
  expect((await events.next()).value).toEqual({ type: 'text', text: 'dos' })
  live.finish()
  live.end()
  expect((await events.next()).value).toMatchObject({ type: 'finish' })
})

test.each([
  ['before the upstream answers', silence()],
  ['in the middle of an answer', stall({ after: 'Hm', heartbeatMs: 5 })],
])('aborting ends the stream at once and lets the upstream go: %s', async (_, responder) => {
  upstream.will(responder)
  const count = upstream.requests.length
  const controller = new AbortController()
  const events = collect(provider().stream(HELLO, controller.signal))
  await expect.poll(() => upstream.requests.length, { interval: 2 }).toBe(count + 1)
  controller.abort()
  expect((await events).filter(({ type }) => type === 'finish')).toEqual([])
  await upstream.requests.at(-1)?.closed
})

test('an upstream whose reader has left is let go', async () => {
  upstream.will(stall({ after: 'Hm' }))
  for await (const event of provider().stream(HELLO, new AbortController().signal)) {
    expect(event).toEqual({ type: 'text', text: 'Hm' })
    break
  }
  await upstream.requests.at(-1)?.closed
})

test('who has left before asking does not ask', async () => {
  const count = upstream.requests.length
  expect(await collect(provider().stream(HELLO, AbortSignal.abort()))).toEqual([])
  expect(upstream.requests.length).toBe(count)
})

test('an endless line is a failure, not a full memory', async () => {
  const endless: Responder = ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: ')
    const write = (): void => {
      if (!response.destroyed) response.write('x'.repeat(64 * 1024), write)
    }
    write()
  }
  expect((await failureOf(endless)).code).toBe('upstream-failed')
  await upstream.requests.at(-1)?.closed
})

test('words of the upstream are cut to one line of a sane length', async () => {
  const message = `Bad\r\n\u001b[31mrequest\u0000: ${'very '.repeat(1000)}long 👋`
  const failure = await failureOf(fail(400, { body: { error: { message } } }))
  expect(failure.message).toMatch(/“Bad \[31mrequest: very very/)
  expect(failure.message.length).toBeLessThan(400)
  expect(failure.message).not.toMatch(/\p{Cc}/u)
})

test('a key that cannot be sent is not shown either', async () => {
  const key = `cnry\r\n${CANARY}`
  const endpoints = [{ baseUrl: upstream.baseUrl, apiKey: new Secret(key), weight: 1 }]
  const options = { model: 'gpt-4.1', streaming: true, endpoints, idleTimeoutMs: 600_000, hasReasoningTags: false, log }
  const stream = new OpenAiCompatibleProvider(options).stream(HELLO, new AbortController().signal)
  const failure = await collect(stream).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'upstream-failed', cause: expect.any(Error) })
  expect(inspect(failure, { depth: 10 })).not.toContain(CANARY.slice(0, 8))
})

test('the key appears in no error, log or event, however the upstream sends it back', async () => {
  const said = `You sent ${CANARY} and ${encodeURIComponent(CANARY)} and sk-proj-abcdefgh12345678 and Bearer abcdefgh1234`
  const responders: Responder[] = [
    echoKey(401),
    echoKey(500),
    fail(400, { body: said }),
    fail(400, { body: `${'x'.repeat(290)}${CANARY}` }),
    fail(400, { body: `${CANARY.slice(0, 4)}\u200b${CANARY.slice(4)}` }),
    errorInStream({ message: said }),
    errorInStream(said),
    ({ response }) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: ${CANARY}\n\n`),
    ({ response }) => response.writeHead(307, { location: `http://127.0.0.1:1/?key=${CANARY}` }).end(),
  ]
  for (const responder of responders) {
    const failure = await failureOf(responder)
    const lines: string[] = []
    pino({}, { write: (line) => lines.push(line) }).warn({ err: failure }, 'generation-failed')
    const shown = [
      failure.message,
      failure.stack,
      inspect(failure, { depth: 10 }),
      JSON.stringify(failure),
      ...lines,
    ].join('\n')
    expect(shown).not.toContain(CANARY)
    expect(shown).not.toContain(JSON.stringify(CANARY).slice(1, -1))
    expect(shown).not.toContain(encodeURIComponent(CANARY))
    expect(shown).not.toContain(CANARY.slice(0, 8))
    expect(shown).not.toMatch(/abcdefgh1234/)
  }
})
