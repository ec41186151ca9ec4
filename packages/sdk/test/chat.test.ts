import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, expectTypeOf, test, vi } from 'vitest'
import {
  type ChatEvent,
  type ChatStream,
  createVektor,
  type FinishReason,
  type Problem,
  type Usage,
  VektorError,
} from '../src/index.ts'
import { createChat } from '../src/stream.ts'
import {
  CONVERSATION_ID,
  delta,
  done,
  failed,
  frame,
  MESSAGE_ID,
  prompt,
  RecordedAnswer,
  start,
} from './support/recorded-answer.ts'
import { type Exchange, startServer } from './support/test-server.ts'

const QUESTION = { model: 'eliza', messages: [{ role: 'user' as const, content: 'Hola' }] }
const ANSWER = new RecordedAnswer('Hola, ¿qué tal?')

function frames(...events: object[]): string {
  return events.map((event, ordinal) => frame(event, { offset: 0, ordinal })).join('')
}

async function typesOf(stream: AsyncIterable<ChatEvent>): Promise<string[]> {
  const types: string[] = []
  for await (const { type } of stream) types.push(type)
  return types
}

/** A server whose answers stay open after these events. */
function startOpenServer(
  onOpen: (exchange: Exchange, response: ReturnType<Exchange['beginStream']>) => void = () => {},
) {
  return startServer({
    'POST /chat/stream'(exchange) {
      const response = exchange.beginStream()
      response.write(frames(prompt('Hola'), start(), delta('Ho')))
      onOpen(exchange, response)
    },
  })
}

test('a stream gives every event in order and then the final message', async () => {
  await using server = await startServer({
    'POST /chat/stream': (exchange) => void exchange.beginStream().end(ANSWER.bytes()),
  })
  const stream = createVektor({ baseUrl: server.url }).chat.stream(QUESTION)
  expect(await typesOf(stream)).toEqual(['message', 'start', 'delta', 'delta', 'delta', 'done'])
  expect(await stream.final()).toEqual({
    conversationId: CONVERSATION_ID,
    messageId: MESSAGE_ID,
    content: ANSWER.text,
    reasoning: '',
    notices: [],
    finishReason: 'stop',
    usage: { prompt_tokens: 6, completion_tokens: 8, total_tokens: 14 },
  })
})

test('waiting for the final message first takes no event away from the loop', async () => {
  await using server = await startServer({
    'POST /chat/stream': (exchange) => void exchange.beginStream().end(ANSWER.bytes()),
  })
  const stream = createVektor({ baseUrl: server.url }).chat.stream(QUESTION)
  await stream.final()
  expect(await typesOf(stream)).toEqual(['message', 'start', 'delta', 'delta', 'delta', 'done'])
})

test('text() gives only the text', async () => {
  await using server = await startServer({
    'POST /chat/stream': (exchange) => void exchange.beginStream().end(ANSWER.bytes()),
  })
  const pieces: string[] = []
  for await (const piece of createVektor({ baseUrl: server.url }).chat.stream(QUESTION).text()) pieces.push(piece)
  expect(pieces.join('')).toBe(ANSWER.text)
})

test('an answer that fails is an event in the loop, and an error from final() and text()', async () => {
  await using server = await startServer({
    'POST /chat/stream': (exchange) =>
      void exchange.beginStream().end(frames(prompt('Hola'), start(), delta('Ho'), failed())),
  })
  const { chat } = createVektor({ baseUrl: server.url })
  const stream = chat.stream(QUESTION)
  expect(await typesOf(stream)).toEqual(['message', 'start', 'delta', 'error'])
  const failure = await stream.final().catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(VektorError)
  expect(failure).toMatchObject({
    code: 'upstream-timeout',
    status: 504,
    message: 'Send your message again.',
    requestId: 'request-1',
  })
  await expect(Array.fromAsync(chat.stream(QUESTION).text())).rejects.toMatchObject({ code: 'upstream-timeout' })
})

test('events of types invented later are passed over, and the cursor moves on past them', async () => {
  const invented = { type: 'hologram', message_id: MESSAGE_ID }
  await using server = await startServer({
    'POST /chat/stream': (exchange) => void exchange.beginStream().end(frames(prompt('Hola'), start(), invented)),
    'GET /chat/stream': (exchange) => void exchange.beginStream().end(frames(done('stop'))),
  })
  expect(await typesOf(createVektor({ baseUrl: server.url }).chat.stream(QUESTION))).toEqual([
    'message',
    'start',
    'done',
  ])
  expect(server.asked('GET /chat/stream')[0]?.headers['last-event-id']).toBe('1.0.2')
})

test('an event that is not JSON fails the stream, and is not asked for again', async () => {
  await using server = await startServer({
    'POST /chat/stream': (exchange) => void exchange.beginStream().end('data: {"type"\n\n'),
  })
  const stream = createVektor({ baseUrl: server.url }).chat.stream(QUESTION)
  await expect(stream.final()).rejects.toMatchObject({ code: 'invalid-response' })
  expect(server.requests).toHaveLength(1)
})

test('a success that is no event stream fails the stream', async () => {
  await using server = await startServer({ 'POST /chat/stream': (exchange) => exchange.json(200, '<html>') })
  const stream = createVektor({ baseUrl: server.url }).chat.stream(QUESTION)
  await expect(typesOf(stream)).rejects.toMatchObject({ code: 'invalid-response' })
})

test('aborting the signal lets go of the stream and cancels nothing', async () => {
  const closed = Promise.withResolvers<void>()
  await using server = await startOpenServer((_exchange, response) => response.on('close', () => closed.resolve()))
  const controller = new AbortController()
  const stream = createVektor({ baseUrl: server.url }).chat.stream(QUESTION, { signal: controller.signal })
  const reading = (async () => {
    for await (const event of stream) if (event.type === 'delta') controller.abort()
  })()
  await expect(reading).rejects.toMatchObject({ code: 'aborted' })
  await expect(stream.final()).rejects.toMatchObject({ code: 'aborted' })
  await closed.promise
  expect(server.requests.map(({ path }) => path)).toEqual(['/chat/stream'])
})

test('nothing of a stream that was left keeps the process from ending', async () => {
  await using server = await startOpenServer((_, response) => response.write(frames(start(), delta('Hola'))))
  const program = `
    import { createVektor } from ${JSON.stringify(new URL('../src/index.ts', import.meta.url).href)}
    const stream = createVektor({ baseUrl: '${server.url}' }).chat.stream(${JSON.stringify(QUESTION)})
    for await (const event of stream) if (event.type === 'delta') break
  `
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore', timeout: 10_000 })
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('leaving the loop closes the connection and cancels nothing', async () => {
  const closed = Promise.withResolvers<void>()
  await using server = await startOpenServer((_exchange, response) => response.on('close', () => closed.resolve()))
  const stream = createVektor({ baseUrl: server.url }).chat.stream(QUESTION)
  for await (const event of stream) if (event.type === 'delta') break
  await closed.promise
  expect(stream.cursor).toBe('1.0.2')
  await expect(stream.final()).rejects.toMatchObject({ code: 'aborted' })
  expect(server.requests).toHaveLength(1)
})

test('stop() cancels the answer, and the stream ends with what there is of it', async () => {
  const responses: ReturnType<Exchange['beginStream']>[] = []
  await using server = await startOpenServer((_exchange, response) => responses.push(response))
  server.routes['POST /chat/stream/{message_id}/cancel'] = (exchange) => {
    responses[0]?.end(frames(done('cancelled')))
    exchange.json(200, { id: MESSAGE_ID })
  }
  const stream = createVektor({ baseUrl: server.url }).chat.stream(QUESTION)
  await stream.stop()
  expect(await stream.final()).toMatchObject({ content: 'Ho', finishReason: 'cancelled' })
  expect(server.requests[1]?.path).toBe(`/chat/stream/${MESSAGE_ID}/cancel`)
})

test('a cancel whose answer was lost is asked for again', async () => {
  const isFirst = () => server.requests.length === 1
  await using server = await startServer({
    'POST /chat/stream/{message_id}/cancel': (exchange) =>
      isFirst() ? exchange.drop() : exchange.json(200, { id: MESSAGE_ID }),
  })
  expect((await createVektor({ baseUrl: server.url }).chat.cancel(MESSAGE_ID)).id).toBe(MESSAGE_ID)
})

test('stopping an answer that has ended asks nothing', async () => {
  await using server = await startServer({
    'POST /chat/stream': (exchange) => void exchange.beginStream().end(ANSWER.bytes()),
  })
  const stream = createVektor({ baseUrl: server.url }).chat.stream(QUESTION)
  await stream.final()
  await stream.stop()
  expect(server.requests).toHaveLength(1)
})

test('an answer is followed by its conversation, by its id, or from where another stream was left', async () => {
  await using server = await startServer({
    'GET /chat/stream': (exchange) =>
      void exchange.beginStream().end(ANSWER.bytes(exchange.headers['last-event-id']?.toString())),
  })
  const { chat } = createVektor({ baseUrl: server.url })
  const left = {
    conversationId: CONVERSATION_ID,
    messageId: MESSAGE_ID,
    cursor: '1.6.2',
    content: ANSWER.text.slice(0, 6),
  }
  for (const target of [{ conversationId: CONVERSATION_ID }, { messageId: MESSAGE_ID }, left]) {
    expect((await chat.follow(target).final()).content).toBe(ANSWER.text)
  }
  const asked = server.requests.map(({ query, headers }) => [query.toString(), headers['last-event-id']])
  const byId = `message_id=${MESSAGE_ID}`
  expect(asked).toEqual([
    [`conversation_id=${CONVERSATION_ID}`, undefined],
    [byId, undefined],
    [byId, '1.6.2'],
  ])
})

test('where nothing is being written there is nothing to follow', async () => {
  await using server = await startServer({ 'GET /chat/stream': (exchange) => exchange.json(204, undefined) })
  const stream = createVektor({ baseUrl: server.url }).chat.follow({ conversationId: CONVERSATION_ID })
  expect(await typesOf(stream)).toEqual([])
  await expect(stream.final()).rejects.toMatchObject({ code: 'nothing-to-follow' })
})

test('following everything goes on past the end of an answer and past lost connections', async () => {
  const batches = [frames(start(), done('stop')), frames(start(), delta('más'))]
  await using server = await startServer({
    'GET /chat/stream': (exchange) => void exchange.beginStream().end(batches.shift() ?? ''),
  })
  const seen: string[] = []
  const feed = createVektor({ baseUrl: server.url }).chat.followAll({ cursor: 'a0' })
  for await (const event of feed) {
    seen.push(event.type)
    if (event.type === 'delta') break
  }
  expect(seen).toEqual(['start', 'done', 'start', 'delta'])
  expect(feed.cursor).toBe('1.0.1')
  expect(server.requests.map(({ query, headers }) => [query.size, headers['last-event-id']])).toEqual([
    [0, 'a0'],
    [0, '1.0.1'],
  ])
})

test('following everything goes on from where it began, even if the connection was lost before anything came', async () => {
  const batches = ['id: 3.0.9\n\n', frames(delta('más'))]
  await using server = await startServer({
    'GET /chat/stream': (exchange) => void exchange.beginStream().end(batches.shift() ?? ''),
  })
  for await (const _ of createVektor({ baseUrl: server.url }).chat.followAll()) break
  expect(server.requests.map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '3.0.9'])
})

test('following everything can wait for a server longer than the client does for an answer', async () => {
  const batches = [frames(start()), undefined, undefined, frames(delta('más'))]
  await using server = await startServer({
    'GET /chat/stream'(exchange) {
      const batch = batches.shift()
      if (batch === undefined) exchange.json(502, 'bad gateway', { 'content-type': 'text/plain' })
      else exchange.beginStream().end(batch)
    },
  })
  const { chat } = createVektor({ baseUrl: server.url, reconnectForMs: 0 })
  for await (const event of chat.followAll({ reconnectForMs: Number.POSITIVE_INFINITY })) {
    if (event.type === 'delta') break
  }
  expect(server.requests).toHaveLength(4)
})

test('following everything waits as long as the client does, where it is told nothing else', async () => {
  const batches = [frames(start())]
  await using server = await startServer({
    'GET /chat/stream': (exchange) => void exchange.beginStream().end(batches.shift() ?? ''),
  })
  const { chat } = createVektor({ baseUrl: server.url, reconnectForMs: 0 })
  await expect(typesOf(chat.followAll({ reconnectForMs: undefined }))).rejects.toMatchObject({ code: 'network' })
  expect(server.requests).toHaveLength(1)
})

test('a feed is ready when the server has said where it begins, and what comes then is in it', async () => {
  const opened = Promise.withResolvers<ReturnType<Exchange['beginStream']>>()
  await using server = await startServer({
    'GET /chat/stream'(exchange) {
      const response = exchange.beginStream()
      response.flushHeaders()
      opened.resolve(response)
    },
  })
  const feed = createVektor({ baseUrl: server.url }).chat.followAll()
  const onReady = vi.fn()
  const ready = feed.ready().then(onReady)
  const response = await opened.promise
  await new Promise<void>((resolve) => response.write(': heartbeat\n\n', () => resolve()))
  expect(onReady).not.toHaveBeenCalled()
  response.write('id: 3.0.9\n\n')
  await ready
  response.write(frames(start(), delta('más')))
  const seen: string[] = []
  for await (const { type } of feed) {
    seen.push(type)
    if (type === 'delta') break
  }
  expect(seen).toEqual(['start', 'delta'])
})

test('a feed that there will be none of is as ready as it gets, and one with a cursor is ready at once', async () => {
  await using server = await startServer({ 'GET /chat/stream': (exchange) => exchange.problem(401, 'unauthorized') })
  const { chat } = createVektor({ baseUrl: server.url })
  await chat.followAll({ cursor: 'a0' }).ready()
  const feed = chat.followAll()
  await feed.ready()
  await expect(typesOf(feed)).rejects.toMatchObject({ status: 401 })
})

test('the final message holds what its reader should know', async () => {
  const notice = { type: 'notice', message_id: MESSAGE_ID, code: 'images-left-out', detail: 'An image was left out.' }
  await using server = await startServer({
    'POST /chat/stream': (exchange) => void exchange.beginStream().end(frames(start(), notice, done('stop'))),
  })
  const { notices } = await createVektor({ baseUrl: server.url }).chat.stream(QUESTION).final()
  expect(notices).toEqual([notice])
})

test('the stream entry streams with a token that its fetch adds', async () => {
  await using server = await startServer({
    'POST /chat/stream': (exchange) => void exchange.beginStream().end(ANSWER.bytes()),
  })
  const chat = createChat({
    baseUrl: `${server.url}/`,
    fetch(request) {
      request.headers.set('authorization', 'Bearer mine')
      return fetch(request)
    },
  })
  expect((await chat.stream(QUESTION).final()).content).toBe(ANSWER.text)
  expect(server.requests[0]?.headers.authorization).toBe('Bearer mine')
})

test('the type of an event tells its fields', () => {
  expectTypeOf<ChatEvent['type']>().toEqualTypeOf<
    'message' | 'start' | 'delta' | 'reasoning' | 'notice' | 'truncate' | 'done' | 'error'
  >()
  expectTypeOf<Extract<ChatEvent, { type: 'delta' }>['content']>().toEqualTypeOf<string>()
  expectTypeOf<Extract<ChatEvent, { type: 'truncate' }>['length']>().toEqualTypeOf<number>()
  expectTypeOf<Extract<ChatEvent, { type: 'done' }>['finish_reason']>().toEqualTypeOf<FinishReason>()
  expectTypeOf<Extract<ChatEvent, { type: 'done' }>['usage']>().toEqualTypeOf<Usage | undefined>()
  expectTypeOf<Extract<ChatEvent, { type: 'error' }>['problem']>().toEqualTypeOf<Problem>()
  expectTypeOf<ChatStream>().toExtend<AsyncIterable<ChatEvent>>()
})

test('what cannot be asked does not compile', () => {
  const { chat } = createVektor({
    baseUrl: 'http://127.0.0.1:1',
    fetch: () => Promise.reject(new Error('never asked')),
  })
  // @ts-expect-error: messages are missing
  chat.stream({ model: 'eliza' })
  // @ts-expect-error: no such role
  chat.stream({ model: 'eliza', messages: [{ role: 'robot', content: 'Hola' }] })
  // @ts-expect-error: the rest of an answer needs to know which answer
  chat.follow({ cursor: '1.0.2' })
})
