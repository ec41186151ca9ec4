import { expect, test } from 'vitest'
import { type ReceivedEvent, readAllEvents, readEvents, textOf } from '../support/event-stream.ts'
import { startTestServer } from '../support/test-server.ts'
import { ask, JSON_BODY, startTwo } from '../support/two-servers.ts'

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

test('of requests with one idempotency key that reach several servers at once, one is answered and all are told that answer', async () => {
  await using world = await startTwo()
  const { here, live, one, there, upstream } = world
  const key = { 'Idempotency-Key': 'once' }
  const asking = Array.from({ length: 10 }, (_, index) => ask([here, there][index % 2] ?? here, {}, key))
  await live.request
  live.text('Uno. ')
  live.finish()
  const answers = await Promise.all((await Promise.all(asking)).map(readAllEvents))
  expect(answers.map(textOf)).toEqual(Array.from({ length: 10 }, () => 'Uno. '))
  expect(new Set(answers.map((events) => events[0]?.data.message_id)).size).toBe(1)
  expect(upstream.requests).toHaveLength(1)
  await using database = one.database.open()
  expect(await database.read('messages')).toHaveLength(2)
  expect((await ask(there, { messages: [{ role: 'user', content: 'Adiós' }] }, key)).status).toBe(422)
})
