import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { readAllEvents } from '../support/event-stream.ts'
import { answer, FakeUpstream } from '../support/fake-upstream.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const PIXEL = 'data:image/png;base64,iVBORw0KGgo='
const TEXT = { type: 'text', text: '¿Qué ves en la foto?' }
const IMAGE = { type: 'image_url', image_url: { url: PIXEL } }
const ADDRESS = { type: 'image_url', image_url: { url: 'https://example.org/gato.jpg' } }

let upstream: FakeUpstream
let server: TestServer
let ana: SignedIn

beforeAll(async () => {
  upstream = await FakeUpstream.start()
  server = await startTestServer()
  const config = join(server.folder, 'config')
  await mkdir(join(config, 'models'), { recursive: true })
  const file = {
    description: 'm',
    provider: 'openai-compatible',
    model: 'm',
    endpoints: [{ base_url: upstream.baseUrl }],
  }
  const models = { seeing: { ...file, images: true }, blind: file, narrow: { ...file, context_tokens: 1_000 } }
  for (const [name, model] of Object.entries(models))
    await writeFile(join(config, 'models', `${name}.json`), JSON.stringify(model))
  const list = Object.keys(models).map((name) => ({ name, path: `models/${name}.json` }))
  await writeFile(join(config, 'model_configs.json'), JSON.stringify(list))
  await server.restart()
  ana = await server.signUp('ana')
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
})
beforeEach(() => upstream.always(answer('Un gato.')))
afterEach(() => upstream.requests.splice(0))

function send(content: unknown, more: object = {}, headers: Record<string, string> = {}): Promise<Response> {
  const body = JSON.stringify({ model: 'seeing', messages: [{ role: 'user', content }], ...more })
  return ana.fetch('/chat/stream', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
  })
}

/** Sends it, waits for the answer, and says in which conversation. */
async function ask(content: unknown, more: object = {}): Promise<string> {
  const events = await readAllEvents(await send(content, more))
  expect(events.at(-1)?.data.type).toBe('done')
  return String(events.find(({ data }) => data.type === 'start')?.data.conversation_id)
}

async function read(path: string) {
  return JSON.parse(await (await ana.fetch(path)).text())
}

test('a model sees the images of a message, then and in later turns, and this server asks nobody for them', async () => {
  const id = await ask([TEXT, IMAGE, ADDRESS])
  expect(upstream.requests[0]?.body.messages).toEqual([{ role: 'user', content: [TEXT, IMAGE, ADDRESS] }])
  await ask('¿Y de qué color?', { conversation_id: id })
  expect(upstream.requests[1]?.body.messages).toEqual([
    { role: 'user', content: [TEXT, IMAGE, ADDRESS] },
    { role: 'assistant', content: 'Un gato.' },
    { role: 'user', content: '¿Y de qué color?' },
  ])
})

test('a message with images is stored as its text and its parts, is found by its text and called by it', async () => {
  const id = await ask([TEXT, IMAGE, { type: 'text', text: 'Un quetzal, digo yo.' }])
  const { title, messages } = await read(`/chat/history/${id}`)
  expect(title).toBe(TEXT.text)
  expect(messages[0]).toMatchObject({
    content: `${TEXT.text}\nUn quetzal, digo yo.`,
    parts: [TEXT, IMAGE, { type: 'text', text: 'Un quetzal, digo yo.' }],
  })
  expect(messages[1]).not.toHaveProperty('parts')
  expect((await read('/chat/history?q=quetzal')).map((one: { id: string }) => one.id)).toEqual([id])
})

test('an image needs no words', async () => {
  const { messages } = await read(`/chat/history/${await ask([IMAGE])}`)
  expect(messages[0]).toMatchObject({ content: '', parts: [IMAGE] })
  expect(upstream.requests[0]?.body.messages).toEqual([{ role: 'user', content: [IMAGE] }])
})

test('a list of texts is a text, which every model reads', async () => {
  const { messages } = await read(`/chat/history/${await ask([TEXT, TEXT], { model: 'blind' })}`)
  expect(messages[0].content).toBe(`${TEXT.text}\n${TEXT.text}`)
  expect(messages[0]).not.toHaveProperty('parts')
})

test('listModels says who sees images, and nobody else is shown one', async () => {
  const models = await read('/chat/models')
  expect(models).toEqual([
    { name: 'seeing', description: 'm', available: true, images: true },
    { name: 'blind', description: 'm', available: true },
    { name: 'narrow', description: 'm', available: true },
  ])
  const response = await send([TEXT, IMAGE], { model: 'blind' })
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({
    errors: [{ pointer: '/messages/0/content/1', detail: 'blind sees no images. Ask one that does: seeing.' }],
  })
})

test('a model that sees none goes on with such a conversation without its images', async () => {
  const id = await ask([TEXT, IMAGE])
  await ask([ADDRESS], { conversation_id: id })
  await ask('¿Y ahora?', { conversation_id: id, model: 'blind' })
  expect(upstream.requests.at(-1)?.body.messages?.map(({ content }) => content)).toEqual([
    TEXT.text,
    'Un gato.',
    '[image]',
    'Un gato.',
    '¿Y ahora?',
  ])
})

test('images that are left out take no room from the texts', async () => {
  const id = await ask([TEXT, IMAGE])
  const events = await readAllEvents(await send('¿Y ahora?', { conversation_id: id, model: 'narrow' }))
  expect(events.flatMap(({ data }) => (data.type === 'notice' ? data.code : []))).toEqual(['images-left-out'])
  expect(upstream.requests.at(-1)?.body.messages).toHaveLength(3)
})

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://2130706433/',
  'HTTP://[::ffff:10.0.0.1]:8000/',
  'http://localhost/',
])('nobody makes a model look at what only its own network can see: %s', async (url) => {
  const response = await send([TEXT, { type: 'image_url', image_url: { url } }])
  expect(response.status).toBe(422)
  const { errors } = JSON.parse(await response.text())
  expect(errors).toEqual([
    { pointer: '/messages/0/content/1/image_url/url', detail: expect.stringContaining('private network') },
  ])
  expect(upstream.requests).toEqual([])
})

test.each([
  ['an image of another kind', [{ type: 'image_url', image_url: { url: 'data:image/svg+xml;base64,AAAA' } }]],
  ['an image that is no base64', [{ type: 'image_url', image_url: { url: 'data:image/png;base64,<svg>' } }]],
  ['a file', [{ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }]],
  ['a script', [{ type: 'image_url', image_url: { url: 'javascript:alert(1)' } }]],
  ['an address of two hosts', [{ type: 'image_url', image_url: { url: 'http://example.org\\@127.0.0.1/' } }]],
  ['an address that is none', [{ type: 'image_url', image_url: { url: 'https://' } }]],
  ['a part of no kind', [{ type: 'audio', audio: {} }]],
  ['a part with more in it', [{ ...TEXT, cache_control: {} }]],
  ['no part at all', []],
  ['too many parts', Array.from({ length: 101 }, () => TEXT)],
  ['neither text nor parts', { type: 'text', text: 'Hola' }],
])('what cannot be shown is refused: %s', async (_, content) => {
  const response = await send(content)
  expect(response.status).toBe(422)
  const { errors } = JSON.parse(await response.text())
  expect(errors[0].pointer).toMatch(/^\/messages\/0\/content/)
  expect(upstream.requests).toEqual([])
})

test('only users show images', async () => {
  const response = await send('', { messages: [{ role: 'system', content: [IMAGE] }] })
  expect(response.status).toBe(422)
})

test('an image counts to the size of its request', async () => {
  const huge = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(1_100_000)}` } }
  expect((await send([huge])).status).toBe(413)
  const large = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(1_000_000)}` } }
  const { messages } = await read(`/chat/history/${await ask([large])}`)
  expect(messages[0].parts).toEqual([large])
})

test('another image is another request to an Idempotency-Key', async () => {
  const headers = { 'Idempotency-Key': 'the-key-of-this-test' }
  const first = await readAllEvents(await send([TEXT, IMAGE], {}, headers))
  const again = await readAllEvents(await send([TEXT, IMAGE], {}, headers))
  expect(again[0]?.data.message_id).toBe(first[0]?.data.message_id)
  expect((await send([TEXT, ADDRESS], {}, headers)).status).toBe(422)
  expect(upstream.requests).toHaveLength(1)
})
