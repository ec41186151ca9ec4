import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ReceivedEvent, readAllEvents, readEvents, textOf } from '../support/event-stream.ts'
import { answer, FakeUpstream, fail, type LiveAnswer } from '../support/fake-upstream.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { tablesMentioning } from '../support/stored-rows.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const ANSWER = 'Érase una vez 👩‍👩‍👧 "una" gata\nque \\ hablaba — y nadie la oía.'

let upstream: FakeUpstream
let server: TestServer
let ana: SignedIn & { accountId: string }

beforeAll(async () => {
  upstream = await FakeUpstream.start()
  upstream.always(answer(ANSWER, { pieces: 3 }))
  server = await startTestServer({ env: { OPENAI_API_KEY: 'sk-canary-1234567890', OPENAI_BASE_URL: upstream.baseUrl } })
  ana = await server.signUp('ana')
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
})

function send(who: SignedIn, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const request = { model: 'gpt-4-stream', messages: [{ role: 'user', content: 'Cuéntame un cuento.' }], ...body }
  return who.fetch('/chat/stream', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(request),
  })
}

function follow(
  who: SignedIn,
  query: Record<string, string>,
  cursor?: string,
  signal?: AbortSignal,
): Promise<Response> {
  return who.fetch(`/chat/stream?${new URLSearchParams(query)}`, {
    headers: { ...(cursor !== undefined && { 'Last-Event-ID': cursor }) },
    ...(signal && { signal }),
  })
}

/** An answer that the test writes, up to its `start`. */
async function begin(
  who: SignedIn,
  body: object = {},
): Promise<{ live: LiveAnswer; response: Response; id: string; conversation: string }> {
  const live = upstream.live()
  const response = await send(who, body)
  await live.request
  const [reader, copy] = response.body?.tee() ?? []
  const copied = new Response(copy ?? null, response)
  for await (const { data } of readEvents(new Response(reader ?? null, response))) {
    if (data.type === 'start')
      return { live, response: copied, id: data.message_id, conversation: String(data.conversation_id) }
  }
  throw new Error('The answer did not start.')
}

test('what came before and after a cut at any event makes up the stored text exactly', async () => {
  const whole = await readAllEvents(await send(ana, {}))
  const id = whole[0]?.data.message_id ?? ''
  expect(textOf(whole)).toBe(ANSWER)
  for (const [index, { id: cursor }] of whole.entries()) {
    const response = await follow(ana, { message_id: id }, cursor)
    if (index === whole.length - 1) {
      expect(response.status, 'at the last event there is nothing left').toBe(204)
      continue
    }
    const rest = await readAllEvents(response)
    expect(textOf([...whole.slice(0, index + 1), ...rest])).toBe(ANSWER)
    expect(rest.at(-1)?.data.type).toBe('done')
  }
})

test('cut off at any byte and resumed as often as it takes, a stream comes whole', async () => {
  const bytes = Buffer.from(await (await send(ana, {})).arrayBuffer())
  const id = /"message_id":"([^"]+)"/.exec(bytes.toString())?.[1] ?? ''
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { minLength: 1, maxLength: 6 }), async (cuts) => {
      const received: ReceivedEvent[] = []
      for (const cut of cuts) {
        const cursor = received.at(-1)?.id
        if (cursor === undefined && received.length === 0) {
          received.push(...(await readAllEvents(new Response(bytes.subarray(0, cut)))))
          continue
        }
        const response = await follow(ana, { message_id: id }, cursor)
        if (response.status === 204) break
        const rest = Buffer.from(await response.arrayBuffer()).subarray(0, cut)
        received.push(...(await readAllEvents(new Response(rest))))
      }
      if (received.length === 0) return
      const last = await follow(ana, { message_id: id }, received.at(-1)?.id)
      if (last.status === 200) received.push(...(await readAllEvents(last)))
      expect(textOf(received)).toBe(ANSWER)
      expect(received.filter(({ data }) => data.type !== 'delta').map(({ data }) => data.type)).toEqual([
        'message',
        'start',
        'done',
      ])
    }),
    { numRuns: 40 },
  )
})

test('the request, a follower of the message, one of the conversation and one of the account receive the same', async () => {
  const leaving = new AbortController()
  const account = readEvents(await follow(ana, {}, undefined, leaving.signal))
  const { live, response, id, conversation } = await begin(ana)
  const [byMessage, byConversation] = await Promise.all([
    follow(ana, { message_id: id }),
    follow(ana, { conversation_id: conversation }),
  ])
  const everybody = [response, byMessage, byConversation].map(readAllEvents)
  for (const piece of ['Uno, ', 'dos, ', 'tres.']) live.text(piece)
  live.finish('stop', { prompt_tokens: 1, completion_tokens: 3, total_tokens: 4 })
  live.end()
  const seen: ReceivedEvent[] = []
  for await (const event of account) {
    seen.push(event)
    if (event.data.type === 'done') break
  }
  leaving.abort()
  for (const events of [...(await Promise.all(everybody)), seen]) {
    expect(textOf(events)).toBe('Uno, dos, tres.')
    expect(events.at(-1)?.data).toMatchObject({ finish_reason: 'stop', usage: { total_tokens: 4 } })
    expect(new Set(events.map(({ data }) => data.message_id))).toEqual(new Set([id]))
  }
})

test('an answer that its client leaves is finished and stored', async () => {
  const live = upstream.live()
  const leaving = new AbortController()
  const events = readEvents(
    await ana.fetch('/chat/stream', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4-stream', messages: [{ role: 'user', content: 'Hola' }] }),
      signal: leaving.signal,
    }),
  )
  const { value } = await events.next()
  leaving.abort()
  await live.request
  live.text('Nobody listens.')
  live.finish()
  live.end()
  const path = `/chat/history/${value?.data.conversation_id}`
  await expect
    .poll(async () => (await ana.fetch(path)).json())
    .toMatchObject({
      messages: [{ content: 'Hola' }, { content: 'Nobody listens.', status: 'completed' }],
    })
})

test('two prompts at once in one conversation: one is answered, the other is told which answer runs', async () => {
  const { live, response, id, conversation } = await begin(ana)
  const refused = await send(ana, { conversation_id: conversation })
  expect(refused.status).toBe(409)
  expect(await refused.json()).toMatchObject({ type: '/problems/conversation-busy', message_id: id })
  live.finish()
  live.end()
  await readAllEvents(response)
})

test('a retry with the same Idempotency-Key attaches to the answer, from its beginning; another body is refused', async () => {
  const before = upstream.requests.length
  const key = { 'Idempotency-Key': 'once-only' }
  const [one, other] = await Promise.all([
    send(ana, {}, key).then(readAllEvents),
    send(ana, {}, key).then(readAllEvents),
  ])
  const later = await readAllEvents(await send(ana, {}, key))
  expect([textOf(one), textOf(other), textOf(later)]).toEqual([ANSWER, ANSWER, ANSWER])
  expect(new Set([one, other, later].map((events) => events[0]?.data.message_id)).size).toBe(1)
  expect(upstream.requests.length - before).toBe(1)
  const mismatch = await send(ana, { temperature: 1 }, key)
  expect(mismatch.status).toBe(422)
  expect(await mismatch.json()).toMatchObject({ type: '/problems/idempotency-mismatch' })
  const someoneElse = await server.signUp('someone-with-the-same-key')
  const theirs = await readAllEvents(await send(someoneElse, {}, key))
  expect(theirs[0]?.data.message_id).not.toBe(one[0]?.data.message_id)
})

test('cancelling stops the upstream and keeps the partial text, for whoever follows and in the history', async () => {
  const { live, response, id, conversation } = await begin(ana)
  const { closed } = await live.request
  live.text('Hasta aquí')
  const events: ReceivedEvent[] = []
  for await (const event of readEvents(response)) {
    events.push(event)
    if (event.data.type === 'delta') {
      const cancelled = await ana.fetch(`/chat/stream/${id}/cancel`, { method: 'POST' })
      expect(await cancelled.json()).toMatchObject({
        id,
        content: 'Hasta aquí',
        status: 'cancelled',
        finish_reason: 'cancelled',
      })
    }
  }
  await closed
  expect(events.at(-1)?.data).toMatchObject({ type: 'done', finish_reason: 'cancelled' })
  const again = await ana.fetch(`/chat/stream/${id}/cancel`, { method: 'POST' })
  expect(again.status).toBe(200)
  const history = await (await ana.fetch(`/chat/history/${conversation}`)).json()
  expect(history).toMatchObject({ messages: [{}, { content: 'Hasta aquí', status: 'cancelled' }] })
})

test("someone else's stream, conversation, message and cursor are as good as none", async () => {
  const bob = await server.signUp('bob')
  const { live, response, id, conversation } = await begin(ana)
  for (const refused of [
    await follow(bob, { message_id: id }),
    await follow(bob, { conversation_id: conversation }),
    await send(bob, { conversation_id: conversation }),
    await bob.fetch(`/chat/stream/${id}/cancel`, { method: 'POST' }),
    await bob.fetch(`/chat/history/${conversation}`),
    await bob.fetch(`/chat/history/${conversation}`, { method: 'DELETE' }),
  ]) {
    expect(refused.status).toBe(404)
    await refused.body?.cancel()
  }
  live.finish()
  live.end()
  const cursor = (await readAllEvents(response))[0]?.id
  expect((await follow(bob, {}, cursor)).status).toBe(422)
})

test('a stream closes within a second of its session ending, and the answer goes on', async () => {
  const username = 'somebody-who-signs-out'
  const device = await server.signUp(username)
  const other = await server.signIn(username)
  const { live, response, conversation } = await begin(device)
  const account = await follow(device, {})
  const ended = Promise.all([readAllEvents(response), readAllEvents(account)]).then(() => performance.now())
  const loggedOutAt = performance.now()
  await server.fetch('/auth/logout', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ refresh_token: device.refreshToken }),
  })
  expect((await ended) - loggedOutAt).toBeLessThan(1_000)
  expect((await follow(device, {})).status).toBe(401)
  live.text('Still here.')
  live.finish()
  live.end()
  await expect
    .poll(async () => (await other.fetch(`/chat/history/${conversation}`)).json())
    .toMatchObject({
      messages: [{}, { content: 'Still here.', status: 'completed' }],
    })
})

test('the cookie is good for following and for nothing else', async () => {
  const headers = { Cookie: ana.cookie }
  const stream = await server.fetch('/chat/stream', { headers })
  expect(stream.status).toBe(200)
  await stream.body?.cancel()
  for (const [method, path] of [
    ['GET', '/users/me'],
    ['GET', '/chat/history'],
    ['DELETE', '/users/me'],
    ['POST', '/chat/stream'],
  ] as const) {
    expect((await server.fetch(path, { method, headers })).status).toBe(401)
  }
})

test('there is nothing to follow where nothing runs, and cursors from elsewhere are refused', async () => {
  const events = await readAllEvents(await send(ana, {}))
  const { message_id: id, conversation_id: conversation = '' } = events[0]?.data ?? {}
  expect((await follow(ana, { message_id: String(id) })).status).toBe(204)
  expect((await follow(ana, { conversation_id: conversation })).status).toBe(204)
  for (const cursor of ['x', '1.2', '999999.0.0', '1.0.0,1.0.0']) {
    const response = await follow(ana, { message_id: String(id) }, cursor)
    expect(response.status, cursor).toBe(422)
    expect(await response.json()).toMatchObject({ type: '/problems/invalid-cursor' })
  }
  const both = await follow(ana, { message_id: String(id), conversation_id: conversation })
  expect(both.status).toBe(422)
})

test('an upstream that fails is an error event, kept with the message, and tells nobody the key', async () => {
  upstream.will(fail(401, { body: { error: { message: 'Incorrect API key provided: sk-canary-1234567890.' } } }))
  const events = await readAllEvents(await send(ana, {}))
  const last = events.at(-1)?.data
  expect(last).toMatchObject({ type: 'error', problem: { type: '/problems/upstream-rejected', status: 502 } })
  const history = await (await ana.fetch(`/chat/history/${events[0]?.data.conversation_id}`)).text()
  expect(JSON.parse(history).messages[1]).toMatchObject({ status: 'failed', error: last?.problem })
  expect(JSON.stringify(events) + history + server.logs.join('')).not.toContain('sk-canary')
})

test('history comes in pages that lead to each other, newest first, and whole without a limit', async () => {
  const carol = await server.signUp('carol')
  for (let index = 0; index < 5; index += 1) await readAllEvents(await send(carol, {}))
  const all = await idsOf(await carol.fetch('/chat/history'))
  const paged: string[] = []
  for (let next: string | undefined = '/chat/history?limit=2'; next !== undefined; ) {
    const response: Response = await carol.fetch(next)
    next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
    paged.push(...(await idsOf(response)))
  }
  expect(all).toHaveLength(5)
  expect(paged).toEqual(all)
  expect((await carol.fetch('/chat/history?limit=2&cursor=x')).status).toBe(422)
  expect((await carol.fetch('/chat/history?limit=0')).status).toBe(422)
})

test('a conversation is renamed, and goes on with what was said', async () => {
  const [{ data } = { data: { conversation_id: '' } }] = await readAllEvents(await send(ana, {}))
  const path = `/chat/history/${data.conversation_id}`
  const headers = { 'Content-Type': 'application/json' }
  const renamed = await ana.fetch(path, { method: 'PATCH', headers, body: '{ "title": "Gatas" }' })
  expect(await renamed.json()).toMatchObject({ title: 'Gatas', message_count: 2 })
  await readAllEvents(await send(ana, { conversation_id: data.conversation_id }))
  expect(upstream.requests.at(-1)?.body.messages?.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
  expect(await (await ana.fetch(path)).json()).toMatchObject({ title: 'Gatas' })
})

test('a deleted account leaves no row behind, whatever it was doing', async () => {
  const dora = await server.signUp('dora')
  await readAllEvents(await send(dora, {}, { 'Idempotency-Key': 'mine' }))
  const { response } = await begin(dora)
  const ended = readAllEvents(response)
  const words = [dora.accountId, 'dora']
  await using database = server.database.open()
  expect(await tablesMentioning(database, words)).toEqual(expect.arrayContaining(['accounts', 'messages', 'sessions']))
  expect((await dora.fetch('/users/me', { method: 'DELETE' })).status).toBe(204)
  await ended
  expect(await tablesMentioning(database, words)).toEqual([])
})

async function idsOf(response: Response): Promise<string[]> {
  const list: { id: string }[] = JSON.parse(await response.text())
  return list.map(({ id }) => id)
}
