import { expect, test } from 'vitest'
import { type ChatFixture, openChatFixture } from '../../../test/support/chat-fixture.ts'
import { newId } from '../../id.ts'

/** Ids of as many conversations, the most recently updated first. */
async function insert({ ana: owner_id, database }: ChatFixture, count: number): Promise<string[]> {
  const rest = { owner_id, model: 'scripted', message_count: 0, created_at: 0 }
  const rows = Array.from({ length: count }, (_, at) => ({ id: newId(), ...rest, updated_at: count - at }))
  for (let start = 0; start < count; start += 100) {
    await database.write('conversations').insert(rows.slice(start, start + 100))
  }
  return rows.map(({ id }) => id)
}

test('what changes its place while the list is being read is neither left out nor listed twice', async () => {
  await using fixture = await openChatFixture()
  const { ana, conversations, database } = fixture
  const ids = await insert(fixture, 1_200)
  const listed: string[] = []
  for await (const { id } of conversations.all(ana, {})) {
    listed.push(id)
    if (listed.length === 10) await conversations.update(ana, ids.at(-1) ?? '', { title: 'Moved' })
    if (listed.length === 600) await database.write('conversations').update({ updated_at: 1 })
  }
  expect(listed).toEqual(ids)
})

test('what is deleted while the list is being read is not listed any more', async () => {
  await using fixture = await openChatFixture()
  const ids = await insert(fixture, 600)
  const listed: string[] = []
  for await (const { id } of fixture.conversations.all(fixture.ana, {})) {
    if (listed.length === 0) await fixture.conversations.delete(fixture.ana, ids.at(-1) ?? '')
    listed.push(id)
  }
  expect(listed).toEqual(ids.slice(0, -1))
})

test('pages are told by when and by id, so that those of one moment are all listed once', async () => {
  await using fixture = await openChatFixture()
  const { ana, conversations, database } = fixture
  const ids = await insert(fixture, 50)
  await database.write('conversations').update({ updated_at: 7 })
  const listed: string[] = []
  let page: { limit: number; cursor?: string } | undefined = { limit: 7 }
  while (page) {
    const { conversations: found, next } = await conversations.page(ana, page)
    listed.push(...found.map(({ id }) => id))
    page = next === undefined ? undefined : { limit: 7, cursor: next }
  }
  expect(listed).toEqual(ids.toSorted().reverse())
})
