import { expect, test } from 'vitest'
import { type ChatFixture, openChatFixture } from '../../../test/support/chat-fixture.ts'
import type { ChatRequest } from './chat-request.ts'
import type { GenerationLog, LogEvent } from './generation-log.ts'
import { followOne } from './log-viewer.ts'

async function receive(log: GenerationLog): Promise<LogEvent[]> {
  const events: LogEvent[] = []
  const start = { sequence: 0, offset: 0, ordinal: 0, reasoning: 0 }
  for await (const { event } of followOne(log, start, AbortSignal.timeout(20_000), (reading) => reading))
    events.push(event)
  return events
}

/** One conversation of ana's, in which a scripted model says what it is told to. */
class Talk {
  readonly fixture: ChatFixture
  id = ''

  constructor(fixture: ChatFixture) {
    this.fixture = fixture
  }

  /** Asks, and answers; gives the ids of the two. */
  async turn(question: string | undefined, answer: string, more: Partial<ChatRequest> = {}) {
    const { clock, model } = this.fixture
    clock.now += 1_000
    const log = await this.start(question, more)
    this.id = log.identity.conversationId
    model.say(answer)
    model.finish()
    const events = await receive(log)
    const asked = events[0]?.type === 'message' ? events[0].message.id : ''
    return { question: asked, answer: log.identity.messageId, events }
  }

  start(question: string | undefined, more: Partial<ChatRequest> = {}, key?: string): Promise<GenerationLog> {
    const messages = question === undefined ? [] : [{ role: 'user' as const, content: question }]
    const conversation = this.id === '' ? {} : { conversationId: this.id }
    const request = { model: 'scripted', messages, ...conversation, ...more }
    return this.fixture.chat.start(this.fixture.ana, request, { requestId: '', idempotencyKey: key })
  }

  async shown(): Promise<string[]> {
    const { messages } = await this.fixture.conversations.get(this.fixture.ana, this.id)
    return messages.map(({ content }) => content)
  }

  async tree() {
    const { messages } = await this.fixture.conversations.get(this.fixture.ana, this.id, { isTree: true })
    return messages
  }

  lastPrompt(): string[] | undefined {
    return this.fixture.model.requests.at(-1)?.messages.map(({ content }) => content)
  }

  select(currentMessageId: string) {
    return this.fixture.conversations.update(this.fixture.ana, this.id, { currentMessageId })
  }
}

test('an edited question begins a branch beside the old one, and the model sees nothing of that', async () => {
  await using fixture = await openChatFixture()
  const talk = new Talk(fixture)
  const one = await talk.turn('One', 'First')
  await talk.turn('Two', 'Second')
  const edited = await talk.turn('Zwei', 'Zweitens', { parentId: one.answer })
  expect(talk.lastPrompt()).toEqual(['One', 'First', 'Zwei'])
  expect(await talk.shown()).toEqual(['One', 'First', 'Zwei', 'Zweitens'])
  const messages = await talk.tree()
  expect(messages.map(({ content }) => content)).toEqual(['One', 'First', 'Two', 'Second', 'Zwei', 'Zweitens'])
  expect(messages.find(({ id }) => id === edited.question)?.parentId).toBe(one.answer)
  const { conversation } = await fixture.conversations.get(fixture.ana, talk.id)
  expect(conversation).toMatchObject({ messageCount: 6, currentMessageId: edited.answer, title: 'One' })
})

test('the first question can be edited too', async () => {
  await using fixture = await openChatFixture()
  const talk = new Talk(fixture)
  await talk.turn('One', 'First')
  await talk.turn('Uno', 'Primero', { parentId: null })
  expect(talk.lastPrompt()).toEqual(['Uno'])
  expect(await talk.shown()).toEqual(['Uno', 'Primero'])
  expect((await talk.tree()).map(({ parentId }) => parentId === null)).toEqual([true, false, true, false])
})

test('a question is answered again without being asked again', async () => {
  await using fixture = await openChatFixture()
  const talk = new Talk(fixture)
  const one = await talk.turn('One', 'First')
  const again = await talk.turn(undefined, 'Premier', { parentId: one.question })
  expect(talk.lastPrompt()).toEqual(['One'])
  expect(again.events.map((event) => event.type)).toEqual(['start', 'delta', 'done'])
  expect(again.events[0]).toEqual({ type: 'start', model: 'scripted', parentId: one.question })
  expect(await talk.shown()).toEqual(['One', 'Premier'])
  expect((await talk.tree()).map(({ content }) => content)).toEqual(['One', 'First', 'Premier'])
})

test('an answer given again is replayed as it was sent, to whoever comes later', async () => {
  await using fixture = await openChatFixture()
  const talk = new Talk(fixture)
  const one = await talk.turn('One', 'First')
  const again = await talk.turn(undefined, 'Premier', { parentId: one.question })
  const sequence = 2
  const followed = await fixture.chat.follow(fixture.ana, { messageId: again.answer, cursor: `${sequence}.0.0` })
  expect(followed && (await receive(followed.log))).toEqual(again.events)
})

test('any message can be gone back to, and gone on from', async () => {
  await using fixture = await openChatFixture()
  const talk = new Talk(fixture)
  const one = await talk.turn('One', 'First')
  const two = await talk.turn('Two', 'Second')
  await talk.turn(undefined, 'Premier', { parentId: one.question })
  expect(await talk.select(two.answer)).toMatchObject({ currentMessageId: two.answer })
  expect(await talk.shown()).toEqual(['One', 'First', 'Two', 'Second'])
  await talk.select(one.answer)
  expect(await talk.shown()).toEqual(['One', 'First'])
  await talk.turn('Three', 'Third')
  expect(talk.lastPrompt()).toEqual(['One', 'First', 'Three'])
  expect(await talk.shown()).toEqual(['One', 'First', 'Three', 'Third'])
})

test('a branch is not changed while the conversation is being answered; its title is', async () => {
  await using fixture = await openChatFixture()
  const talk = new Talk(fixture)
  const one = await talk.turn('One', 'First')
  const running = await talk.start('Two')
  const { messageId } = running.identity
  await expect(talk.select(one.answer)).rejects.toMatchObject({ code: 'conversation-busy', messageId })
  await expect(talk.start('Three', { parentId: one.answer })).rejects.toMatchObject({ code: 'conversation-busy' })
  const renamed = await fixture.conversations.update(fixture.ana, talk.id, { title: 'Numbers' })
  expect(renamed).toMatchObject({ title: 'Numbers', currentMessageId: messageId })
  await fixture.chat.cancel(fixture.ana, messageId)
  expect(await talk.select(one.answer)).toMatchObject({ currentMessageId: one.answer })
})

test("a message of another conversation, or of somebody else's, is no place to branch from or to go back to", async () => {
  await using fixture = await openChatFixture()
  const { ana, bob, chat, conversations, model } = fixture
  const foreign = new Talk(fixture)
  const { answer, question } = await foreign.turn('Elsewhere', 'There')
  const messages = [{ role: 'user' as const, content: 'Bob asks' }]
  const bobs = await chat.start(bob, { model: 'scripted', messages }, { requestId: '' })
  model.finish()
  await receive(bobs)
  const talk = new Talk(fixture)
  await talk.turn('One', 'First')
  const before = await talk.tree()
  for (const parentId of [answer, question, bobs.identity.messageId, 'nothing']) {
    await expect(talk.start('Two', { parentId })).rejects.toMatchObject({ code: 'message-not-found' })
    await expect(talk.start(undefined, { parentId })).rejects.toMatchObject({ code: 'message-not-found' })
    await expect(talk.select(parentId)).rejects.toMatchObject({ code: 'message-not-found' })
  }
  const change = conversations.update(bob, talk.id, { currentMessageId: before[0]?.id ?? '' })
  await expect(change).rejects.toMatchObject({ code: 'conversation-not-found' })
  expect(await talk.tree()).toEqual(before)
  expect((await conversations.get(ana, talk.id)).conversation.messageCount).toBe(2)
})

test('what makes no sense is refused, and says where', async () => {
  await using fixture = await openChatFixture()
  const talk = new Talk(fixture)
  const refused = (pointer: string) => ({ code: 'invalid-request', fields: [{ pointer }] })
  await expect(talk.start('One', { parentId: null })).rejects.toMatchObject(refused('/parent_id'))
  await expect(talk.start(undefined)).rejects.toMatchObject(refused('/messages'))
  const one = await talk.turn('One', 'First')
  await expect(talk.start(undefined)).rejects.toMatchObject(refused('/messages'))
  await expect(talk.start(undefined, { parentId: null })).rejects.toMatchObject(refused('/messages'))
  await expect(talk.start(undefined, { parentId: one.answer })).rejects.toMatchObject(refused('/parent_id'))
})

test('the same words after another message are another request', async () => {
  await using fixture = await openChatFixture()
  const talk = new Talk(fixture)
  await talk.turn('One', 'First')
  const log = await talk.start('Two', { parentId: null }, 'key')
  fixture.model.finish()
  await receive(log)
  expect((await talk.start('Two', { parentId: null }, 'key')).identity).toEqual(log.identity)
  await expect(talk.start('Two', {}, 'key')).rejects.toMatchObject({ code: 'idempotency-mismatch' })
})
