import { getEventListeners } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { type ChatEvent, createVektor, type VektorError } from '../src/index.ts'
import { pause } from '../src/transport/backoff.ts'
import {
  CONVERSATION_ID,
  delta,
  done,
  frame,
  MESSAGE_ID,
  prompt,
  RecordedAnswer,
  start,
} from './support/recorded-answer.ts'
import { type Exchange, startServer } from './support/test-server.ts'

const QUESTION = { model: 'eliza', messages: [{ role: 'user' as const, content: 'Hola' }] }
const ANSWER = new RecordedAnswer('¡Hola! Muy bien — ¿y tú? 👩‍👩‍👧 "comillas"\nuna línea más.')

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** How a response ends too early: by a clean end, or by a broken connection. */
type Cut = { after: number; how: 'end' | 'destroy' }

function sendCut(exchange: Exchange, bytes: Buffer, cut: Cut | undefined): void {
  const response = exchange.beginStream()
  if (!cut || cut.after >= bytes.length) {
    response.end(bytes)
    return
  }
  response.flushHeaders()
  response.write(bytes.subarray(0, cut.after), () => response[cut.how]())
}

/** A server that gives the recorded answer, cutting each response of a client as that client's script says. */
async function startCuttingServer(answer: RecordedAnswer, scripts: Cut[][], pieceLength = 7) {
  const started = new Map<string, string>()
  const played = new Map<string, number>()
  function play(exchange: Exchange, cursor: string | undefined): void {
    const script = String(exchange.headers['x-script'])
    const turn = played.get(script) ?? 0
    played.set(script, turn + 1)
    // Pieces of another size each time: nothing may depend on how the text is cut into events.
    sendCut(exchange, answer.bytes(cursor, pieceLength + turn), scripts[Number(script)]?.[turn])
  }
  const server = await startServer({
    'POST /chat/stream'(exchange) {
      started.set(String(exchange.headers['idempotency-key']), String(exchange.headers['x-script']))
      play(exchange, undefined)
    },
    'GET /chat/stream'(exchange) {
      expect(exchange.query.get('message_id')).toBe(MESSAGE_ID)
      play(exchange, String(exchange.headers['last-event-id']))
    },
  })
  return { server, started }
}

async function readAll(stream: AsyncIterable<ChatEvent>): Promise<ChatEvent[]> {
  const events: ChatEvent[] = []
  for await (const event of stream) events.push(event)
  return events
}

function textOf(events: ChatEvent[]): string {
  return events.map((event) => (event.type === 'delta' ? event.content : '')).join('')
}

/** Runs `work` for each item, some at a time. */
async function inParallel<T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  const queue = items.entries()
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      for (const [index, item] of queue) await work(item, index)
    }),
  )
}

test.each(['end', 'destroy'] as const)(
  'cut at any byte by %s, the text is whole and the question asked once',
  async (how) => {
    const cuts = Array.from({ length: ANSWER.bytes().length }, (_, after) => [{ after, how }])
    const { server, started } = await startCuttingServer(ANSWER, cuts)
    await using _ = server
    await inParallel(cuts, async (_cut, index) => {
      const vektor = createVektor({ baseUrl: server.url, headers: { 'x-script': String(index) } })
      const stream = vektor.chat.stream(QUESTION)
      const events = await readAll(stream)
      expect(textOf(events)).toBe(ANSWER.text)
      expect(events.map(({ type }) => type).filter((type) => type !== 'delta')).toEqual(['message', 'start', 'done'])
      expect(await stream.final()).toMatchObject({ content: ANSWER.text, finishReason: 'stop', messageId: MESSAGE_ID })
    })
    expect(started.size).toBe(cuts.length)
  },
)

test('the question is posted again only if nothing of the answer had come, and never resumed from half an event', async () => {
  const firstFrame = Buffer.byteLength(ANSWER.frames(undefined, 7)[0] ?? '')
  const cuts = [firstFrame - 1, firstFrame].map((after) => [{ after, how: 'end' as const }])
  const { server, started } = await startCuttingServer(ANSWER, cuts)
  await using _ = server
  for (const script of ['0', '1']) {
    await createVektor({ baseUrl: server.url, headers: { 'x-script': script } })
      .chat.stream(QUESTION)
      .final()
  }
  expect(server.asked('POST /chat/stream').map(({ headers }) => headers['x-script'])).toEqual(['0', '0', '1'])
  expect(server.asked('GET /chat/stream').map(({ headers }) => headers['last-event-id'])).toEqual(['1.0.1'])
  expect(started.size).toBe(2)
})

test('any text, cut any number of times, read in any pieces, comes whole', async () => {
  const cut = fc.record({ after: fc.nat(400), how: fc.constantFrom('end', 'destroy') })
  const script = fc.record({
    text: fc.string({ unit: 'grapheme', maxLength: 200 }),
    cuts: fc.array(cut, { maxLength: 4 }),
  })
  await fc.assert(
    fc.asyncProperty(script, fc.integer({ min: 1, max: 20 }), async ({ text, cuts }, pieceLength) => {
      const { server } = await startCuttingServer(new RecordedAnswer(text), [cuts], pieceLength)
      await using _ = server
      const stream = createVektor({ baseUrl: server.url, headers: { 'x-script': '0' } }).chat.stream(QUESTION)
      expect(textOf(await readAll(stream))).toBe(text)
      expect((await stream.final()).content).toBe(text)
    }),
    { numRuns: 25 },
  )
})

test('a truncate event takes back what the server lost, in the events and in the final text', async () => {
  await using server = await startServer({
    'POST /chat/stream'(exchange) {
      const bytes = [prompt('Hola'), start(), delta('Hello world')].map((event, ordinal) =>
        frame(event, { offset: 11, ordinal }),
      )
      sendCut(exchange, Buffer.from(`${bytes.join('')}cut`), { after: Buffer.byteLength(bytes.join('')), how: 'end' })
    },
    'GET /chat/stream'(exchange) {
      const truncate = { type: 'truncate', message_id: MESSAGE_ID, length: 5 }
      const rest = [frame(truncate, { offset: 5, ordinal: 2 }), frame(done('interrupted'), { offset: 5, ordinal: 3 })]
      exchange.beginStream().end(rest.join(''))
    },
  })
  const stream = createVektor({ baseUrl: server.url }).chat.stream(QUESTION)
  const events = await readAll(stream)
  expect(events.map(({ type }) => type)).toEqual(['message', 'start', 'delta', 'truncate', 'done'])
  expect(await stream.final()).toMatchObject({ content: 'Hello', finishReason: 'interrupted' })
})

test('a question whose answer never began is sent again with the same idempotency key and the same body', async () => {
  const failures: ((exchange: Exchange) => void)[] = [
    (exchange) => exchange.drop(),
    (exchange) => exchange.json(502, '<html>bad gateway</html>', { 'content-type': 'text/html' }),
  ]
  await using server = await startServer({
    'POST /chat/stream'(exchange) {
      const fail = failures.shift()
      if (fail) fail(exchange)
      else exchange.beginStream().end(ANSWER.bytes())
    },
  })
  await createVektor({ baseUrl: server.url }).chat.stream(QUESTION).final()
  const posts = server.asked('POST /chat/stream')
  expect(posts).toHaveLength(3)
  expect(new Set(posts.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
  expect(posts.map(({ body }) => JSON.parse(body))).toEqual([QUESTION, QUESTION, QUESTION])
})

test('two questions never share an idempotency key, and yours is used if you give one', async () => {
  await using server = await startServer({
    'POST /chat/stream': (exchange) => void exchange.beginStream().end(ANSWER.bytes()),
  })
  const { chat } = createVektor({ baseUrl: server.url })
  await chat.stream(QUESTION).final()
  await chat.stream(QUESTION).final()
  await chat.stream(QUESTION, { idempotencyKey: 'mine' }).final()
  const keys = server.asked('POST /chat/stream').map(({ headers }) => headers['idempotency-key'])
  expect(new Set(keys).size).toBe(3)
  expect(keys[2]).toBe('mine')
})

test('a server that is not there is told soon, before any answer began', async () => {
  const server = await startServer({})
  const { url } = server
  await server[Symbol.asyncDispose]()
  const began = performance.now()
  await expect(createVektor({ baseUrl: url }).chat.stream(QUESTION).final()).rejects.toMatchObject({ code: 'network' })
  expect(performance.now() - began).toBeLessThan(5_000)
})

test('an answer that began is waited for while its server restarts, and the caller hears of it', async () => {
  let isDown = true
  await using server = await startServer({
    'POST /chat/stream'(exchange) {
      const bytes = ANSWER.bytes()
      sendCut(exchange, bytes, { after: bytes.length - 10, how: 'destroy' })
    },
    'GET /chat/stream'(exchange) {
      if (server.asked('GET /chat/stream').length > 4) isDown = false
      if (isDown) exchange.problem(503, 'draining', { 'retry-after': '0' })
      else exchange.beginStream().end(ANSWER.bytes(String(exchange.headers['last-event-id'])))
    },
  })
  const onConnection = vi.fn()
  const stream = createVektor({ baseUrl: server.url }).chat.stream(QUESTION, { onConnection })
  expect((await stream.final()).content).toBe(ANSWER.text)
  expect(onConnection.mock.calls).toEqual([['lost'], ['resumed']])
})

test('a connection that cannot be had back fails the stream after the time allowed, with what went wrong', async () => {
  await using server = await startServer({
    'POST /chat/stream': (exchange) => sendCut(exchange, ANSWER.bytes(), { after: 900, how: 'destroy' }),
    'GET /chat/stream': (exchange) => exchange.json(502, 'bad gateway', { 'content-type': 'text/plain' }),
  })
  const stream = createVektor({ baseUrl: server.url, reconnectForMs: 300 }).chat.stream(QUESTION)
  await expect(readAll(stream)).rejects.toMatchObject({ code: 'http-error', status: 502 })
  await expect(stream.final()).rejects.toMatchObject({ status: 502 })
})

test('connections that open and break without a word are given up too', async () => {
  await using server = await startServer({
    'POST /chat/stream': (exchange) => sendCut(exchange, ANSWER.bytes(), { after: 900, how: 'destroy' }),
    'GET /chat/stream': (exchange) => sendCut(exchange, ANSWER.bytes(), { after: 3, how: 'end' }),
  })
  const stream = createVektor({ baseUrl: server.url, reconnectForMs: 500 }).chat.stream(QUESTION)
  await expect(stream.final()).rejects.toMatchObject({ code: 'network' })
})

test('a problem that waiting does not help is thrown at once', async () => {
  await using server = await startServer({
    'POST /chat/stream': (exchange) => exchange.problem(503, 'model-unavailable'),
  })
  const failure: VektorError = await createVektor({ baseUrl: server.url })
    .chat.stream(QUESTION)
    .final()
    .catch((error) => error)
  expect(failure).toMatchObject({ code: 'model-unavailable', status: 503 })
  expect(server.requests).toHaveLength(1)
})

test('Retry-After is waited for', async () => {
  const times: number[] = []
  await using server = await startServer({
    'POST /chat/stream'(exchange) {
      times.push(performance.now())
      if (times.length === 1) exchange.problem(503, 'draining', { 'retry-after': '1' })
      else exchange.beginStream().end(ANSWER.bytes())
    },
  })
  await createVektor({ baseUrl: server.url }).chat.stream(QUESTION).final()
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(990)
})

test('45 seconds without a byte are a lost connection, and heartbeats are bytes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
  try {
    const open: ReturnType<Exchange['beginStream']>[] = []
    await using server = await startServer({
      'POST /chat/stream'(exchange) {
        const response = exchange.beginStream()
        open.push(response)
        response.write(ANSWER.frames(undefined, 7).slice(0, 3).join(''))
      },
      'GET /chat/stream'(exchange) {
        exchange.beginStream().end(ANSWER.bytes(String(exchange.headers['last-event-id'])))
      },
    })
    const heartbeatsRead = vi.fn()
    const fetch = (request: Request) => fetchWatched(request, (text) => text.startsWith(':') && heartbeatsRead())
    const onConnection = vi.fn()
    const stream = createVektor({ baseUrl: server.url, fetch }).chat.stream(QUESTION, { onConnection })
    const reading = stream.final()
    await vi.waitFor(() => expect(stream.messageId).toBe(MESSAGE_ID))
    for (const beats of [1, 2, 3, 4]) {
      collectGarbage()
      await vi.advanceTimersByTimeAsync(29_000)
      open[0]?.write(': \n\n')
      await vi.waitFor(() => expect(heartbeatsRead).toHaveBeenCalledTimes(beats))
    }
    expect(onConnection).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(45_000)
    await vi.waitFor(() => expect(onConnection.mock.calls).toEqual([['lost'], ['resumed']]))
    expect((await reading).content).toBe(ANSWER.text)
  } finally {
    vi.useRealTimers()
  }
})

test.each([
  ['aborted before the answer began', 0, (controller: AbortController) => controller.abort()],
  ['aborted', 3, (controller: AbortController) => controller.abort()],
  ['left', 3, (_: AbortController, events: AsyncIterator<unknown>) => void events.return?.()],
])('a connection is let go when the stream is %s, though its request was garbage', async (_, count, leave) => {
  const opened: ServerResponse[] = []
  await using server = await startServer({
    'POST /chat/stream'(exchange) {
      const response = exchange.beginStream()
      opened.push(response)
      if (count > 0) response.write(ANSWER.frames(undefined, 7).slice(0, count).join(''))
    },
  })
  const controller = new AbortController()
  const stream = createVektor({ baseUrl: server.url }).chat.stream(QUESTION, { signal: controller.signal })
  const events = stream[Symbol.asyncIterator]()
  for (let received = 0; received < count; received++) await events.next()
  const rest = stream.final().catch((failure: unknown) => failure)
  for (let turn = 0; turn < 10; turn++) {
    collectGarbage()
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  leave(controller, events)
  await vi.waitFor(() => expect(opened.map(({ closed }) => closed)).toEqual([true]))
  expect(await rest).toMatchObject({ code: 'aborted' })
})

/** The real fetch, telling what of a stream has been read. */
async function fetchWatched(request: Request, onRead: (text: string) => void): Promise<Response> {
  const response = await fetch(request)
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk)
      onRead(new TextDecoder().decode(chunk))
    },
  })
  return new Response(response.body?.pipeThrough(watch) ?? null, response)
}

test('a stream that is let go while it waits to come back leaves nothing that keeps the process from ending', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
  try {
    await using server = await startServer({
      'POST /chat/stream': (exchange) => sendCut(exchange, ANSWER.bytes(), { after: 900, how: 'destroy' }),
    })
    const controller = new AbortController()
    const onConnection = vi.fn()
    const options = { signal: controller.signal, onConnection }
    const stream = createVektor({ baseUrl: server.url }).chat.stream(QUESTION, options)
    const reading = stream.final().catch((failure: unknown) => failure)
    await vi.waitFor(() => expect(onConnection).toHaveBeenCalledWith('lost'))
    expect(vi.getTimerCount()).toBe(1)
    controller.abort()
    expect(await reading).toMatchObject({ code: 'aborted' })
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})

test('a pause leaves its signal as it was', async () => {
  const { signal } = new AbortController()
  await pause(0, signal)
  expect(getEventListeners(signal, 'abort')).toEqual([])
})

test('a stream that goes on where another one was left waits for its server from the beginning', async () => {
  await using server = await startServer({
    'GET /chat/stream'(exchange) {
      if (server.requests.length <= 4) exchange.drop()
      else exchange.beginStream().end(ANSWER.bytes(String(exchange.headers['last-event-id'])))
    },
  })
  const { chat } = createVektor({ baseUrl: server.url })
  const left = {
    conversationId: CONVERSATION_ID,
    messageId: MESSAGE_ID,
    cursor: '1.6.2',
    content: ANSWER.text.slice(0, 6),
  }
  expect((await chat.follow(left).final()).content).toBe(ANSWER.text)
})
