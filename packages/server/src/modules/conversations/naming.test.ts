import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChatFixture, openChatFixture } from '../../../test/support/chat-fixture.ts'
import { collect } from '../../../test/support/collect.ts'

let fixture: ChatFixture
beforeAll(async () => {
  fixture = await openChatFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

async function ask(content: string, conversationId?: string) {
  const conversation = conversationId === undefined ? {} : { conversationId }
  const request = { model: 'scripted', messages: [{ role: 'user' as const, content }], ...conversation }
  return fixture.chat.start(fixture.ana, request, { requestId: '' })
}

async function finish(log: Awaited<ReturnType<typeof ask>>, answer: string): Promise<void> {
  fixture.model.say(answer)
  fixture.model.finish()
  await expect.poll(() => log.ending).toBeDefined()
}

async function titleOf(id: string): Promise<string | null> {
  return (await fixture.conversations.get(fixture.ana, id)).conversation.title
}

async function search(query: string): Promise<string[]> {
  return (await collect(fixture.conversations.all(fixture.ana, { query }))).map(({ id }) => id)
}

test('a question without words leaves the title to the answer, by which it is found too', async () => {
  const log = await ask('👋?')
  const { conversationId } = log.identity
  expect(await titleOf(conversationId)).toBeNull()
  await finish(log, '…\n¡Buenas\u202e tardes!\nMañana')
  expect(await titleOf(conversationId)).toBe('¡Buenas tardes!')
  const named = fixture.database.read('message_search').where({ conversation_id: conversationId, message_id: null })
  expect(await named).toHaveLength(1)
  expect(await search('buenas tardes')).toEqual([conversationId])
})

test('an answer changes no title that there is', async () => {
  const asked = await ask('Hola')
  await finish(asked, 'Adiós')
  expect(await titleOf(asked.identity.conversationId)).toBe('Hola')
  const given = await ask('?')
  const { conversationId } = given.identity
  await fixture.conversations.update(fixture.ana, conversationId, { title: '👋' })
  await finish(given, 'Buenos días')
  expect(await titleOf(conversationId)).toBe('👋')
})

test('as long as nobody has said a word there is no title', async () => {
  const first = await ask('!!!')
  const { conversationId } = first.identity
  await finish(first, '…')
  expect(await titleOf(conversationId)).toBeNull()
  await finish(await ask('???', conversationId), 'Tres')
  expect(await titleOf(conversationId)).toBe('Tres')
})

test('a new title leaves a conversation where it is in the list, and another branch brings it to the top', async () => {
  const { ana, clock, conversations } = fixture
  const log = await ask('Uno')
  await finish(log, 'Dos')
  const { conversationId: id, messageId } = log.identity
  clock.now += 1_000
  const newer = await ask('Tres')
  await finish(newer, 'Cuatro')
  const top = async () => (await conversations.page(ana, { limit: 1 })).conversations[0]?.id
  const { conversation } = await conversations.get(ana, id)
  clock.now += 1_000
  expect(await conversations.update(ana, id, { title: 'Números' })).toEqual({ ...conversation, title: 'Números' })
  expect(await top()).toBe(newer.identity.conversationId)
  const { updatedAt } = await conversations.update(ana, id, { title: 'Otra vez', currentMessageId: messageId })
  expect(updatedAt).toBe(clock.now)
  expect(await top()).toBe(id)
})
