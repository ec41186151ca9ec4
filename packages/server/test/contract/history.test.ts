import { afterAll, beforeAll, expect, test } from 'vitest'
import { readAllEvents } from '../support/event-stream.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let ana: SignedIn
let bob: SignedIn

beforeAll(async () => {
  server = await startTestServer()
  ana = await server.signUp('ana')
  bob = await server.signUp('bob')
})

afterAll(() => server[Symbol.asyncDispose]())

interface Listed {
  id: string
  title: string
  message_count: number
}
interface Shown {
  current_message_id: string
  messages: { id: string; role: string; content: string; parent_id: string | null }[]
}

function send(who: SignedIn, method: string, path: string, body: object): Promise<Response> {
  return who.fetch(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
}

async function ask(who: SignedIn, content: string | undefined, more: object = {}) {
  const messages = content === undefined ? [] : [{ role: 'user', content }]
  const response = await send(who, 'POST', '/chat/stream', { model: 'eliza', messages, ...more })
  const events = await readAllEvents(response)
  const start = events.find(({ data }) => data.type === 'start')?.data
  return { conversation: String(start?.conversation_id), answer: String(start?.message_id), start }
}

async function list(who: SignedIn, query = ''): Promise<Listed[]> {
  const response = await who.fetch(`/chat/history${query}`)
  expect(response.status).toBe(200)
  return JSON.parse(await response.text())
}

async function show(who: SignedIn, id: string, query = ''): Promise<Shown> {
  return JSON.parse(await (await who.fetch(`/chat/history/${id}${query}`)).text())
}

async function pointers(response: Response): Promise<string[]> {
  expect(response.status).toBe(422)
  const problem: { errors: { pointer: string }[] } = JSON.parse(await response.text())
  return problem.errors.map(({ pointer }) => pointer)
}

test('pages put together are the whole list, with a search as without', async () => {
  const carol = await server.signUp('carol')
  for (let at = 0; at < 5; at += 1) await ask(carol, at === 2 ? 'otra cosa' : `Cañón número ${at}`)
  for (const [q, length] of [
    ['', 5],
    ['CANON numero', 4],
  ] as const) {
    const whole = await list(carol, q === '' ? '' : `?${new URLSearchParams({ q })}`)
    expect(whole).toHaveLength(length)
    const paged: Listed[] = []
    let path: string | undefined = `/chat/history?${new URLSearchParams({ ...(q !== '' && { q }), limit: '2' })}`
    while (path !== undefined) {
      const response: Response = await carol.fetch(path)
      paged.push(...JSON.parse(await response.text()))
      path = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
    }
    expect(paged).toEqual(whole)
  }
})

test('a search finds what was asked, what was answered and what it is called, and only what is yours', async () => {
  const { conversation } = await ask(ana, '¿Dónde está el ÁRBOL?')
  await ask(bob, 'El árbol de Bob')
  await send(ana, 'PATCH', `/chat/history/${conversation}`, { title: 'Straße' })
  const ids = async (q: string) => (await list(ana, `?${new URLSearchParams({ q })}`)).map(({ id }) => id)
  expect(await ids('donde arbol')).toEqual([conversation])
  expect(await ids('strasse')).toEqual([conversation])
  expect(await ids('arb')).toEqual([])
  expect(await ids('bob')).toEqual([])
  const { messages } = await show(ana, conversation)
  expect(await ids(messages.at(-1)?.content ?? '')).toEqual([conversation])
  for (const q of ['', '*', '"', '"""', 'NEAR(', '^ : - ( )']) expect(await ids(q)).toEqual([])
})

test('a search with a NUL, with too much of everything, or twice is refused', async () => {
  expect(await pointers(await ana.fetch('/chat/history?q=a%00b'))).toEqual(['/q'])
  expect(await pointers(await ana.fetch(`/chat/history?q=${'a'.repeat(10_001)}`))).toEqual(['/q'])
  expect(await pointers(await ana.fetch('/chat/history?tree=1&limit=0&q=a'))).toEqual(['/limit'])
  expect((await ana.fetch('/chat/history?cursor=nonsense')).status).toBe(422)
  expect((await ana.fetch('/chat/history?cursor=nonsense&q=word')).status).toBe(422)
})

test('editing, answering again and going back, as the description of the API tells it', async () => {
  const { answer: first, conversation: conversation_id } = await ask(ana, 'Hola, ¿cómo estás?')
  const before = await show(ana, conversation_id)
  const question = before.messages[0]
  const edited = await ask(ana, 'Hola, ¿cómo te va?', { conversation_id, parent_id: question?.parent_id })
  expect((await show(ana, conversation_id)).messages.map(({ id }) => id)).not.toContain(question?.id)
  const again = await ask(ana, undefined, { conversation_id, parent_id: question?.id })
  expect(again.start).toMatchObject({ parent_id: question?.id, conversation_id })
  const tree = await show(ana, conversation_id, '?tree=true')
  expect(tree.messages).toHaveLength(5)
  expect(tree.current_message_id).toBe(again.answer)
  expect((await list(ana)).find(({ id }) => id === conversation_id)?.message_count).toBe(5)

  const change = (body: object) => send(ana, 'PATCH', `/chat/history/${conversation_id}`, body)
  expect((await change({ current_message_id: first })).status).toBe(200)
  expect((await show(ana, conversation_id)).messages).toEqual(before.messages)
  expect((await change({ title: 'Saludos', current_message_id: edited.answer })).status).toBe(200)
  expect(await show(ana, conversation_id)).toMatchObject({ title: 'Saludos', current_message_id: edited.answer })
})

test('a change of nothing, of nobody knows what, or to a message of elsewhere is refused', async () => {
  const { conversation, answer } = await ask(ana, 'Hola')
  const elsewhere = await ask(bob, 'Hola')
  const path = `/chat/history/${conversation}`
  expect(await pointers(await send(ana, 'PATCH', path, {}))).toEqual([''])
  expect(await pointers(await send(ana, 'PATCH', path, { current_message_id: null }))).toEqual(['/current_message_id'])
  expect(await pointers(await send(ana, 'PATCH', path, { owner: 'bob' }))).toEqual(['/owner'])
  for (const current_message_id of [elsewhere.answer, 'nothing', "' OR 1=1"]) {
    expect((await send(ana, 'PATCH', path, { current_message_id })).status).toBe(404)
    const body = { model: 'eliza', messages: [], conversation_id: conversation, parent_id: current_message_id }
    expect((await send(ana, 'POST', '/chat/stream', body)).status).toBe(404)
  }
  expect((await send(bob, 'PATCH', path, { current_message_id: answer })).status).toBe(404)
  expect(await pointers(await send(ana, 'POST', '/chat/stream', { model: 'eliza', messages: [] }))).toEqual([
    '/messages',
  ])
})
