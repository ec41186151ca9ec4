import { expect, test } from 'vitest'
import { type ChatFixture, openChatFixture } from '../../../test/support/chat-fixture.ts'
import type { GenerationLog, LogEvent } from './generation-log.ts'
import { followOne } from './log-viewer.ts'
import { startOf } from './position.ts'

const ASK = { model: 'scripted', messages: [{ role: 'user' as const, content: 'Hola' }] }

function start({ ana, chat }: ChatFixture): Promise<GenerationLog> {
  return chat.start(ana, ASK, { requestId: 'request-1' })
}

async function receive(log: GenerationLog, from = startOf(log.identity.sequence)): Promise<LogEvent[]> {
  const events: LogEvent[] = []
  for await (const { event } of followOne(log, from, AbortSignal.timeout(20_000), (reading) => reading))
    events.push(event)
  return events
}

function together(events: readonly LogEvent[], type: 'delta' | 'reasoning'): string {
  return events.map((event) => (event.type === type ? event.content : '')).join('')
}

async function stored({ conversations, ana }: ChatFixture, { identity }: GenerationLog) {
  const { messages } = await conversations.get(ana, identity.conversationId)
  return messages.at(-1)
}

test('what a model thinks is told apart from its answer, and kept with it', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture)
  fixture.model.think('They greet me. ')
  fixture.model.think('So do I.')
  fixture.model.say('Hola.')
  fixture.model.finish()
  const events = await receive(log)
  expect(together(events, 'reasoning')).toBe('They greet me. So do I.')
  expect(together(events, 'delta')).toBe('Hola.')
  expect(await stored(fixture, log)).toMatchObject({ content: 'Hola.', reasoning: 'They greet me. So do I.' })

  const later = await fixture.openChat().follow(fixture.ana, { ...targetOf(log), cursor: '1.0.0' })
  const again = later ? await receive(later.log) : []
  expect([together(again, 'reasoning'), together(again, 'delta')], 'another server tells the same').toEqual([
    'They greet me. So do I.',
    'Hola.',
  ])
})

test('a model is not shown what models thought before', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture)
  fixture.model.think('They greet me.')
  fixture.model.say('Hola.')
  fixture.model.finish()
  await receive(log)
  const { conversationId } = log.identity
  await fixture.chat.start(fixture.ana, { ...ASK, conversationId }, { requestId: 'request-2' })
  await expect.poll(() => JSON.stringify(fixture.model.requests[1])).toContain('Hola.')
  expect(JSON.stringify(fixture.model.requests[1])).not.toContain('They greet me')
})

test('reasoning reaches the database while it is being written, and survives a crash as far as it did', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture)
  fixture.model.think('Stored. ')
  await expect.poll(async () => (await stored(fixture, log))?.reasoning).toBe('Stored. ')
  const restarted = fixture.openChat()
  await expect
    .poll(async () => {
      await fixture.database.write('generations').update({ lease_expires_at: 0 })
      return restarted.recover()
    })
    .toBe(1)
  expect(await stored(fixture, log)).toMatchObject({ status: 'interrupted', content: '', reasoning: 'Stored. ' })
  expect(await fixture.database.read('reasoning_segments')).toEqual([])
  const followed = await restarted.follow(fixture.ana, { ...targetOf(log), cursor: '1.0.2.20' })
  expect(followed && (await receive(followed.log, followed.from))).toEqual([
    { type: 'truncate', length: 0, reasoningLength: 8 },
    { type: 'done', finishReason: 'interrupted', usage: null },
  ])
})

test('a notice is told once it is stored, between what came before and what comes after', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture)
  fixture.model.say('Before. ')
  fixture.model.notify('context-trimmed', 'The oldest 12 messages were left out.')
  fixture.model.say('After.')
  const told: string[] = []
  for await (const { event } of followOne(
    log,
    startOf(log.identity.sequence),
    AbortSignal.timeout(20_000),
    (reading) => reading,
  )) {
    if (event.type === 'delta') told.push(event.content)
    if (event.type === 'notice') {
      told.push(event.code)
      // What comes after may be stored by the time that this is read.
      const content = expect.stringMatching(/^Before\. (After\.)?$/)
      expect(await stored(fixture, log)).toMatchObject({ content, notices: [{ event, offset: 8 }] })
    }
    if (told.at(-1) === 'After.') fixture.model.finish()
  }
  expect(told).toEqual(['Before. ', 'context-trimmed', 'After.'])
  const later = await fixture.openChat().follow(fixture.ana, { ...targetOf(log), cursor: '1.0.0' })
  const types = later ? (await receive(later.log)).map(({ type }) => type) : []
  expect(types).toEqual(['message', 'start', 'delta', 'notice', 'delta', 'done'])
})

test('whoever stops an answer while a notice cannot be stored is heard once it can', async () => {
  await using fixture = await openChatFixture()
  const log = await start(fixture)
  const unblock = await fixture.block()
  fixture.model.notify('context-trimmed', 'The oldest 12 messages were left out.')
  const cancelled = fixture.chat.cancel(fixture.ana, log.identity.messageId)
  await unblock()
  expect(await cancelled).toMatchObject({ status: 'cancelled' })
  expect((await receive(log)).at(-1)).toMatchObject({ finishReason: 'cancelled' })
})

function targetOf({ identity }: GenerationLog): { messageId: string } {
  return { messageId: identity.messageId }
}
