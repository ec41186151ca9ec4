import { expect, test } from 'vitest'
import { type ReceivedEvent, readEvents, textOf } from '../support/event-stream.ts'
import { FakeUpstream } from '../support/fake-upstream.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'

const PATIENT = { timeout: 20_000 }

/** An answer of which "Uno. " has come, to whoever asked for it. */
async function answering() {
  const upstream = await FakeUpstream.start()
  const live = upstream.live()
  const server = await startServerProcess({ env: { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: upstream.baseUrl } })
  const ana = await server.signUp('ana')
  const leaving = new AbortController()
  const response = await ana.fetch('/chat/stream', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4-stream', messages: [{ role: 'user', content: 'Hola' }] }),
    signal: leaving.signal,
  })
  const events: ReceivedEvent[] = []
  const read = async () => {
    for await (const event of readEvents(response)) events.push(event)
  }
  const ended = read().catch(() => undefined)
  await live.request
  live.text('Uno. ')
  await expect.poll(() => textOf(events), PATIENT).toBe('Uno. ')
  return {
    ended,
    events,
    leave: () => leaving.abort(),
    live,
    server,
    /** As administrators are told. */
    async countStreams(): Promise<number> {
      return JSON.parse(await (await ana.fetch('/api/status')).text()).active_streams
    },
    async stored() {
      const shown = await ana.fetch(`/chat/history/${events[0]?.data.conversation_id}`)
      const { messages }: { messages: { content: string; status: string }[] } = JSON.parse(await shown.text())
      return messages.at(-1)
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
    },
  }
}

async function stop(server: ServerProcess): Promise<void> {
  server.kill('SIGTERM')
  await server.event('draining')
}

test('an answer goes to its end, is told and stored (the control)', async () => {
  await using world = await answering()
  const { ended, events, live } = world
  expect(await world.countStreams()).toBe(1)
  live.text('Dos.')
  live.finish()
  await ended
  expect(textOf(events)).toBe('Uno. Dos.')
  expect(events.at(-1)?.data).toMatchObject({ type: 'done', finish_reason: 'stop' })
  expect(await world.stored()).toMatchObject({ content: 'Uno. Dos.', status: 'completed' })
})

test('an answer whose reader leaves in the middle of it goes to the same end, and is stored', async () => {
  await using world = await answering()
  const { ended, events, live } = world
  world.leave()
  await ended
  await expect.poll(() => world.countStreams(), PATIENT).toBe(0)
  live.text('Dos.')
  live.finish()
  await expect.poll(() => world.stored(), PATIENT).toMatchObject({ content: 'Uno. Dos.', status: 'completed' })
  expect(textOf(events)).toBe('Uno. ')
})

test('an answer whose server is told to end in the middle of it goes to the same end, is told and stored', async () => {
  await using world = await answering()
  const { ended, events, live, server } = world
  await stop(server)
  live.text('Dos.')
  live.finish()
  await ended
  expect(textOf(events)).toBe('Uno. Dos.')
  expect(events.at(-1)?.data).toMatchObject({ type: 'done', finish_reason: 'stop' })
  expect(await server.ended).toMatchObject({ code: 0 })
  await server.start()
  expect(await world.stored()).toMatchObject({ content: 'Uno. Dos.', status: 'completed' })
})
