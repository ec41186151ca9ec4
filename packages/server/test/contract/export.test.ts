import { afterAll, beforeAll, expect, test } from 'vitest'
import { chatgptConversation, chatgptExchange, node } from '../support/chatgpt-export.ts'
import { exportAll, importFile } from '../support/import-file.ts'
import { chatOf } from '../support/sample-requests.ts'
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

function send(who: SignedIn, method: string, path: string, body: object): Promise<Response> {
  return who.fetch(path, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
}

test('a conversation is exported as Markdown, unless another format is asked for', async () => {
  const { conversationId } = await chatOf(ana)
  await send(ana, 'PATCH', `/chat/history/${conversationId}`, { title: 'Cañón: "uno"' })
  for (const [query, type, extension] of [
    ['', 'text/markdown; charset=utf-8', 'md'],
    ['?format=md', 'text/markdown; charset=utf-8', 'md'],
    ['?format=html', 'text/html; charset=utf-8', 'html'],
    ['?format=json', 'application/json', 'json'],
  ]) {
    const response = await ana.fetch(`/chat/history/${conversationId}/export${query}`)
    expect(response.headers.get('content-type')).toBe(type)
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="Canon uno.${extension}"; filename*=UTF-8''Ca%C3%B1%C3%B3n%20uno.${extension}`,
    )
    const text = await response.text()
    expect(text).toContain('El secreto de Ana')
    expect((await bob.fetch(`/chat/history/${conversationId}/export${query}`)).status).toBe(404)
  }
  expect((await ana.fetch(`/chat/history/${conversationId}/export?format=pdf`)).status).toBe(422)
  const head = await ana.fetch(`/chat/history/${conversationId}/export`, { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
})

test('JSON has the active branch, or with tree=true all that there is', async () => {
  const nodes = [
    node({ id: 'q', parent: null, text: 'Question' }),
    node({ id: 'a', parent: 'q', role: 'assistant', text: 'First' }),
    node({ id: 'b', parent: 'q', role: 'assistant', text: 'Second' }),
  ]
  const [report] = await importFile(ana, [chatgptConversation('tree', nodes)])
  const path = `/chat/history/${report?.conversation_id}/export?format=json`
  const contents = async (query: string) => {
    const { messages }: { messages: { content: string }[] } = JSON.parse(await (await ana.fetch(path + query)).text())
    return messages.map(({ content }) => content)
  }
  expect(await contents('')).toEqual(['Question', 'Second'])
  expect((await contents('&tree=true')).toSorted()).toEqual(['First', 'Question', 'Second'])
})

test('all conversations are one list, of any length, and nobody else is in it', async () => {
  const carol = await server.signUp('carol')
  const file = Array.from({ length: 1_100 }, (_, at) => chatgptExchange(`number-${at}`))
  expect((await importFile(carol, file)).filter(({ status }) => status === 'imported')).toHaveLength(1_100)
  const exported = await exportAll(carol)
  expect(new Set(exported.map(({ id }) => id)).size).toBe(1_100)
  expect(exported.every(({ messages }) => messages.length === 2)).toBe(true)
  expect(await exportAll(await server.signUp('dora'))).toEqual([])
  const response = await carol.fetch('/chat/history/export', { method: 'HEAD' })
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="vektor-history.json"')
})

test('what must not be kept is exported by nobody', async () => {
  const dan = await server.signUp('dan')
  const chat = { model: 'eliza', store: false, messages: [{ role: 'user', content: 'Hola' }] }
  const text = await (await send(dan, 'POST', '/chat/stream', chat)).text()
  const [, id] = /"conversation_id":"([^"]+)"/.exec(text) ?? []
  expect((await dan.fetch(`/chat/history/${id}`)).status).toBe(200)
  expect((await dan.fetch(`/chat/history/${id}/export`)).status).toBe(404)
  expect(await exportAll(dan)).toEqual([])
})
