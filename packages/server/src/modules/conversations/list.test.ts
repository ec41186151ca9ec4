import { expect, test } from 'vitest'
import { type ChatFixture, openChatFixture } from '../../../test/support/chat-fixture.ts'
import type { Database } from '../../database/database.ts'
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

/** As of now they stand at the top, in the order that they had. */
async function touch({ database }: ChatFixture, ...ids: readonly (string | undefined)[]): Promise<void> {
  const newest = database.read('conversations').orderBy('updated_at', 'desc')
  const { updated_at }: { updated_at: number } = await newest.first('updated_at')
  const known = ids.filter((id) => id !== undefined)
  await database.write('conversations').whereIn('id', known).increment('updated_at', updated_at)
}

test('what is updated before its turn comes is not left out: it comes at the end, with what has begun meanwhile', async () => {
  await using fixture = await openChatFixture()
  const ids = await insert(fixture, 1_200)
  const [begun] = await insert(fixture, 1)
  const listed: string[] = []
  for await (const { id } of fixture.conversations.all(fixture.ana, {})) {
    listed.push(id)
    if (listed.length === 10) await touch(fixture, ids[1_100])
    if (listed.length === 600) await touch(fixture, begun)
  }
  expect(listed).toEqual([...ids.toSpliced(1_100, 1), ids[1_100], begun])
})

test('what is updated after it was sent comes again only if it was not among the 500 at the top', async () => {
  await using fixture = await openChatFixture()
  const ids = await insert(fixture, 1_200)
  const listed: string[] = []
  for await (const { id } of fixture.conversations.all(fixture.ana, {})) {
    listed.push(id)
    if (listed.length === 1_100) await touch(fixture, ids[5], ids[499], ids[700])
  }
  expect(listed).toEqual([...ids, ids[700]])
})

test('what moves to the top while the top is read again is sent too', async () => {
  await using fixture = await openChatFixture()
  const ids = await insert(fixture, 1_700)
  const listed: string[] = []
  for await (const { id } of fixture.conversations.all(fixture.ana, {})) {
    listed.push(id)
    if (listed.length === 10) await touch(fixture, ...ids.slice(1_000, 1_600))
    // Of those that have moved one has been sent, and the next one moves again.
    if (listed.length === 1_101) await touch(fixture, ids[1_598])
  }
  const moved = ids.slice(1_000, 1_600).toReversed()
  expect(listed).toEqual([...ids.toSpliced(1_000, 600), ...moved.toSpliced(1, 1), ids[1_598]])
})

test('a list that begins after a cursor has nothing of what moves before it', async () => {
  await using fixture = await openChatFixture()
  const { ana, conversations } = fixture
  const ids = await insert(fixture, 1_200)
  const { next: cursor } = await conversations.page(ana, { limit: 100 })
  const listed: string[] = []
  for await (const { id } of conversations.all(ana, { ...(cursor !== undefined && { cursor }) })) {
    listed.push(id)
    if (listed.length === 10) await touch(fixture, ids.at(-1))
  }
  expect(listed).toEqual(ids.slice(100, -1))
})

test('whoever reads a list slowly keeps no connection from the others', async () => {
  await using fixture = await openChatFixture()
  const { ana, conversations, database } = fixture
  const ids = await insert(fixture, 1_200)
  const readers = Array.from({ length: 20 }, () => conversations.all(ana, {})[Symbol.asyncIterator]())
  for (const reader of readers) await reader.next()
  expect(database.pools().filter(({ used }) => used > 0)).toEqual([])
  expect((await conversations.page(ana, { limit: 1 })).conversations[0]?.id).toBe(ids[0])
  await Promise.all(readers.map((reader) => reader.return?.()))
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

/** How the database goes about what is read meanwhile, where there is so much that it would not read all of it anyway. */
async function plansOf({ dialect, read }: Database, work: () => Promise<unknown>): Promise<string[]> {
  const queries: { sql: string; bindings: string[] }[] = []
  const listen = (query: { sql: string; bindings: string[] }) => void queries.push(query)
  read.on('query', listen)
  await work()
  read.off('query', listen)
  return read.transaction(async (transaction) => {
    if (dialect.name === 'postgresql') await transaction.raw('SET LOCAL enable_seqscan = off')
    const plans: string[] = []
    for (const { sql, bindings } of queries) {
      const explain = dialect.name === 'sqlite' ? 'EXPLAIN QUERY PLAN' : 'EXPLAIN'
      const answer = await transaction.raw(`${explain} ${sql.replaceAll(/\$\d+/g, '?')}`, bindings)
      plans.push(JSON.stringify(answer.rows ?? answer))
    }
    return plans
  })
}

test('pages and lists are read along their index, and a search goes from what was found to its conversations', async () => {
  await using fixture = await openChatFixture()
  const { ana, conversations, database } = fixture
  const ids = await insert(fixture, 3_000)
  await conversations.update(ana, ids[2_000] ?? '', { title: 'needle' })
  if (database.dialect.name === 'postgresql') await database.write.raw('ANALYZE')
  const { next: cursor = '' } = await conversations.page(ana, { limit: 100 })
  const lists = await plansOf(database, async () => {
    await conversations.page(ana, { limit: 100, cursor })
    for await (const _ of conversations.all(ana, {}));
  })
  expect(lists).toHaveLength(9)
  for (const plan of lists) {
    expect(plan).toMatch(/(USING INDEX|using|Index Scan on) conversations_listed\b/)
    expect(plan).not.toContain('TEMP B-TREE')
  }
  const searches = await plansOf(database, async () => {
    await conversations.page(ana, { limit: 100, cursor, query: 'needle' })
    for await (const _ of conversations.all(ana, { query: 'needle' }));
  })
  // What is in many of the newest is found there; what is not is found nevertheless.
  const tries = database.dialect.comparesWords ? searches.splice(0, 1) : []
  for (const plan of tries) expect(plan).toMatch(/using conversations_listed\b/)
  expect(searches).toHaveLength(2)
  for (const plan of searches) {
    expect(plan).toMatch(/USING INDEX sqlite_autoindex_conversations_1 \(id=\?\)|using conversations_pkey/)
    expect(plan).not.toContain('conversations_listed')
  }
})
