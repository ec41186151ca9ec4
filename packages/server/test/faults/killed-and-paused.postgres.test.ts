import { expect, test } from 'vitest'
import { openChatFixture } from '../support/chat-fixture.ts'
import { type ReceivedEvent, readAllEvents, textOf } from '../support/event-stream.ts'
import { FakeUpstream } from '../support/fake-upstream.ts'
import { startServerProcess } from '../support/server-process.ts'
import { signIn } from '../support/sign-up.ts'
import { ask, receive } from '../support/two-servers.ts'

/** Two processes on one database, and an answer that the first is writing, of which "Uno. " is stored. */
async function startTwoProcesses() {
  const upstream = await FakeUpstream.start()
  const live = upstream.live()
  const env = { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: upstream.baseUrl }
  const one = await startServerProcess({ env })
  const other = await startServerProcess({ env, beside: one })
  const here = await one.signUp('ana')
  const there = await signIn(other.fetch, 'ana')
  const asked = receive(await ask(here))
  await live.request
  live.text('Uno. ')
  await expect.poll(() => textOf(asked.events)).toBe('Uno. ')
  const { message_id: messageId, conversation_id: conversationId } = asked.events[0]?.data ?? {}
  const stored = async () => (await there.fetch(`/chat/history/${conversationId}`)).text()
  await expect.poll(stored).toContain('Uno. ')
  return {
    asked,
    live,
    one,
    other,
    stored,
    there,
    /** What a viewer is told on the second server, who has received `events` before. */
    follow(events: readonly ReceivedEvent[] = []) {
      const cursor = events.at(-1)?.id
      const headers: Record<string, string> = cursor === undefined ? {} : { 'Last-Event-ID': cursor }
      return there.fetch(`/chat/stream?message_id=${messageId}`, { headers })
    },
    async [Symbol.asyncDispose]() {
      await other[Symbol.asyncDispose]()
      await one[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
    },
  }
}

const INTERRUPTED = { type: 'done', finish_reason: 'interrupted' }

test('when a server is killed another one ends its answers as interrupted, with the text that was stored', async () => {
  await using world = await startTwoProcesses()
  const following = readAllEvents(await world.follow())
  const account = receive(await world.there.fetch('/chat/stream'))
  const killed = performance.now()
  world.one.kill('SIGKILL')
  await world.asked.ended
  const followed = await following
  expect(performance.now() - killed).toBeLessThan(8_000)
  expect(textOf(followed)).toBe('Uno. ')
  expect(followed.at(-1)?.data).toMatchObject(INTERRUPTED)
  await expect.poll(() => account.events.at(-1)?.data).toMatchObject(INTERRUPTED)
  const rest = await readAllEvents(await world.follow(world.asked.events))
  expect(rest.map(({ data }) => data.type)).toEqual(['done'])
})

test('who has received more of a killed server than was stored is told how much holds', async () => {
  await using world = await startTwoProcesses()
  const { asked, live, one } = world
  const release = await one.database.block()
  live.text('Dos. ')
  await expect.poll(() => textOf(asked.events)).toBe('Uno. Dos. ')
  one.kill('SIGKILL')
  await asked.ended
  await release()
  const rest = await readAllEvents(await world.follow(asked.events))
  expect(rest.map(({ data }) => data)).toMatchObject([{ type: 'truncate', length: 5 }, INTERRUPTED])
  expect(textOf([...asked.events, ...rest])).toBe('Uno. ')
  expect(await world.stored()).not.toContain('Dos. ')
})

test('a writer that was only paused finds itself fenced off when it comes back, and writes nothing', async () => {
  await using world = await startTwoProcesses()
  const { asked, live, one } = world
  const following = readAllEvents(await world.follow())
  one.kill('SIGSTOP')
  const followed = await following
  expect(textOf(followed)).toBe('Uno. ')
  expect(followed.at(-1)?.data).toMatchObject(INTERRUPTED)
  const before = await world.stored()
  live.text('Dos. ')
  live.finish()
  one.kill('SIGCONT')
  // It tells its viewers nothing more of it: they ask again.
  await asked.ended
  const rest = await readAllEvents(await world.follow(asked.events))
  expect(textOf([...asked.events, ...rest])).toBe('Uno. ')
  expect(asked.events.at(-1)?.data.type).not.toBe('done')
  expect(rest.at(-1)?.data).toMatchObject(INTERRUPTED)
  expect(await world.stored()).toBe(before)
  await using database = one.database.open()
  expect(await database.read('generation_segments')).toEqual([])
})

test('a writer that was paused for less than its lease goes on as if nothing had been', async () => {
  await using world = await startTwoProcesses()
  const { asked, live, one } = world
  const following = readAllEvents(await world.follow())
  one.kill('SIGSTOP')
  live.text('Dos. ')
  one.kill('SIGCONT')
  live.finish()
  await asked.ended
  expect(asked.events.at(-1)?.data).toMatchObject({ type: 'done', finish_reason: 'stop' })
  expect(textOf(await following)).toBe('Uno. Dos. ')
})

test('a dead writer whose answer is still locked holds up no other answer of the dead', async () => {
  await using fixture = await openChatFixture()
  const { ana, bob, chat, database } = fixture
  const request = { model: 'scripted', messages: [{ role: 'user' as const, content: 'Hola' }] }
  await chat.start(ana, request, { requestId: '' })
  await chat.start(bob, request, { requestId: '' })
  await database.write('generations').update({ writer: 'dead', lease_expires_at: 0 })
  const halted = await database.write.transaction()
  await halted('generations').where({ owner_id: ana }).forUpdate()
  const other = fixture.openChat()
  expect(await other.recover()).toBe(1)
  await halted.rollback()
  expect(await other.recover()).toBe(1)
})
