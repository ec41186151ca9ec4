import { expect, test, vi } from 'vitest'
import { type ChatFixture, openChatFixture } from '../../../test/support/chat-fixture.ts'
import { DIALECT } from '../../../test/support/test-database.ts'
import { AppError } from '../../app-error.ts'
import type { Database } from '../../database/database.ts'
import type { ChatRequest } from './chat-request.ts'
import type { GenerationLog, LogEvent } from './generation-log.ts'
import { followOne } from './log-viewer.ts'
import { GenerationRepository } from './repository.ts'

/** A writer that has nothing to store looks once a second whether its answer is still its own. */
const PATIENT = { timeout: 10_000 }

const START = { sequence: 0, offset: 0, ordinal: 0, reasoning: 0 }

function ask(content: string, more: Partial<ChatRequest> = {}): ChatRequest {
  return { model: 'scripted', messages: [{ role: 'user', content }], ...more }
}

function start(fixture: ChatFixture, request: ChatRequest, idempotencyKey?: string): Promise<GenerationLog> {
  return fixture.chat.start(fixture.ana, request, { requestId: 'request-1', idempotencyKey })
}

/** What a viewer receives, from the first event to the last. */
async function receive(log: GenerationLog): Promise<LogEvent[]> {
  const events: LogEvent[] = []
  for await (const { event } of followOne(log, START, AbortSignal.timeout(20_000), (reading) => reading))
    events.push(event)
  return events
}

function textOf(events: readonly LogEvent[]): string {
  return events.map((event) => (event.type === 'delta' ? event.content : '')).join('')
}

async function stored({ conversations, ana }: ChatFixture, log: GenerationLog) {
  const { messages } = await conversations.get(ana, log.identity.conversationId)
  return messages.at(-1)
}

test('an answer is stored as it was sent, with its usage, whoever watches', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  fixture.model.say('Buenos ')
  fixture.model.say('días.')
  fixture.model.finish()
  const [one, other] = await Promise.all([receive(log), receive(log)])
  expect(textOf(one)).toBe('Buenos días.')
  expect(textOf(other)).toBe('Buenos días.')
  expect(one.filter(({ type }) => type !== 'delta').map(({ type }) => type)).toEqual(['message', 'start', 'done'])
  expect(await stored(fixture, log)).toMatchObject({
    content: 'Buenos días.',
    status: 'completed',
    finishReason: 'stop',
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  })
})

/** Another server takes the writer for dead. A shared database has leases that say so, and the writer may be quicker. */
async function takeFromDead({ database }: ChatFixture, other: ChatFixture['chat']): Promise<void> {
  await expect
    .poll(async () => {
      await database.write('generations').update({ lease_expires_at: 0 })
      return other.recover()
    })
    .toBe(1)
}

test('the prompt is stored before the model is asked', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  await expect.poll(() => fixture.model.requests.length).toBe(1)
  const { messages } = await fixture.conversations.get(fixture.ana, log.identity.conversationId)
  expect(messages).toMatchObject([
    { role: 'user', content: 'Hola', status: 'completed' },
    { role: 'assistant', content: '', status: 'in_progress' },
  ])
})

test('an answer that nobody follows is finished and stored', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  fixture.model.say('Nobody is here.')
  fixture.model.finish()
  await expect.poll(() => stored(fixture, log)).toMatchObject({ content: 'Nobody is here.', status: 'completed' })
})

test('the text of a running answer reaches the database in pieces, each written once', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  fixture.model.say('One. ')
  await expect.poll(() => stored(fixture, log)).toMatchObject({ content: 'One. ', status: 'in_progress' })
  fixture.model.say('Two.')
  await expect.poll(() => stored(fixture, log)).toMatchObject({ content: 'One. Two.', status: 'in_progress' })
  const segments = await fixture.database.read('generation_segments').orderBy('start').select('start', 'content')
  expect(segments).toEqual([
    { start: 0, content: 'One. ' },
    { start: 5, content: 'Two.' },
  ])
  fixture.model.finish()
  await receive(log)
  expect(await fixture.database.read('generation_segments')).toEqual([])
})

test('a flood of tokens is written at most ten times a second', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  const began = performance.now()
  for (let token = 0; token < 300; token += 1) {
    fixture.model.say('token ')
    await new Promise((resolve) => setTimeout(resolve, 3))
  }
  await expect.poll(() => stored(fixture, log).then((message) => message?.content.length)).toBe(1800)
  const seconds = (performance.now() - began) / 1000
  const segments = await fixture.database.read('generation_segments').count<{ n: number }[]>({ n: '*' })
  expect(segments[0]?.n).toBeGreaterThan(1)
  expect(segments[0]?.n).toBeLessThanOrEqual(Math.ceil(seconds * 10))
})

test('the end is told only when it is stored', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  fixture.model.say('Hola.')
  fixture.model.finish()
  for await (const { event } of followOne(log, START, AbortSignal.timeout(20_000), (reading) => reading)) {
    if (event.type === 'done') expect(await stored(fixture, log)).toMatchObject({ status: 'completed' })
  }
})

test('cancelling keeps the partial text, and again changes nothing', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  fixture.model.say('Once upon')
  await expect.poll(() => log.length).toBe(9)
  const message = await fixture.chat.cancel(fixture.ana, log.identity.messageId)
  expect(message).toMatchObject({ content: 'Once upon', status: 'cancelled', finishReason: 'cancelled' })
  expect(await fixture.chat.cancel(fixture.ana, log.identity.messageId)).toEqual(message)
  expect((await receive(log)).at(-1)).toMatchObject({ type: 'done', finishReason: 'cancelled' })
})

test("someone else's answer can neither be cancelled nor followed", async () => {
  await using fixture = await openChatFixture()
  const { identity } = await start(fixture, ask('Hola'))
  const { bob, chat } = fixture
  await expect(chat.cancel(bob, identity.messageId)).rejects.toMatchObject({ code: 'message-not-found' })
  await expect(chat.follow(bob, { messageId: identity.messageId })).rejects.toMatchObject({ code: 'message-not-found' })
  await expect(chat.follow(bob, { conversationId: identity.conversationId })).rejects.toMatchObject({
    code: 'conversation-not-found',
  })
  await expect(chat.start(bob, ask('Hi', { conversationId: identity.conversationId }), { requestId: '' }))
    .rejects //
    .toMatchObject({ code: 'conversation-not-found' })
})

test("who names someone else's conversation or account stops nothing in it", async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  const deleting = fixture.conversations.delete(fixture.bob, log.identity.conversationId)
  await expect(deleting).rejects.toMatchObject({ code: 'conversation-not-found' })
  await fixture.chat.endAll(fixture.bob)
  fixture.model.say('Still here.')
  fixture.model.finish()
  expect((await receive(log)).at(-1)).toMatchObject({ type: 'done', finishReason: 'stop' })
})

test('what a provider throws because it was told to stop is no failure, and the log is not told', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  await expect.poll(() => fixture.model.requests.length).toBe(1)
  fixture.model.throwsWhenStopped = new AppError('upstream-failed', 'The connection was closed.')
  await fixture.chat.cancel(fixture.ana, log.identity.messageId)
  expect((await receive(log)).at(-1)).toMatchObject({ type: 'done', finishReason: 'cancelled' })
  expect(fixture.logs).toEqual([])
})

test('a model that fails ends its answer with the reason, and the conversation goes on', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  fixture.model.say('Half')
  fixture.model.fail(new AppError('upstream-timeout', 'Send your message again.'))
  const failure = { code: 'upstream-timeout', detail: 'Send your message again.', requestId: 'request-1' }
  expect((await receive(log)).at(-1)).toEqual({ type: 'error', failure })
  expect(await stored(fixture, log)).toMatchObject({ content: 'Half', status: 'failed', failure })
  const next = await start(fixture, ask('And now?', { conversationId: log.identity.conversationId }))
  fixture.model.finish()
  expect((await receive(next)).at(-1)).toMatchObject({ type: 'done' })
})

test('what nobody foresaw tells the reader nothing but the request id', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  fixture.model.fail(new TypeError('secret internals'))
  const last = (await receive(log)).at(-1)
  expect(last).toMatchObject({ failure: { code: 'internal-error', requestId: 'request-1' } })
  expect(JSON.stringify(last)).not.toContain('secret internals')
  expect(fixture.logs).toMatchObject([
    { level: 50, msg: 'generation-failed', request_id: 'request-1', err: { message: 'secret internals' } },
  ])
})

test('an upstream that breaks off leaves an incomplete answer', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  fixture.model.say('To be conti')
  fixture.model.break()
  expect((await receive(log)).at(-1)).toMatchObject({ type: 'done', finishReason: 'incomplete' })
  expect(await stored(fixture, log)).toMatchObject({ content: 'To be conti', status: 'incomplete' })
})

test('a model sees the instructions and the branch, without answers that say nothing', async () => {
  await using fixture = await openChatFixture()
  const first = await start(fixture, ask('One', { system: 'Be brief.', temperature: 0.5, maxTokens: 9 }))
  fixture.model.break()
  await receive(first)
  const second = await start(fixture, ask('Two', { conversationId: first.identity.conversationId }))
  fixture.model.say('2')
  fixture.model.finish()
  await receive(second)
  await start(fixture, ask('Three', { conversationId: first.identity.conversationId }))
  await expect.poll(() => fixture.model.requests.length).toBe(3)
  expect(fixture.model.requests[0]).toEqual({
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'One' },
    ],
    temperature: 0.5,
    maxTokens: 9,
  })
  expect(fixture.model.requests[2]?.messages.map(({ content }) => content)).toEqual([
    'Be brief.',
    'One',
    'Two',
    '2',
    'Three',
  ])
})

test('a conversation answers one prompt at a time, and says which', async () => {
  await using fixture = await openChatFixture()
  const running = await start(fixture, ask('One'))
  const { conversationId, messageId } = running.identity
  const both = await Promise.allSettled([
    start(fixture, ask('Two', { conversationId })),
    start(fixture, ask('Three', { conversationId })),
  ])
  for (const outcome of both) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'conversation-busy', messageId } })
  }
  fixture.model.finish()
  await receive(running)
  const again = await Promise.allSettled([
    start(fixture, ask('Two', { conversationId })),
    start(fixture, ask('Three', { conversationId })),
  ])
  expect(again.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
})

test('a request sent twice at once with one key is answered once', async () => {
  await using fixture = await openChatFixture()
  const logs = await Promise.all(Array.from({ length: 10 }, () => start(fixture, ask('Hola'), 'key')))
  expect(new Set(logs).size).toBe(1)
  fixture.model.say('Once.')
  fixture.model.finish()
  await Promise.all(logs.map(receive))
  const later = await start(fixture, ask('Hola'), 'key')
  expect(textOf(await receive(later))).toBe('Once.')
  expect(fixture.model.requests).toHaveLength(1)
})

test('an account that asks much at once does not hold up the others', async () => {
  await using fixture = await openChatFixture()
  let stored = 0
  const many = Array.from({ length: 30 }, async () => {
    await start(fixture, ask('palabra '.repeat(10_000)))
    stored += 1
  })
  await fixture.chat.start(fixture.bob, ask('Hola'), { requestId: 'request-2' })
  expect(stored).toBeLessThan(15)
  await Promise.all(many)
})

test('nothing is begun any more for an account that is being deleted', async () => {
  await using fixture = await openChatFixture()
  await fixture.database.write('accounts').where({ id: fixture.ana }).update({ deleted_at: 1 })
  await expect(start(fixture, ask('Hola'))).rejects.toMatchObject({ code: 'unauthorized' })
})

test('a key is bound to its body, to its account, and to a day', async () => {
  await using fixture = await openChatFixture()
  const { ana, bob, chat, clock } = fixture
  const first = await start(fixture, ask('Hola'), 'key')
  await expect(start(fixture, ask('Adiós'), 'key')).rejects.toMatchObject({ code: 'idempotency-mismatch' })
  const other = await chat.start(bob, ask('Adiós'), { requestId: '', idempotencyKey: 'key' })
  expect(other.identity.messageId).not.toBe(first.identity.messageId)
  await chat.cancel(ana, first.identity.messageId)
  clock.now += 24 * 3_600_000 + 1
  const next = await start(fixture, ask('Adiós'), 'key')
  expect(next.identity.messageId).not.toBe(first.identity.messageId)
  clock.now += 1_000
  await chat.sweep()
  expect(await start(fixture, ask('Adiós'), 'key')).toBe(next)
  expect(await fixture.database.read('idempotency_keys').pluck('message_id')).toEqual([next.identity.messageId])
})

test('a key whose answer was deleted starts anew', async () => {
  await using fixture = await openChatFixture()
  const first = await start(fixture, ask('Hola'), 'key')
  await fixture.conversations.delete(fixture.ana, first.identity.conversationId)
  expect((await start(fixture, ask('Hola'), 'key')).identity.messageId).not.toBe(first.identity.messageId)
})

test('a writer that was fenced off writes nothing more and lets its viewers go', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  fixture.model.say('Before. ')
  await expect.poll(() => stored(fixture, log)).toMatchObject({ content: 'Before. ' })
  await takeFromDead(fixture, fixture.openChat())
  fixture.model.say('After.')
  const events = await receive(log)
  expect(events.at(-1)).not.toMatchObject({ type: 'done' })
  expect(await stored(fixture, log)).toMatchObject({ content: 'Before. ', status: 'interrupted' })
  expect(await fixture.chat.recover()).toBe(0)
})

test('no writer takes its own answers for dead, however long the database could not be written', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  fixture.model.say('Still here.')
  await fixture.database.write('generations').update({ lease_expires_at: 0 })
  expect(await fixture.chat.recover()).toBe(0)
  fixture.model.finish()
  expect(textOf(await receive(log))).toBe('Still here.')
  expect(await stored(fixture, log)).toMatchObject({ content: 'Still here.', status: 'completed' })
})

test('a writer whose epoch has passed writes nothing more', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  await fixture.database.write('generations').increment('epoch', 1)
  fixture.model.say('Too late.')
  await receive(log)
  expect(log.isAbandoned).toBe(true)
  expect(await fixture.database.read('generation_segments')).toEqual([])
})

test('a writer whose model is silent goes on saying that it lives', async () => {
  await using fixture = await openChatFixture()
  await start(fixture, ask('Hola'))
  const lease = () => fixture.database.read('generations').first('lease_expires_at')
  const before = await lease()
  await expect.poll(lease, { timeout: 5_000 }).not.toEqual(before)
})

test('what one answer cannot store does not hold up the others, and what was stored of it is kept', async () => {
  await using fixture = await openChatFixture()
  await fixture.database.write.raw('CREATE UNIQUE INDEX no_echo ON generation_segments (content)')
  const bad = await start(fixture, ask('Bad'))
  fixture.model.say('Hola.')
  await expect.poll(() => stored(fixture, bad)).toMatchObject({ content: 'Hola.' })
  const good = await fixture.chat.start(fixture.bob, ask('Good'), { requestId: '' })
  await expect.poll(() => fixture.model.requests.length).toBe(2)
  fixture.model.say('Hola.')
  fixture.model.say('Good.')
  await expect.poll(() => stored(fixture, bad)).toMatchObject({ content: 'Hola.', status: 'interrupted' })
  fixture.model.finish()
  expect((await receive(good)).at(-1)).toMatchObject({ type: 'done', finishReason: 'stop' })
  expect(fixture.logs).toMatchObject([{ msg: 'answer-given-up', message_id: bad.identity.messageId }])
})

/** Nothing can say how this answer ended: its words are in the way of themselves. */
async function makeEndless(
  { database }: ChatFixture,
  { conversationId, messageId, ownerId }: GenerationLog['identity'],
) {
  await database.write.raw('CREATE UNIQUE INDEX only_one ON message_search (message_id)')
  const ids = { message_id: messageId, conversation_id: conversationId, owner_id: ownerId }
  await database.write('message_search').insert({ ...ids, words: '' })
}

test('an answer that can neither be stored nor given up does not hold up the others', async () => {
  await using fixture = await openChatFixture()
  const bad = await start(fixture, ask('Bad'))
  await makeEndless(fixture, bad.identity)
  const good = await fixture.chat.start(fixture.bob, ask('Good'), { requestId: '' })
  await expect.poll(() => fixture.model.requests.length).toBe(2)
  for (const word of ['Hola', 'Hola']) fixture.model.say(word)
  await expect.poll(() => stored(fixture, bad)).toMatchObject({ content: 'Hola' })
  for (let each = 0; each < 2; each += 1) fixture.model.finish()
  expect((await receive(good)).at(-1)).toMatchObject({ type: 'done', finishReason: 'stop' })
  expect((await receive(bad)).at(-1)).not.toMatchObject({ type: 'done' })
  expect(fixture.logs.map(({ msg }) => msg)).toEqual(['answer-given-up', 'answer-not-interrupted'])
})

test('an answer of the dead that cannot be ended holds up no other, and is reported once', async () => {
  await using fixture = await openChatFixture()
  const bad = await start(fixture, ask('Bad'))
  const good = await fixture.chat.start(fixture.bob, ask('Good'), { requestId: '' })
  await expect.poll(() => fixture.model.requests.length).toBe(2)
  for (const word of ['Hola', 'Hola']) fixture.model.say(word)
  for (const { identity } of [bad, good]) {
    const message = () => fixture.conversations.get(identity.ownerId, identity.conversationId)
    await expect.poll(async () => (await message()).messages.at(-1)?.content).toBe('Hola')
  }
  await makeEndless(fixture, bad.identity)
  const other = fixture.openChat()
  await takeFromDead(fixture, other)
  await expect.poll(() => good.isAbandoned, PATIENT).toBe(true)
  await fixture.database.write('generations').update({ lease_expires_at: 0 })
  expect(await other.recover()).toBe(0)
  expect(fixture.logs).toMatchObject([{ level: 50, msg: 'answer-not-recovered', message_id: bad.identity.messageId }])
})

test('an ending that was stored is told, though nobody heard that its transaction was committed', async () => {
  await using fixture = await openChatFixture()
  const { database } = fixture
  const log = await start(fixture, ask('Hola'))
  fixture.model.say('Buenos días.')
  await expect.poll(() => stored(fixture, log)).toMatchObject({ content: 'Buenos días.' })
  const transaction: Database['transaction'] = database.transaction.bind(database)
  let lost = 0
  database.transaction = async (work) => {
    const result = await transaction(work)
    const ended = await database.read('generations').where({ state: 'ended' }).first()
    lost += ended ? 1 : 0
    if (lost === 1) throw new AppError('database-unavailable', 'The connection was lost.')
    return result
  }
  fixture.model.finish()
  expect((await receive(log)).at(-1)).toMatchObject({ type: 'done', finishReason: 'stop' })
  expect(lost).toBeGreaterThan(1)
  expect(await stored(fixture, log)).toMatchObject({ content: 'Buenos días.', status: 'completed' })
})

test('a writer that gives up an answer which another server has ended leaves it as it is', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  fixture.model.say('Before. ')
  await expect.poll(() => stored(fixture, log)).toMatchObject({ content: 'Before. ' })
  await takeFromDead(fixture, fixture.openChat())
  const fault = new TypeError('Nobody foresaw this.')
  vi.spyOn(fixture.database, 'transaction').mockRejectedValueOnce(fault).mockRejectedValueOnce(fault)
  await expect.poll(() => log.isAbandoned, PATIENT).toBe(true)
  expect(fixture.logs.map(({ msg }) => msg)).toEqual(['answer-given-up'])
  expect(await stored(fixture, log)).toMatchObject({ content: 'Before. ', status: 'interrupted' })
})

test('a cursor of the server that writes is good on one that is a moment behind', async () => {
  await using fixture = await openChatFixture()
  const { ana, model } = fixture
  const log = await start(fixture, ask('Hola'))
  const { conversationId, messageId, sequence } = log.identity
  const behind = fixture.openChat()
  const follow = (cursor: string) => behind.follow(ana, { messageId, cursor })
  model.say('Uno. ')
  await expect.poll(() => stored(fixture, log)).toMatchObject({ content: 'Uno. ' })
  expect((await follow(`${sequence}.0.0`))?.log.length).toBe(5)
  model.notify('aside', 'You should know.')
  await expect.poll(() => log.eventCount).toBe(3)
  expect((await follow(`${sequence}.5.3`))?.from).toMatchObject({ ordinal: 3 })
  model.finish()
  await receive(log)
  expect(await follow(`${sequence}.5.4`)).toBeUndefined()
  await expect(follow(`${sequence}.5.5`)).rejects.toMatchObject({ code: 'invalid-cursor' })
  expect(await behind.follow(ana, { conversationId, cursor: `${sequence}.5.4` })).toBeUndefined()
  await behind.drain(0)
})

test('an answer that is deleted while the account begins to be followed is no reason not to follow the others', async () => {
  await using fixture = await openChatFixture()
  const { ana, openChat } = fixture
  const kept = await start(fixture, ask('Kept'))
  const deleted = await start(fixture, ask('Deleted'))
  const other = openChat()
  const list = vi.spyOn(GenerationRepository.prototype, 'listRunning')
  try {
    list.mockImplementationOnce(async function (this: GenerationRepository, ...which) {
      const running = await this.listRunning(...which)
      await fixture.conversations.delete(ana, deleted.identity.conversationId)
      return running
    })
    const running = await other.generationsOf(ana).running()
    // On SQLite there are no others to ask.
    const expected = DIALECT === 'sqlite' ? [] : [kept.identity.messageId]
    expect(running.map(({ identity }) => identity.messageId)).toEqual(expected)
  } finally {
    list.mockRestore()
  }
})

test('an upstream that never ends is ended, and what it said until then is kept', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  for (let piece = 0; piece < 5; piece += 1) fixture.model.say('x'.repeat(1_000_000))
  expect((await receive(log)).at(-1)).toMatchObject({ finishReason: 'length' })
  expect((await stored(fixture, log))?.content.length).toBe(log.length)
})

test('instructions sent later replace those of before', async () => {
  await using fixture = await openChatFixture()
  const first = await start(fixture, ask('One', { system: 'Be brief.' }))
  fixture.model.finish()
  await receive(first)
  await start(fixture, ask('Two', { conversationId: first.identity.conversationId, system: 'Be long.' }))
  await expect.poll(() => fixture.model.requests[1]?.messages[0]).toEqual({ role: 'system', content: 'Be long.' })
})

test('after a crash an answer is interrupted with the text that was stored, and whoever had seen more is told', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  const { messageId, sequence } = log.identity
  fixture.model.say('Stored. ')
  await expect.poll(() => stored(fixture, log)).toMatchObject({ content: 'Stored. ' })
  const restarted = fixture.openChat()
  await takeFromDead(fixture, restarted)
  const cursor = `${sequence}.20.2`
  const followed = await restarted.follow(fixture.ana, { messageId, cursor })
  const events: LogEvent[] = []
  if (followed) {
    for await (const { event } of followOne(
      followed.log,
      followed.from,
      AbortSignal.timeout(5_000),
      (reading) => reading,
    ))
      events.push(event)
  }
  expect(events).toEqual([
    { type: 'truncate', length: 8, reasoningLength: 0 },
    { type: 'done', finishReason: 'interrupted', usage: null },
  ])
})

test('following says nothing when there is nothing to follow, and refuses cursors of elsewhere', async () => {
  await using fixture = await openChatFixture()
  const { ana, chat, model } = fixture
  const one = await start(fixture, ask('One'))
  const { conversationId, messageId, sequence } = one.identity
  expect((await chat.follow(ana, { conversationId }))?.log).toBe(one)
  expect((await chat.follow(ana, { messageId, cursor: `${sequence}.0.1` }))?.from).toEqual({
    sequence,
    offset: 0,
    ordinal: 1,
    reasoning: 0,
  })
  model.finish()
  await receive(one)
  expect(await chat.follow(ana, { conversationId })).toBeUndefined()
  expect(await chat.follow(ana, { messageId })).toBeUndefined()
  expect(await chat.follow(ana, { conversationId, cursor: `${sequence}.0.3` })).toBeUndefined()
  expect(await chat.follow(ana, { messageId, cursor: `${sequence}.0.2` })).toBeDefined()
  const two = await start(fixture, ask('Two'))
  for (const target of [
    { messageId, cursor: `${two.identity.sequence}.0.1` },
    { messageId, cursor: `${sequence}.0.4` },
    { conversationId, cursor: `${two.identity.sequence}.0.1` },
    { conversationId, cursor: '99.0.0' },
    { messageId: two.identity.messageId, cursor: `${two.identity.sequence}.0.3` },
  ]) {
    await expect(chat.follow(ana, target)).rejects.toMatchObject({ code: 'invalid-cursor' })
  }
})

test('what is not to be kept is listed nowhere and gone ten minutes after its answer', async () => {
  await using fixture = await openChatFixture()
  const { ana, chat, clock, conversations, database } = fixture
  const log = await start(fixture, ask('Secret', { store: false }), 'key')
  const { conversationId } = log.identity
  fixture.model.say('Psst.')
  fixture.model.finish()
  await receive(log)
  expect((await conversations.page(ana, { limit: 9 })).conversations).toEqual([])
  clock.now += 10 * 60_000 - 1
  await chat.sweep()
  expect((await conversations.get(ana, conversationId)).messages).toHaveLength(2)
  clock.now += 2
  await chat.sweep()
  await expect(conversations.get(ana, conversationId)).rejects.toMatchObject({ code: 'conversation-not-found' })
  for (const table of ['messages', 'generations', 'idempotency_keys']) expect(await database.read(table)).toEqual([])
})

test('what is not to be kept is kept while it is being answered, and no longer than that after a crash', async () => {
  await using fixture = await openChatFixture()
  const { ana, chat, clock, conversations, database } = fixture
  const first = await start(fixture, ask('Secret', { store: false }))
  const { conversationId } = first.identity
  fixture.model.finish()
  await receive(first)
  clock.now += 9 * 60_000
  const second = await start(fixture, ask('More', { conversationId }))
  clock.now += 2 * 60_000
  await chat.sweep()
  expect((await conversations.get(ana, conversationId)).messages).toHaveLength(4)
  fixture.model.say('Psst.')
  await expect.poll(() => stored(fixture, second)).toMatchObject({ content: 'Psst.' })
  await takeFromDead(fixture, fixture.openChat())
  clock.now += 10 * 60_000 + 1
  await chat.sweep()
  expect(await database.read('conversations')).toEqual([])
})

test('a conversation of any length is deleted whole, by its owner, with its account, and by the sweep', async () => {
  await using fixture = await openChatFixture()
  const { ana, chat, clock, conversations, database } = fixture
  const long = async (more: Partial<ChatRequest> = {}) => {
    const messages = Array.from({ length: 1_500 }, (_, index) => ({ role: 'user' as const, content: `${index}` }))
    const log = await start(fixture, { ...ask('', more), messages })
    fixture.model.finish()
    await receive(log)
    return log.identity.conversationId
  }
  await conversations.delete(ana, await long())
  await long({ store: false })
  clock.now += 11 * 60_000
  await chat.sweep()
  expect(await database.read('messages')).toEqual([])
  await long()
  await database.write('accounts').where({ id: ana }).delete()
  expect(await database.read('messages')).toEqual([])
})

test('whether a conversation is kept is settled when it begins', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  fixture.model.finish()
  await receive(log)
  const { conversationId } = log.identity
  await expect(start(fixture, ask('Psst', { conversationId, store: false }))).rejects.toMatchObject({
    code: 'invalid-request',
    fields: [{ pointer: '/store' }],
  })
})

test('a conversation that is deleted while it is being answered ends for everybody', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  const { conversationId } = log.identity
  fixture.model.say('Hol')
  const receiving = receive(log)
  await fixture.conversations.delete(fixture.ana, conversationId)
  expect((await receiving).at(-1)).toMatchObject({ type: 'done', finishReason: 'cancelled' })
  expect(await fixture.database.read('messages')).toEqual([])
})

test('an account that is deleted behind its back takes its running answer along', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  await fixture.database.write('accounts').where({ id: fixture.ana }).delete()
  fixture.model.say('Hola?')
  await receive(log)
  expect(log.isAbandoned).toBe(true)
  expect(await fixture.database.read('generation_segments')).toEqual([])
})

test('a server that shuts down starts nothing, lets answers finish, and keeps what there is of the others', async () => {
  await using fixture = await openChatFixture()
  const quick = await start(fixture, ask('Quick'))
  fixture.model.say('Quick.')
  await expect.poll(() => quick.length).toBe(6)
  const drained = fixture.chat.drain(200)
  await expect(start(fixture, ask('Too late'))).rejects.toMatchObject({ code: 'draining', retryAfterSeconds: 5 })
  fixture.model.finish()
  await drained
  expect(await stored(fixture, quick)).toMatchObject({ content: 'Quick.', status: 'completed' })
})

test('an answer that does not finish in time is interrupted and stored', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Slow'))
  fixture.model.say('Slow')
  await expect.poll(() => log.length).toBe(4)
  await fixture.chat.drain(50)
  expect((await receive(log)).at(-1)).toMatchObject({ finishReason: 'interrupted' })
  expect(await stored(fixture, log)).toMatchObject({ content: 'Slow', status: 'interrupted' })
})

test('a database that cannot be written for a while loses nothing of an answer', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture, ask('Hola'))
  fixture.model.say('Before. ')
  await expect.poll(() => stored(fixture, log)).toMatchObject({ content: 'Before. ' })
  const unblock = await fixture.block()
  fixture.model.say('Meanwhile. ')
  fixture.model.finish()
  await expect(start(fixture, ask('Not now'))).rejects.toMatchObject({ code: 'database-unavailable' })
  expect(log.ending).toBeUndefined()
  await unblock()
  expect(textOf(await receive(log))).toBe('Before. Meanwhile. ')
  expect(await stored(fixture, log)).toMatchObject({ content: 'Before. Meanwhile. ', status: 'completed' })
})
