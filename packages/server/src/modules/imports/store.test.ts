import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSessionFixture, type SessionFixture } from '../../../test/support/session-fixture.ts'
import { ConversationRepository } from '../conversations/index.ts'
import { emptyPlace, type FoundConversation, type FoundMessage } from './found-conversation.ts'
import { ImportRepository } from './repository.ts'
import { ImportStore } from './store.ts'

let fixture: SessionFixture
let conversations: ConversationRepository
let store: ImportStore

beforeEach(async () => {
  fixture = await openSessionFixture()
  const { database } = fixture
  conversations = new ConversationRepository(database)
  store = new ImportStore({ database, conversations, imports: new ImportRepository(database), now: Date.now })
})
afterEach(() => fixture[Symbol.asyncDispose]())

/** Where each message comes after the one before it. */
function conversationOf(length: number): FoundConversation {
  const messages = Array.from({ length }, (_, at): FoundMessage => {
    const place = emptyPlace(`${at}`, at === 0 ? null : `${at - 1}`)
    return { ...place, role: at % 2 ? 'assistant' : 'user', content: `Said ${at}`, isSkipped: false }
  })
  const unknown = { model: undefined, system: null, createdAt: undefined, updatedAt: undefined, currentId: undefined }
  return { source: 'chatgpt', sourceId: 'one', title: 'One', ...unknown, messages }
}

test('two that import the same at the same time store it once, and whole', async () => {
  const { id } = await fixture.register('ana')
  const stored = await Promise.all(Array.from({ length: 4 }, () => store.store(id, conversationOf(700))))
  expect(new Set(stored.map(({ conversationId }) => conversationId)).size).toBe(1)
  expect(stored.reduce((sum, { newMessages }) => sum + newMessages, 0)).toBe(700)
  const conversation = await conversations.find(id, stored[0]?.conversationId ?? '')
  expect(conversation).toMatchObject({ messageCount: 700 })
  const branch = await conversations.branch(id, conversation?.currentMessageId ?? '')
  expect(branch.map(({ content }) => content)).toEqual(Array.from({ length: 700 }, (_, at) => `Said ${at}`))
})

test('an import that broke off in the middle of a conversation goes on where it was', async () => {
  const { id } = await fixture.register('ana')
  const begun = await store.store(id, conversationOf(350))
  expect(await store.store(id, conversationOf(900))).toMatchObject({ ...begun, newMessages: 550 })
  expect(await store.store(id, conversationOf(900))).toMatchObject({ ...begun, newMessages: 0 })
  const conversation = await conversations.find(id, begun.conversationId)
  expect(conversation).toMatchObject({ messageCount: 900 })
  expect(await conversations.branch(id, conversation?.currentMessageId ?? '')).toHaveLength(900)
})

test('into an account that is gone nothing is imported', async () => {
  const { id } = await fixture.register('ana')
  await fixture.accounts.delete(id)
  await expect(store.store(id, conversationOf(2))).rejects.toMatchObject({ code: 'unauthorized' })
})
