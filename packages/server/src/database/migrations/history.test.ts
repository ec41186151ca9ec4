import { expect, test } from 'vitest'
import { openChatFixture } from '../../../test/support/chat-fixture.ts'
import { collect } from '../../../test/support/collect.ts'
import type { Database } from '../database.ts'
import { migrate } from '../migrate.ts'

/** The second one makes the index anew of what the first one has found. */
const SEARCH = ['003-history', '013-search-leftovers']

/** As the tables were before anything could be searched. */
async function takeBack({ dialect, write }: Database): Promise<void> {
  if (dialect.name === 'sqlite') {
    await write.schema.dropTable('message_search_words')
    await write.schema.dropTable('search_leftovers')
  }
  await write.schema.dropTable('message_search')
  await write.raw('DROP INDEX conversations_listed')
  await write.raw('DROP INDEX conversations_expiring')
  await write.schema.alterTable('conversations', (table) => {
    table.dropIndex(['owner_id'])
    table.index(['owner_id', 'updated_at', 'id'])
  })
  await write.schema.alterTable('generations', (table) => {
    table.dropIndex(['conversation_id'])
  })
  await write.schema.alterTable('idempotency_keys', (table) => {
    table.dropIndex(['message_id'])
  })
  await write('knex_migrations').whereIn('name', SEARCH).delete()
}

test('what was said before there was a search can be found, but for what is not to be kept', async () => {
  await using fixture = await openChatFixture()
  const { ana, bob, chat, conversations, database, model } = fixture
  const ask = async (owner: string, content: string, store = true) => {
    const messages = [{ role: 'user' as const, content }]
    const log = await chat.start(owner, { model: 'scripted', messages, store }, { requestId: '' })
    model.say('Pingüino')
    model.finish()
    await expect.poll(() => log.ending).toBeDefined()
    return log.identity.conversationId
  }
  const kept = await ask(ana, 'Cañón')
  await ask(ana, 'Cañón', false)
  const bobs = await ask(bob, 'Cañón')
  await takeBack(database)
  expect(await migrate(database)).toEqual(SEARCH)
  for (const query of ['canon', 'pinguino']) {
    for (const [owner, id] of [
      [ana, kept],
      [bob, bobs],
    ] as const) {
      const found = await collect(conversations.all(owner, { query }))
      expect(found.map((conversation) => conversation.id)).toEqual([id])
    }
  }
  await conversations.delete(ana, kept)
  expect(await collect(conversations.all(ana, { query: 'canon' }))).toEqual([])
})
