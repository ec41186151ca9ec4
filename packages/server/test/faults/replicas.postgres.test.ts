import { expect, test } from 'vitest'
import { type ReceivedEvent, readAllEvents, readEvents, textOf } from '../support/event-stream.ts'
import { FakeUpstream } from '../support/fake-upstream.ts'
import { startServerProcess } from '../support/server-process.ts'
import { type SignedIn, signIn } from '../support/sign-up.ts'
import { startTestServer } from '../support/test-server.ts'

const JSON_BODY = { 'Content-Type': 'application/json' }

function ask(who: SignedIn, more: object = {}): Promise<Response> {
  return who.fetch('/chat/stream', {
    method: 'POST',
    headers: JSON_BODY,
    body: JSON.stringify({ model: 'gpt-4-stream', messages: [{ role: 'user', content: 'Hola' }], ...more }),
  })
}

/** Two servers on one database, ana signed in on both, and an answer that has begun on the first. */
async function startTwo() {
  const upstream = await FakeUpstream.start()
  const live = upstream.live()
  const env = { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: upstream.baseUrl }
  const one = await startTestServer({ env })
  const other = await startTestServer({ env, beside: one })
  const here = await one.signUp('ana')
  const there = await other.signIn('ana')
  return {
    here,
    live,
    one,
    other,
    there,
    /** Begins an answer on the first server; `events` grows as the asker receives it. */
    async begin() {
      const events: ReceivedEvent[] = []
      const response = await ask(here)
      const ended = (async () => {
        for await (const event of readEvents(response)) events.push(event)
      })()
      await live.request
      live.text('Uno. ')
      await expect.poll(() => textOf(events)).toBe('Uno. ')
      const { message_id: messageId, conversation_id: conversationId } = events[0]?.data ?? {}
      return { ended, events, messageId, conversationId }
    },
    async [Symbol.asyncDispose]() {
      live.close()
      await other[Symbol.asyncDispose]()
      await one[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
    },
  }
}

test('an answer can be followed on a server that does not write it, to its end, and resumed there', async () => {
  await using world = await startTwo()
  const { live, there } = world
  const { ended, events, messageId, conversationId } = await world.begin()
  const [byMessage, byConversation, resumed] = await Promise.all([
    there.fetch(`/chat/stream?message_id=${messageId}`),
    there.fetch(`/chat/stream?conversation_id=${conversationId}`),
    there.fetch(`/chat/stream?message_id=${messageId}`, { headers: { 'Last-Event-ID': events.at(-1)?.id ?? '' } }),
  ])
  const following = Promise.all([byMessage, byConversation, resumed].map(readAllEvents))
  live.text('Dos. ')
  await expect.poll(() => textOf(events)).toBe('Uno. Dos. ')
  live.finish()
  await ended
  const [whole, same, rest] = await following
  expect(textOf(whole ?? [])).toBe('Uno. Dos. ')
  expect(textOf(same ?? [])).toBe('Uno. Dos. ')
  expect(textOf(rest ?? [])).toBe('Dos. ')
  expect(whole?.at(-1)).toEqual(events.at(-1))
  expect(rest?.at(-1)).toEqual(events.at(-1))
  expect((await there.fetch(`/chat/stream?conversation_id=${conversationId}`)).status).toBe(204)
})

test('whoever follows the account sees what any server writes', async () => {
  await using world = await startTwo()
  const { live, there } = world
  const received: ReceivedEvent[] = []
  const response = await there.fetch('/chat/stream')
  const following = (async () => {
    for await (const event of readEvents(response)) {
      if (event.data.type === 'done') return received
      received.push(event)
    }
    return received
  })()
  const { messageId } = await world.begin()
  live.finish()
  expect(textOf(await following)).toBe('Uno. ')
  expect(received.find(({ data }) => data.type === 'start')?.data.message_id).toBe(messageId)
})

test('an answer is stopped on whichever server runs it, and keeps its text', async () => {
  await using world = await startTwo()
  const { ended, events, messageId } = await world.begin()
  const started = performance.now()
  const cancelled = await world.there.fetch(`/chat/stream/${messageId}/cancel`, { method: 'POST' })
  expect(await cancelled.json()).toMatchObject({ content: 'Uno. ', status: 'cancelled' })
  expect(performance.now() - started).toBeLessThan(5_000)
  await ended
  expect(events.at(-1)?.data).toMatchObject({ type: 'done', finish_reason: 'cancelled' })
})

test('a conversation that one server answers is busy on the others', async () => {
  await using world = await startTwo()
  const { messageId, conversationId } = await world.begin()
  const busy = await ask(world.there, { conversation_id: conversationId })
  expect(busy.status).toBe(409)
  expect(await busy.json()).toMatchObject({ message_id: messageId })
})

test('an account that is deleted on one server ends its answers on the others', async () => {
  await using world = await startTwo()
  const { ended } = await world.begin()
  expect((await world.there.fetch('/users/me', { method: 'DELETE' })).status).toBe(204)
  await ended
  await using database = world.one.database.open()
  for (const table of ['accounts', 'messages', 'generations', 'generation_segments', 'sessions']) {
    expect(await database.read(table), table).toEqual([])
  }
})

test('signed out on one server, everywhere: open streams end within moments', async () => {
  await using one = await startTestServer()
  await using other = await startTestServer({ beside: one })
  await one.signUp('ana')
  const there = await other.signIn('ana')
  const ended = readAllEvents(await there.fetch('/chat/stream'))
  const body = JSON.stringify({ refresh_token: there.refreshToken })
  expect((await one.fetch('/auth/logout', { method: 'POST', headers: JSON_BODY, body })).status).toBe(200)
  await ended
  expect((await there.fetch('/users/me')).status).toBe(401)
})

test('when a server is killed another one ends its answers as interrupted, with the text that was stored', async () => {
  await using upstream = await FakeUpstream.start()
  const live = upstream.live()
  const env = { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: upstream.baseUrl }
  await using one = await startServerProcess({ env })
  await using other = await startServerProcess({ env, beside: one })
  const ana = await one.signUp('ana')
  const there = await signIn(other.fetch, 'ana')
  const response = await ask(ana)
  expect(response.status).toBe(200)
  const received: ReceivedEvent[] = []
  const reading = (async () => {
    for await (const event of readEvents(response)) received.push(event)
  })().catch(() => undefined)
  await live.request
  live.text('Uno. ')
  await expect.poll(() => textOf(received)).toBe('Uno. ')
  const following = readAllEvents(await there.fetch(`/chat/stream?message_id=${received[0]?.data.message_id}`))
  // What was only sent dies with the server.
  const path = `/chat/history/${received[0]?.data.conversation_id}`
  await expect.poll(async () => (await there.fetch(path)).text()).toContain('Uno. ')
  const killed = performance.now()
  one.kill('SIGKILL')
  await reading
  const followed = await following
  expect(performance.now() - killed).toBeLessThan(8_000)
  expect(textOf(followed)).toBe('Uno. ')
  expect(followed.at(-1)?.data).toMatchObject({ type: 'done', finish_reason: 'interrupted' })
  live.close()
})
