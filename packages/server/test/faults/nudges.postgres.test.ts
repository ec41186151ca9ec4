import { expect, test, vi } from 'vitest'
import { GenerationRepository } from '../../src/modules/chat/index.ts'
import { readAllEvents, textOf } from '../support/event-stream.ts'
import { startListenerGate } from '../support/listener-gate.ts'
import { createTestDatabase } from '../support/test-database.ts'
import type { TestServer } from '../support/test-server.ts'
import { JSON_BODY, receive, startTwo } from '../support/two-servers.ts'

/** Machines that have other things to do are slow; nothing here is ever found by waiting long. */
const SOON = { timeout: 20_000 }

/** Nothing is looked at every now and then: whatever is noticed was nudged. */
function withoutSafetyNet(): Disposable {
  // Not fake timers: those go on whenever `expect.poll` looks.
  const never = () => setTimeout(() => undefined, 2 ** 31 - 1).unref()
  const intervals = vi.spyOn(globalThis, 'setInterval').mockImplementation(never)
  return { [Symbol.dispose]: () => intervals.mockRestore() }
}

/** From when the first stream is open: what was before that is looked at then. */
async function hears(server: TestServer): Promise<void> {
  await expect.poll(() => server.logs.join(''), SOON).toContain('nudges-heard')
}

/** Two servers, one of which can be made deaf to the other. */
async function startTwoWithGate(deaf: 'oneEnv' | 'otherEnv') {
  const database = await createTestDatabase('nudges')
  const gate = await startListenerGate(database.env.VEKTOR_DATABASE_URL ?? '')
  const world = await startTwo({ database, [deaf]: { VEKTOR_DATABASE_URL: gate.url } })
  return {
    ...world,
    gate,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]()
      await gate[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

test('what one server writes is woken up to on the others: its beginning, each piece and its end', async () => {
  using _net = withoutSafetyNet()
  await using world = await startTwo()
  const account = receive(await world.there.fetch('/chat/stream'))
  await hears(world.other)
  const { messageId, ended } = await world.begin()
  const { events } = receive(await world.there.fetch(`/chat/stream?message_id=${messageId}`))
  const texts = () => [textOf(events), textOf(account.events)]
  await expect.poll(texts, SOON).toEqual(['Uno. ', 'Uno. '])
  for (const word of ['Dos. ', 'Tres. ', 'Cuatro. ']) {
    const text = textOf(events) + word
    world.live.text(word)
    await expect.poll(texts, SOON).toEqual([text, text])
  }
  world.live.reasoning('Five?')
  await expect.poll(() => events.at(-1)?.data, SOON).toMatchObject({ type: 'reasoning', content: 'Five?' })
  world.live.finish()
  await ended
  await expect.poll(() => [events, account.events].map((all) => all.at(-1)?.data.type), SOON).toEqual(['done', 'done'])
})

test('whoever signs out on one server has no streams left on the others', async () => {
  using _net = withoutSafetyNet()
  await using world = await startTwo()
  const ended = readAllEvents(await world.there.fetch('/chat/stream'))
  await hears(world.other)
  const body = JSON.stringify({ refresh_token: world.there.refreshToken })
  expect((await world.one.fetch('/auth/logout', { method: 'POST', headers: JSON_BODY, body })).status).toBe(200)
  await ended
})

test('a nudge that was lost with its connection costs nothing: once that is back, everybody looks', async () => {
  using _net = withoutSafetyNet()
  await using world = await startTwoWithGate('otherEnv')
  const { gate, live, other, there } = world
  const account = receive(await there.fetch('/chat/stream'))
  const { messageId, conversationId, ended } = await world.begin()
  const { events } = receive(await there.fetch(`/chat/stream?message_id=${messageId}`))
  await expect.poll(() => textOf(events), SOON).toBe('Uno. ')
  await expect.poll(() => textOf(account.events), SOON).toBe('Uno. ')

  gate.close()
  await expect.poll(() => other.logs.join(''), SOON).toContain('nudges-lost')
  live.text('Dos. ')
  live.finish()
  await ended
  expect(await (await there.fetch(`/chat/history/${conversationId}`)).text()).toContain('Uno. Dos. ')
  // The control: without nudges and without the safety net nobody knows.
  expect(textOf(events)).toBe('Uno. ')
  expect(textOf(account.events)).toBe('Uno. ')

  gate.open()
  for (const received of [events, account.events]) {
    await expect.poll(() => received.at(-1)?.data.type, SOON).toBe('done')
    expect(textOf(received)).toBe('Uno. Dos. ')
  }
})

test('while nothing is heard the tables are looked at all the same, if less often', async () => {
  await using world = await startTwoWithGate('otherEnv')
  const { gate, live, one, there } = world
  gate.close()
  const account = receive(await there.fetch('/chat/stream'))
  const { messageId, ended } = await world.begin()
  const { events } = receive(await there.fetch(`/chat/stream?message_id=${messageId}`))
  live.text('Dos. ')
  live.finish()
  await ended
  for (const received of [events, account.events]) {
    await expect.poll(() => received.at(-1)?.data.type, SOON).toBe('done')
    expect(textOf(received)).toBe('Uno. Dos. ')
  }
  const body = JSON.stringify({ refresh_token: there.refreshToken })
  expect((await one.fetch('/auth/logout', { method: 'POST', headers: JSON_BODY, body })).status).toBe(200)
  await account.ended
})

test('an answer is stopped by its writer at once, and not only when it prolongs its lease', async () => {
  await using world = await startTwoWithGate('oneEnv')
  const { gate, here, live, one, there, upstream } = world
  const answers = [live, ...Array.from({ length: 9 }, () => upstream.live())]
  /** Milliseconds in all that stopping takes, from the server that does not write. */
  const stopSome = async () => {
    let elapsed = 0
    for (let count = 0; count < 5; count += 1) {
      const { conversationId, ended, messageId } = await world.begin(answers.shift())
      // Until then the lease is prolonged, with what is stored.
      await expect.poll(async () => (await there.fetch(`/chat/history/${conversationId}`)).text()).toContain('Uno. ')
      const startedAt = performance.now()
      expect((await there.fetch(`/chat/stream/${messageId}/cancel`, { method: 'POST' })).status).toBe(200)
      elapsed += performance.now() - startedAt
      await ended
    }
    return elapsed
  }
  receive(await here.fetch('/chat/stream'))
  await hears(one)
  const nudged = await stopSome()
  gate.close()
  const unheard = await stopSome()
  expect(nudged).toBeLessThan(unheard / 2)
})

test('a stream with nothing to tell seldom asks the database while nudges are heard, and every second while they are not', async () => {
  await using world = await startTwoWithGate('otherEnv')
  const { gate, one, other } = world
  const looks = vi.spyOn(GenerationRepository.prototype, 'sequencesAfter')
  try {
    gate.close()
    const [hearing, deaf] = [await one.signUp('bob'), await other.signUp('eva')]
    for (const who of [hearing, deaf]) receive(await who.fetch('/chat/stream'))
    await hears(one)
    const count = ({ accountId }: { accountId: string }) => looks.mock.calls.filter(([id]) => id === accountId).length
    looks.mockClear()
    await expect.poll(() => count(deaf), SOON).toBeGreaterThanOrEqual(5)
    expect(count(hearing)).toBeLessThan(count(deaf) / 2)
  } finally {
    looks.mockRestore()
  }
})
