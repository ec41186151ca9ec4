import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ChatFixture, openChatFixture } from '../../../test/support/chat-fixture.ts'
import { collect } from '../../../test/support/collect.ts'
import type { ChatRequest } from './chat-request.ts'

let fixture: ChatFixture
beforeAll(async () => {
  fixture = await openChatFixture({ hasTitleModel: true })
})
afterAll(() => fixture[Symbol.asyncDispose]())

/** Asks, and has the answer come to its end. */
async function exchange(question: string, answer: string, more: Partial<ChatRequest> = {}) {
  const messages = [{ role: 'user' as const, content: question }]
  const log = await fixture.chat.start(fixture.ana, { model: 'scripted', messages, ...more }, { requestId: '' })
  fixture.model.say(answer)
  fixture.model.finish()
  await expect.poll(() => log.ending).toBeDefined()
  return log.identity.conversationId
}

/** The next request to the model of the titles has come; it says this and is done. */
async function nextTitle(count: number, text: string, reason: 'stop' | 'length' = 'stop') {
  await expect.poll(() => fixture.titleModel.requests).toHaveLength(count)
  fixture.titleModel.say(text)
  fixture.titleModel.finish(reason)
}

async function get(id: string) {
  return (await fixture.conversations.get(fixture.ana, id)).conversation
}

function warnings(id: string) {
  return fixture.logs.filter(({ msg, conversation_id }) => msg === 'title-not-written' && conversation_id === id)
}

test('the model is asked once, after the first exchange, and shown that', async () => {
  const { titleModel } = fixture
  const before = titleModel.requests.length
  const id = await exchange('¿Qué es un fiordo?', 'Un valle que inundó el mar.')
  const { title, updatedAt } = await get(id)
  expect(title).toBe('¿Qué es un fiordo?')
  await nextTitle(before + 1, ' "Fiordos de Noruega." \n')
  await expect.poll(async () => (await get(id)).title).toBe('Fiordos de Noruega')
  expect((await get(id)).updatedAt).toBe(updatedAt)
  const [system, said] = titleModel.requests.at(-1)?.messages ?? []
  expect(system?.role).toBe('system')
  expect(said?.content).toBe('Question:\n¿Qué es un fiordo?\n\nAnswer:\nUn valle que inundó el mar.')

  const found = async (query: string) => (await collect(fixture.conversations.all(fixture.ana, { query }))).length
  expect([await found('noruega'), await found('fiordo')]).toEqual([1, 1])
  await exchange('¿Y un lago?', 'Agua.', { conversationId: id })
  expect(titleModel.requests).toHaveLength(before + 1)
})

test('a title that was given by hand meanwhile stays', async () => {
  const before = fixture.titleModel.requests.length
  const id = await exchange('Hola', 'Adiós')
  await fixture.conversations.update(fixture.ana, id, { title: 'Mía' })
  await nextTitle(before + 1, 'Saludos')
  const next = await exchange('Otra', 'Vez')
  await nextTitle(before + 2, 'Otra vez')
  await expect.poll(async () => (await get(next)).title).toBe('Otra vez')
  expect((await get(id)).title).toBe('Mía')
})

test('a question of signs, whose title was the beginning of the answer, gets the better one', async () => {
  const before = fixture.titleModel.requests.length
  const id = await exchange('👋?', 'Buenas tardes.')
  expect((await get(id)).title).toBe('Buenas tardes.')
  await nextTitle(before + 1, 'Un saludo')
  await expect.poll(async () => (await get(id)).title).toBe('Un saludo')
})

test('what is not kept, and what did not come to its end, is not shown to the model', async () => {
  const { ana, chat, model, titleModel } = fixture
  const before = titleModel.requests.length
  await exchange('Secreto', 'Nada', { store: false })
  const messages = [{ role: 'user' as const, content: 'Roto' }]
  const broken = await chat.start(ana, { model: 'scripted', messages }, { requestId: '' })
  model.say('Medio')
  model.break()
  await expect.poll(() => broken.ending).toMatchObject({ finishReason: 'incomplete' })
  // The control: what comes after them is.
  const id = await exchange('Entero', 'Todo')
  await nextTitle(before + 1, 'Uno entero')
  await expect.poll(async () => (await get(id)).title).toBe('Uno entero')
  expect(titleModel.requests).toHaveLength(before + 1)
})

test.each([
  ['a page', 'word '.repeat(500), 'stop'],
  ['nothing but signs', '…', 'stop'],
  ['a title that was cut off', 'The most', 'length'],
  ['a preamble', 'Here is a title:\nGood and bad', 'stop'],
  ['a thought', '<think>Good?</think>', 'stop'],
] as const)('%s is no title: the one there is stays, and the log says so', async (_, text, reason) => {
  const before = fixture.titleModel.requests.length
  const id = await exchange('Bien', 'Mal')
  await nextTitle(before + 1, text, reason)
  await expect.poll(() => warnings(id)).toHaveLength(1)
  expect((await get(id)).title).toBe('Bien')
  // A page is not read to its end.
  if (text.length > 1_000) {
    const next = await exchange('Sí', 'No')
    await expect.poll(() => warnings(next)).toHaveLength(1)
  }
})

test('a server that ends waits for no title', async () => {
  const { ana, model, openChat, titleModel } = fixture
  const chat = openChat()
  const before = titleModel.requests.length
  const messages = [{ role: 'user' as const, content: 'Fin' }]
  const log = await chat.start(ana, { model: 'scripted', messages }, { requestId: '' })
  model.say('Ya')
  model.finish()
  await expect.poll(() => titleModel.requests).toHaveLength(before + 1)
  await chat.drain(1_000)
  expect((await get(log.identity.conversationId)).title).toBe('Fin')
  expect(warnings(log.identity.conversationId)).toEqual([])
})
