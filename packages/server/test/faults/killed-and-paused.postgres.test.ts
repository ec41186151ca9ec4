import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openChatFixture } from '../support/chat-fixture.ts'
import { DATABASE_FAULTS } from '../support/database-faults.ts'
import { type ReceivedEvent, readAllEvents, textOf } from '../support/event-stream.ts'
import { FakeUpstream } from '../support/fake-upstream.ts'
import { startServerProcess } from '../support/server-process.ts'
import { signIn } from '../support/sign-up.ts'
import { ask, receive } from '../support/two-servers.ts'

/** Two processes on one database, and an answer that the first is writing, of which "Uno. " is stored. */
async function startTwoProcesses(startOne = (env: Record<string, string>) => startServerProcess({ env })) {
  const upstream = await FakeUpstream.start()
  const live = upstream.live()
  const env = { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: upstream.baseUrl }
  const one = await startOne(env)
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
    here,
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

/** A machine that has other things to do takes its time. */
const PATIENT = { timeout: 20_000 }

const REQUEST = { model: 'scripted', messages: [{ role: 'user' as const, content: 'Hola' }] }

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
  const { asked, here, live, one } = world
  const account = receive(await here.fetch('/chat/stream'))
  await expect.poll(() => textOf(account.events)).toBe('Uno. ')
  const release = await one.database.block()
  live.text('Nunca. ')
  await expect.poll(() => textOf(account.events)).toBe('Uno. Nunca. ')
  one.kill('SIGSTOP')
  await release()
  const following = readAllEvents(await world.follow())
  const followed = await following
  expect(textOf(followed)).toBe('Uno. ')
  expect(followed.at(-1)?.data).toMatchObject(INTERRUPTED)
  const before = await world.stored()
  live.text('Dos. ')
  live.finish()
  one.kill('SIGCONT')
  // Whoever follows this answer asks again; whoever follows the account is told.
  await asked.ended
  await expect.poll(() => account.events.at(-1)?.data, PATIENT).toMatchObject(INTERRUPTED)
  expect(account.events.at(-2)?.data).toMatchObject({ type: 'truncate', length: 5 })
  expect(textOf(account.events)).toBe('Uno. ')
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
  await chat.start(ana, REQUEST, { requestId: '' })
  await chat.start(bob, REQUEST, { requestId: '' })
  await database.write('generations').update({ writer: 'dead', lease_expires_at: 0 })
  const halted = await database.write.transaction()
  await halted('generations').where({ owner_id: ana }).forUpdate()
  const other = fixture.openChat()
  expect(await other.recover()).toBe(1)
  await halted.rollback()
  expect(await other.recover()).toBe(1)
})

test('while nobody can write to a whole table, nobody takes the answers of those who wait for it too', async () => {
  await using fixture = await openChatFixture()
  const { ana, block, chat, database, model } = fixture
  const log = await chat.start(ana, REQUEST, { requestId: '' })
  const other = fixture.openChat()
  const release = await block()
  const looksDead = () => database.read('generations').whereRaw(`lease_expires_at < ${database.dialect.now}`)
  await expect.poll(looksDead, PATIENT).toHaveLength(1)
  const recovering = other.recover().catch((error: unknown) => error)
  // Whoever waits for the table goes on together with them.
  const outcome = await Promise.race([recovering, delay(2_000, 'It waits.')])
  await release()
  expect(outcome).toMatchObject({ code: 'database-unavailable' })
  model.say('Still here.')
  model.finish()
  await expect.poll(() => log.ending, PATIENT).toMatchObject({ type: 'done', finishReason: 'stop' })
})

test.each(DATABASE_FAULTS.map((fault) => [fault.name, fault] as const))(
  'servers that live take nothing from each other after a database that was %s',
  { timeout: 120_000 },
  async (_, fault) => {
    await using world = await startTwoProcesses((env) => fault.start(env))
    const { asked, live, one } = world
    for (const word of ['Dos. ', 'Tres. ']) {
      const end = await fault.begin(one)
      live.text(word)
      // Some leases.
      await delay(8_000)
      await end()
      await expect.poll(() => world.stored(), PATIENT).toContain(word)
    }
    live.finish()
    await asked.ended
    expect(asked.events.at(-1)?.data).toMatchObject({ type: 'done', finish_reason: 'stop' })
    expect(await world.stored()).toContain('Uno. Dos. Tres. ')
  },
)

test('whoever follows an answer on the server that ends it for a dead one is woken', async () => {
  await using fixture = await openChatFixture()
  const { ana, chat, database } = fixture
  const { identity } = await chat.start(ana, REQUEST, { requestId: '' })
  await database.write('generations').update({ writer: 'dead', lease_expires_at: 0 })
  let looks = 0
  using _ = database.nudges.listen('answers', identity.messageId, () => {
    looks += 1
  })
  await expect.poll(() => database.nudges.isHearing, PATIENT).toBe(true)
  const before = looks
  await fixture.openChat().recover()
  expect(looks).toBe(before + 1)
})
