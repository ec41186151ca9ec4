/** A recorded stream of a real server, cut at every byte of it, status line, headers and framing included. */
import { expect, test, vi } from 'vitest'
import { type ChatEvent, type ChatStream, createVektor } from '../src/index.ts'
import { RecordedStream } from './support/recorded-stream.ts'
import { type Exchange, startServer } from './support/test-server.ts'

// Thousands of connections, of which each waits before it is made again.
vi.setConfig({ testTimeout: 180_000 })

const QUESTION = { model: 'gpt-4-stream', messages: [{ role: 'user' as const, content: 'Hola, ¿cómo estás? 👋' }] }
const ANSWER = new RecordedStream('answer')
const ACCOUNT = new RecordedStream('account')
const EVERY_BYTE = Array.from({ length: ANSWER.bytes().length }, (_, byte) => byte)

/** What becomes of one response: it is cut after so many bytes, or something else comes in its place. */
type Turn = number | ((exchange: Exchange) => void)

/** What a client may meet on its way back. */
const TROUBLES: readonly ((exchange: Exchange) => void)[] = [
  (exchange) => exchange.drop(),
  (exchange) => exchange.problem(503, 'draining', { 'retry-after': '0' }),
  (exchange) => exchange.problem(429, 'too-many-streams', { 'retry-after': '0' }),
  (exchange) => exchange.json(502, '<html>bad gateway</html>', { 'content-type': 'text/html' }),
]

/** Serves the recording to many clients; what the responses to each become, one after the other, is its script. */
async function startReplay(stream: RecordedStream, scripts: readonly (readonly Turn[])[]) {
  const turns = new Map<string, number>()
  const play = (exchange: Exchange) => {
    const script = String(exchange.headers['x-script'])
    const turn = turns.get(script) ?? 0
    turns.set(script, turn + 1)
    const next = scripts[Number(script)]?.[turn] ?? Number.POSITIVE_INFINITY
    const cursor = exchange.headers['last-event-id']
    if (typeof next === 'number') exchange.raw(stream.bytes(cursor && String(cursor)).subarray(0, next))
    else next(exchange)
  }
  const server = await startServer({ 'POST /chat/stream': play, 'GET /chat/stream': play })
  return {
    /** One client for each script, some at a time. */
    async read(work: (vektor: ReturnType<typeof createVektor>, script: number) => Promise<void>): Promise<void> {
      const queue = scripts.keys()
      const run = async () => {
        for (const script of queue) {
          await work(createVektor({ baseUrl: server.url, headers: { 'x-script': String(script) } }), script)
        }
      }
      await Promise.all(Array.from({ length: 64 }, run))
    },
    server,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

type Replay = Awaited<ReturnType<typeof startReplay>>

async function expectWhole(stream: ChatStream): Promise<void> {
  const events: ChatEvent[] = []
  for await (const event of stream) events.push(event)
  expect(events.map((event) => (event.type === 'delta' ? event.content : '')).join('')).toBe(ANSWER.text)
  expect(events.map(({ type }) => type).filter((type) => type !== 'delta')).toEqual(['message', 'start', 'done'])
  expect(await stream.final()).toMatchObject({ content: ANSWER.text, finishReason: 'stop' })
}

/** However often a question is posted, it is the same one: the server asks the upstream for each key once. */
function expectAskedOnce({ server }: Replay): void {
  const keys = new Map<string, Set<string>>()
  for (const { body, headers } of server.asked('POST /chat/stream')) {
    expect(JSON.parse(body)).toEqual(QUESTION)
    const script = String(headers['x-script'])
    keys.set(script, (keys.get(script) ?? new Set()).add(String(headers['idempotency-key'])))
  }
  expect(keys.size).toBe(EVERY_BYTE.length)
  expect(new Set([...keys.values()].flatMap((own) => [...own])).size).toBe(EVERY_BYTE.length)
}

test('the recording is what a server sends: characters of every length, heartbeats, and an id alone', () => {
  expect(ANSWER.text).toBe('¡Hola! Muy bien — ¿y tú? 👩‍👩‍👧 👋 "comillas"\n日本 una línea más.')
  expect(ANSWER.bytes().toString()).toMatch(/: heartbeat\n\n.*"delta".*: heartbeat\n\n/s)
  expect(ACCOUNT.bytes().toString()).toMatch(/\r\nid: 0\.0\.9+\n\n\r\n/)
})

test('cut at any byte, the answer is whole and asked for once', async () => {
  await using replay = await startReplay(
    ANSWER,
    EVERY_BYTE.map((byte) => [byte]),
  )
  await replay.read((vektor) => expectWhole(vektor.chat.stream(QUESTION)))
  expectAskedOnce(replay)
})

test('cut at any byte, with trouble on the way back or that cut too, the answer is whole and asked for once', async () => {
  const scripts = EVERY_BYTE.map((byte): Turn[] => {
    // Prime to the length, so that each byte of the second connection has its turn.
    const cut = (byte * 13) % EVERY_BYTE.length
    return [byte, TROUBLES[byte % (TROUBLES.length + 1)] ?? cut]
  })
  await using replay = await startReplay(ANSWER, scripts)
  await replay.read((vektor) => expectWhole(vektor.chat.stream(QUESTION)))
  expectAskedOnce(replay)
})

test('whoever follows the account misses nothing and sees nothing twice, cut at any byte', async () => {
  const bytes = Array.from({ length: ACCOUNT.bytes().length }, (_, byte) => byte)
  await using replay = await startReplay(
    ACCOUNT,
    bytes.map((byte) => [byte]),
  )
  await replay.read(async (vektor) => {
    const types: string[] = []
    let text = ''
    for await (const event of vektor.chat.followAll()) {
      if (event.type === 'delta') text += event.content
      else types.push(event.type)
      if (event.type === 'done') break
    }
    expect({ text, types }).toEqual({ text: ACCOUNT.text, types: ['message', 'start', 'done'] })
  })
})

test('the control: a reader that does not come back has another text nearly always', async () => {
  await using replay = await startReplay(
    ANSWER,
    EVERY_BYTE.map((byte) => [byte]),
  )
  const wrong = await Promise.all(
    EVERY_BYTE.map(async (byte) => (await readNaively(replay.server.url, byte)) !== ANSWER.text),
  )
  expect(wrong.filter(Boolean).length).toBeGreaterThan(EVERY_BYTE.length * 0.9)
  expect(wrong).toContain(false)
})

/** What many an application does: it shows what comes until no more does. */
async function readNaively(url: string, script: number): Promise<string> {
  let received = ''
  try {
    const init = { method: 'POST', headers: { 'x-script': String(script) }, body: JSON.stringify(QUESTION) }
    const { body } = await fetch(`${url}/chat/stream`, init)
    for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) received += text
  } catch {
    // As if that were the end.
  }
  const events = received.split('\n\n').slice(0, -1)
  const data = events.flatMap((event) => /^data: (.*)$/m.exec(event)?.[1] ?? [])
  return data
    .map((json) => JSON.parse(json))
    .reduce((all, { type, content }) => (type === 'delta' ? all + content : all), '')
}
