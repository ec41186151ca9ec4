/** The SDK and a real server, with a network between them that breaks at every byte of an answer. */
import { createVektor, memoryStore } from '@vektor/sdk'
import { expect, test } from 'vitest'
import { CountingUpstream } from './support/counting-upstream.ts'
import { CUT_HEADER, CuttingProxy } from './support/cutting-proxy.ts'
import { RealServer } from './support/real-server.ts'

const PIECES = ['¡Hola! ', '日本 — ', '👩‍👩‍👧 ', '"y" ya.\n']
const AT_ONCE = 32
const account = { username: 'ana', password: 'correct horse battery' }

test('cut at any byte of its stream, an answer comes whole, is asked for once and stored once', {
  timeout: 400_000,
}, async () => {
  await using upstream = await CountingUpstream.start(PIECES)
  const unlimited = { VEKTOR_RATE_LIMIT: '10000000', VEKTOR_STREAM_LIMIT: '1000' }
  await using server = await RealServer.start({
    settings: { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: upstream.baseUrl, ...unlimited },
  })
  await using proxy = await CuttingProxy.before(server.url)
  const store = memoryStore()
  const { auth } = createVektor({ baseUrl: server.url, store })
  await auth.register({ email: 'ana@example.com', ...account })
  await auth.logIn(account)

  /** Asks a question whose first connection is cut after so many bytes. */
  async function ask(cut: number): Promise<void> {
    const vektor = createVektor({ baseUrl: proxy.url, store, headers: { [CUT_HEADER]: String(cut) } })
    const content = `Pregunta ${cut}`
    const stream = vektor.chat.stream({ model: 'gpt-4-stream', messages: [{ role: 'user', content }] })
    const types: string[] = []
    let text = ''
    for await (const event of stream) {
      if (event.type === 'delta') text += event.content
      else types.push(event.type)
    }
    expect(text, `cut after ${cut} bytes`).toBe(PIECES.join(''))
    expect(types).toEqual(['message', 'start', 'done'])
    const { conversationId, content: final } = await stream.final()
    expect(final).toBe(text)
    const { messages } = await vektor.history.get(conversationId)
    expect(messages.map((message) => [message.content, message.status])).toEqual([
      [content, 'completed'],
      [text, 'completed'],
    ])
    expect(upstream.asked.get(content)).toBe(1)
  }

  // Far behind the end of it.
  await ask(1_000_000)
  const [length = 0] = proxy.lengths
  expect(length).toBeGreaterThan(1_000)
  const cuts = Array.from({ length }, (_, byte) => byte).values()
  const run = async () => {
    for (const cut of cuts) await ask(cut)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, run))
  expect(proxy.cuts).toBe(length + 1)
  expect(upstream.asked.size).toBe(length + 1)
})
