import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSessionFixture, type SessionFixture } from '../../../test/support/session-fixture.ts'
import { ConversationRemoval } from './index.ts'

let fixture: SessionFixture

beforeEach(async () => {
  fixture = await openSessionFixture()
})
afterEach(() => fixture[Symbol.asyncDispose]())

/** A conversation in which each message follows the one before it. */
async function insertConversation(ownerId: string, id: string, messageCount: number): Promise<void> {
  const times = { created_at: 0, updated_at: 0 }
  await fixture.database.transaction(async (transaction) => {
    const conversation = { id, owner_id: ownerId, model: 'eliza', message_count: messageCount, ...times }
    await transaction('conversations').insert(conversation)
    const messages = Array.from({ length: messageCount }, (_, number) => ({
      // By the clock of the server that wrote it, the last one came before all others.
      id: `${id}-${String(number === messageCount - 1 ? 0 : number + 1).padStart(6, '0')}`,
      parent_id: number === 0 ? null : `${id}-${String(number).padStart(6, '0')}`,
      ...{ conversation_id: id, owner_id: ownerId, role: 'user', status: 'completed', created_at: 0 },
      content: 'Hola',
    }))
    for (let start = 0; start < messageCount; start += 50) {
      await transaction('messages').insert(messages.slice(start, start + 50))
    }
  })
}

const countOf = async (table: string) =>
  Number((await fixture.database.read(table).count('*', { as: 'count' }))[0]?.count)

test('all that an account said is deleted in steps, between which others write, and nothing of anybody else', async () => {
  const [ana, bob] = [await fixture.register('ana'), await fixture.register('bob')]
  await insertConversation(bob.id, 'of-bob', 3)
  await insertConversation(ana.id, 'a-long-one', 2_600)
  for (let number = 0; number < 60; number += 1) await insertConversation(ana.id, `short-${number}`, 2)
  const removing = new ConversationRemoval(fixture.database).deleteAll(ana.id)
  await fixture.accounts.update(bob.id, { username: 'robert' })
  expect(await countOf('messages')).toBeGreaterThan(1_000)
  await removing
  expect(await fixture.database.read('conversations').pluck('id')).toEqual(['of-bob'])
  expect(await countOf('messages')).toBe(3)
})
