import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChatFixture, openChatFixture } from '../../../test/support/chat-fixture.ts'
import { collect } from '../../../test/support/collect.ts'
import { searchWords } from '../../database/search-words.ts'
import { newId } from '../../id.ts'
import { blankMessage, type Conversation, type Message } from './conversation.ts'
import { ConversationRepository } from './repository.ts'

let fixture: ChatFixture
let repository: ConversationRepository

beforeAll(async () => {
  fixture = await openChatFixture()
  repository = new ConversationRepository(fixture.database)
})

afterAll(() => fixture[Symbol.asyncDispose]())

interface Written {
  title: string | null
  texts: readonly string[]
}

function conversationOf(ownerId: string, { title, texts }: Written): Conversation {
  const rest = { model: 'scripted', system: null, currentMessageId: null, expiresAt: null }
  return { id: newId(), ownerId, title, messageCount: texts.length, createdAt: 0, updatedAt: 0, ...rest }
}

function messageOf(conversationId: string, content: string): Message {
  const blank = blankMessage({ id: newId(), conversationId, parentId: null, createdAt: 0 })
  return { ...blank, role: 'user', content, status: 'completed' }
}

async function write(ownerId: string, written: Written, more: Partial<Conversation> = {}): Promise<Conversation> {
  const conversation = { ...conversationOf(ownerId, written), ...more }
  const messages = written.texts.map((text) => messageOf(conversation.id, text))
  await fixture.database.transaction(async (transaction) => {
    await repository.insert(transaction, conversation, messages)
  })
  return conversation
}

async function search(ownerId: string, query: string): Promise<string[]> {
  const found = await collect(fixture.conversations.all(ownerId, { query }))
  return found.map(({ id }) => id).toSorted()
}

/** Page by page, in their order. */
async function searchPages(ownerId: string, request: { query: string; limit: number }): Promise<string[]> {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const page = { ...request, ...(cursor !== undefined && { cursor }) }
    const { conversations, next } = await fixture.conversations.page(ownerId, page)
    found.push(...conversations.map(({ id }) => id))
    cursor = next
  } while (cursor !== undefined)
  return found
}

/** What a search should find, by looking at everything. */
function isMatch({ title, texts }: Written, query: string): boolean {
  const words = searchWords(query)
  const hasAll = (text: string) => {
    const there = new Set(searchWords(text))
    return words.every((one) => there.has(one))
  }
  return words.length > 0 && [title ?? '', ...texts].some(hasAll)
}

const word = fc.constantFrom(
  'Cañón',
  'canon',
  'STRASSE',
  'straße',
  'NEAR',
  'AND',
  'OR',
  'NOT',
  '東京',
  '京',
  'a',
  'x*',
  '"b"',
)
const noise = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\0', ''))
const text = fc.array(fc.oneof({ weight: 3, arbitrary: word }, noise), { maxLength: 6 }).map((parts) => parts.join(' '))
const written = fc.record({ title: fc.option(text), texts: fc.array(text, { maxLength: 3 }) })
const world = fc.record({
  mine: fc.array(written, { maxLength: 5 }),
  others: fc.array(written, { maxLength: 2 }),
  queries: fc.array(fc.oneof(text, noise, word), { minLength: 1, maxLength: 5 }),
})

test('whatever was written and whatever is asked, a search finds what looking at everything finds', async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ mine, others, queries }) => {
      const stored = new Map<string, Written>()
      for (const one of mine) stored.set((await write(fixture.ana, one)).id, one)
      for (const one of others) await write(fixture.bob, one)
      for (const query of queries) {
        const expected = [...stored].filter(([, one]) => isMatch(one, query)).map(([id]) => id)
        expect(await search(fixture.ana, query)).toEqual(expected.toSorted())
      }
      await fixture.database.write('conversations').delete()
      expect(await fixture.database.read('message_search')).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test.each([
  ['the syntax of FTS5', 'cañón OR * NEAR(a b, 5) - ^ : { } + title:'],
  ['quotes', `"cañón" 'quoted' ''' """`],
  ['the syntax of tsquery', "cañón & !b | c <-> d:* \\ '"],
  ['SQL', "cañón'; DROP TABLE messages; --"],
])('%s is only words', async (_, query) => {
  const { id } = await write(fixture.ana, { title: null, texts: [query.toUpperCase()] })
  await write(fixture.ana, { title: null, texts: ['cañón'] })
  expect(await search(fixture.ana, query)).toEqual([id])
  await fixture.database.write('conversations').delete()
})

test('ten thousand characters are only words', async () => {
  const query = Array.from({ length: 5_000 }, (_, number) => (number % 36).toString(36)).join(' ')
  const different = Array.from({ length: 2_000 }, (_, number) => number.toString(36)).join(' ')
  const { id } = await write(fixture.ana, { title: null, texts: [different] })
  expect(await search(fixture.ana, query)).toEqual([id])
  expect(await search(fixture.ana, different)).toEqual([id])
  expect(await search(fixture.ana, '('.repeat(10_000))).toEqual([])
  expect(await search(fixture.ana, 'y'.repeat(10_000))).toEqual([])
  await fixture.database.write('conversations').delete()
})

test('the longest text with the most words can be stored, and found', async () => {
  const text = Array.from({ length: 90_000 }, (_, number) => `${number}`.padStart(10, 'ñ')).join(' ')
  const { id } = await write(fixture.ana, { title: null, texts: [text] })
  expect(await search(fixture.ana, `${'ñ'.repeat(9)}1 ${'ñ'.repeat(5)}80000`)).toEqual([id])
  await fixture.database.write('conversations').delete()
})

test('what is not to be kept is not found', async () => {
  await write(fixture.ana, { title: 'secret', texts: ['secret'] }, { expiresAt: fixture.clock.now + 1_000 })
  expect(await search(fixture.ana, 'secret')).toEqual([])
  expect(await fixture.database.read('message_search')).toEqual([])
  await fixture.database.write('conversations').delete()
})

test("someone else's words are never found, even by those who write the owner's name into theirs", async () => {
  const { id } = await write(fixture.bob, { title: 'shared', texts: [`_${fixture.ana} shared`] })
  expect(await search(fixture.ana, 'shared')).toEqual([])
  expect(await search(fixture.bob, 'shared')).toEqual([id])
  await fixture.database.write('conversations').delete()
})

test('a new title takes the place of the old one', async () => {
  const { id } = await write(fixture.ana, { title: 'Old', texts: ['text'] })
  await fixture.conversations.update(fixture.ana, id, { title: 'Nueva canción' })
  expect(await search(fixture.ana, 'old')).toEqual([])
  expect(await search(fixture.ana, 'CANCION nueva')).toEqual([id])
  expect(await search(fixture.ana, 'cancion text')).toEqual([])
  await fixture.database.write('conversations').delete()
})

test('an answer can be found once it has ended, however it ended', async () => {
  const { ana, chat, conversations, model } = fixture
  const ask = (content: string) =>
    chat.start(ana, { model: 'scripted', messages: [{ role: 'user', content }] }, { requestId: '' })
  const log = await ask('¿Quién?')
  const { conversationId, messageId } = log.identity
  expect(await search(ana, 'quien')).toEqual([conversationId])
  model.say('Pingüino')
  await expect.poll(() => log.length).toBe(8)
  expect(await search(ana, 'pinguino')).toEqual([])
  await chat.cancel(ana, messageId)
  expect(await search(ana, 'pinguino')).toEqual([conversationId])
  await conversations.delete(ana, conversationId)
  expect(await search(ana, 'pinguino')).toEqual([])
})

test('an answer that a crash interrupted can be found with the text that was stored', async () => {
  await using crashed = await openChatFixture()
  const { ana, chat, conversations, model } = crashed
  const request = { model: 'scripted', messages: [{ role: 'user' as const, content: 'Hola' }] }
  const { identity } = await chat.start(ana, request, { requestId: '' })
  model.say('Buenos días')
  const content = () => conversations.get(ana, identity.conversationId).then(({ messages }) => messages.at(-1)?.content)
  await expect.poll(content).toBe('Buenos días')
  await crashed.database.write('generations').update({ lease_expires_at: 0 })
  await crashed.openChat().recover()
  const found = await collect(conversations.all(ana, { query: 'DIAS' }))
  expect(found.map(({ id }) => id)).toEqual([identity.conversationId])
})

test('pages of a search are the search, each conversation once', async () => {
  const ids: string[] = []
  for (let at = 0; at < 25; at += 1) {
    const written = { title: null, texts: [at % 2 === 0 ? 'even one' : 'odd one', 'one even'] }
    ids.push((await write(fixture.ana, written, { updatedAt: Math.floor(at / 3) })).id)
  }
  const all = await collect(fixture.conversations.all(fixture.ana, { query: 'one even' }))
  const paged = await searchPages(fixture.ana, { query: 'one even', limit: 4 })
  expect(all.map(({ id }) => id)).toEqual(paged)
  expect(paged.toSorted()).toEqual(ids.toSorted())
  await fixture.database.write('conversations').delete()
})

test.each([
  ['in all', () => true],
  ['in every third', (number: number) => number % 3 === 0],
  ['in every thirtieth', (number: number) => number % 30 === 0],
  ['in the oldest alone', (number: number) => number < 3],
  ['in the newest alone', (number: number) => number > 62],
] as const)('what is %s is on the pages of a search, the newest first and each once', async (_, isIn) => {
  const owner = fixture.bob
  await fixture.database.write('conversations').delete()
  const expected: string[] = []
  for (let number = 0; number < 65; number += 1) {
    const text = isIn(number) ? 'aguja en un pajar' : 'pajar'
    const { id } = await write(owner, { title: null, texts: [text] }, { updatedAt: number })
    if (isIn(number)) expected.unshift(id)
  }
  expect(await searchPages(owner, { query: 'aguja', limit: 2 })).toEqual(expected)
  await fixture.database.write('conversations').delete()
})
