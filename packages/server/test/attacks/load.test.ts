/** What is meant to keep the server busy, or to fill it up. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '../../src/app-error.ts'
import { searchWords } from '../../src/database/search-words.ts'
import contract from '../../src/generated/openapi.json' with { type: 'json' }
import { Contract } from '../../src/http/contract.ts'
import { findImages } from '../../src/modules/chat/chat-request.ts'
import { parseCursor } from '../../src/modules/chat/position.ts'
import { titleFrom } from '../../src/modules/conversations/index.ts'
import { composeReply } from '../../src/providers/eliza/compose-reply.ts'
import { createRedactor } from '../../src/providers/openai-compatible/redactor.ts'
import { Secret } from '../../src/secret.ts'
import { readEvents } from '../support/event-stream.ts'
import { addressOf, initOf, meetPeople, type People, SAMPLE_REQUESTS } from '../support/sample-requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const { operations } = new Contract(contract)

describe('a body', () => {
  let server: TestServer
  let people: People
  beforeAll(async () => {
    server = await startTestServer()
    people = await meetPeople(server)
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const spaces = Buffer.alloc(200 * 1024 ** 2, ' ')
  const gzipBomb = gzipSync(spaces)
  const brotliBomb = brotliCompressSync(spaces)
  const deep = `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`

  test('is a bomb to whoever is not on his guard (the control)', () => {
    for (const bomb of [gunzipSync(gzipBomb), brotliDecompressSync(brotliBomb)]) expect(bomb.length).toBe(spaces.length)
    expect(() => JSON.stringify(JSON.parse(deep))).toThrow(RangeError)
  })

  // What is handed on as it comes has a limit of its own: see `import.test.ts`.
  const withJson = operations.filter(
    ({ body }) => body?.schemas.has('application/json') && body.streamLimit === undefined,
  )
  test.each(withJson.map((operation) => [operation.id, operation] as const))(
    'of %s that is a bomb is refused',
    async (id, operation) => {
      const request = (await SAMPLE_REQUESTS[id]?.(people)) ?? {}
      const { accessToken } = operation.role === 'administrator' ? people.administrator : people.ana
      const send = async (body: string | Buffer, headers: Record<string, string> = {}) => {
        const init = initOf(operation.method, { ...request, json: {} })
        for (const [name, value] of Object.entries({ Authorization: `Bearer ${accessToken}`, ...headers }))
          init.headers.set(name, value)
        return (
          await server.fetch(addressOf(operation.path, request), { ...init, body: new Uint8Array(Buffer.from(body)) })
        ).status
      }
      const before = process.memoryUsage().rss
      expect(await send(gzipBomb, { 'Content-Encoding': 'gzip' })).toBe(413)
      expect(await send(brotliBomb, { 'Content-Encoding': 'br' })).toBe(413)
      expect(await send(spaces.subarray(0, 2 * 1024 ** 2))).toBe(413)
      expect(await send(deep)).toBe(422)
      expect(await send(deep.slice(0, 100_000))).toBe(400)
      expect(await send('{}', { 'Content-Type': 'text/plain' })).toBe(415)
      expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 ** 2)
    },
  )
})

describe('five hundred connections that never get to the point', () => {
  let server: TestServer
  let sockets: Socket[] = []
  beforeAll(async () => {
    server = await startTestServer({ wordDelayMs: 150 })
  })
  afterAll(async () => {
    for (const socket of sockets) socket.destroy()
    await server[Symbol.asyncDispose]()
  })

  test('hold up neither a stream nor the health check, and are sent away, while the stream goes on', async () => {
    const ana = await server.signUp('ana')
    const chat = { json: { model: 'eliza', messages: [{ role: 'user', content: 'Cuéntame una historia larga' }] } }
    const events = readEvents(await ana.fetch('/chat/stream', initOf('post', chat)))
    await events.next()

    const { hostname, port } = new URL(server.url)
    sockets = Array.from({ length: 500 }, () => connect(Number(port), hostname))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    const closed = sockets.map(async (socket) => {
      socket.resume().on('error', () => undefined)
      await once(socket, 'close')
    })
    for (const socket of sockets) socket.write('GET /health HTTP/1.1\r\nHost: slow\r\nX-Slow: ')
    await using patient = await startPatientServer()
    const drip = setInterval(() => {
      for (const socket of [...sockets, patient.socket]) if (socket.writable) socket.write('x')
    }, 1_000)

    const started = performance.now()
    expect((await server.fetch('/health')).status).toBe(200)
    expect(performance.now() - started).toBeLessThan(2_000)
    expect((await events.next()).done).toBe(false)

    // They had ten seconds for their headers, however they spread them.
    await Promise.all(closed)
    clearInterval(drip)
    expect(patient.socket.writable, 'the control: a server without a limit still waits').toBe(true)
    let last: string | undefined
    for await (const { data } of events) last = data.type
    expect(last).toBe('done')
  })
})

/** Whoever is connected to it may take as long as they like, and one of them does. */
async function startPatientServer() {
  const server = createServer({ headersTimeout: 0, requestTimeout: 0 }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  socket.resume().write('GET / HTTP/1.1\r\nHost: slow\r\nX-Slow: ')
  return {
    socket,
    async [Symbol.asyncDispose]() {
      socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

describe('an expression', () => {
  function patternsIn(node: unknown): string[] {
    if (typeof node !== 'object' || node === null) return []
    const own = 'pattern' in node && typeof node.pattern === 'string' ? [node.pattern] : []
    return [...own, ...Object.values(node).flatMap(patternsIn)]
  }
  const patterns = [...new Set(patternsIn(contract))]
  const LENGTH = 100_000
  const units = [
    'a',
    ' ',
    '@',
    'a@',
    'a ',
    '\t',
    '\u3000',
    'é',
    '🦤',
    '-',
    'a-',
    '_',
    '.',
    '0',
    '/',
    '"a";r=1;',
    '\ufe6b',
    '\u2028',
    '%',
    '\0',
  ]

  function milliseconds(work: () => unknown): number {
    const started = performance.now()
    work()
    return performance.now() - started
  }

  test('of which there are some', () => {
    expect(patterns.length).toBeGreaterThan(5)
    // The control: such a one would be found.
    expect(milliseconds(() => /^(\s|\s\s)*$/.test(`${' '.repeat(32)}!`))).toBeGreaterThan(5)
  })

  /** What is read of texts that strangers and upstreams write. */
  const readers: Record<string, (text: string) => unknown> = {
    'a cursor': parseCursor,
    'an image': (url) => findImages([{ role: 'user', content: '', parts: [{ type: 'image', url }] }]),
    'an image in the request': (data) =>
      findImages([{ role: 'user', content: '', parts: [{ type: 'image', url: `data:image/png;base64,${data}` }] }]),
    'words to search': searchWords,
    'the first line of a question': titleFrom,
    "an upstream's error": createRedactor(new Secret('a key of an upstream')),
    'a question to eliza': (content) => composeReply([{ role: 'user', content }]),
  }

  test.each(Object.keys(readers))('of %s judges 100,000 characters in no time too', (name) => {
    for (const unit of [...units, 'Bearer ', 'sk-', '1.1.1,', '<', '"', 'https://']) {
      const text = unit.repeat(LENGTH / unit.length)
      for (const input of [text, `${text}!`, `https://${text}`, `1.1.${text}`, `Bearer ${text}`]) {
        const read = () => {
          try {
            readers[name]?.(input)
          } catch (error) {
            if (!(error instanceof AppError)) throw error
          }
        }
        expect(milliseconds(read), JSON.stringify(unit)).toBeLessThan(1_000)
      }
    }
  })

  test.each(patterns)('judges 100,000 characters in no time: %s', (pattern) => {
    const expression = new RegExp(pattern, 'u')
    for (const unit of units) {
      const text = unit.repeat(LENGTH / unit.length)
      for (const input of [text, `${text}!`, `${text}\n`, `a@${text}`, `/problems/${text} `, `"${text}`]) {
        expect(
          milliseconds(() => expression.test(input)),
          JSON.stringify(unit),
        ).toBeLessThan(1_000)
      }
    }
  })
})
