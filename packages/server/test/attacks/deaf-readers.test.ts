import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type ReceivedEvent, readEvents, textOf } from '../support/event-stream.ts'
import { FakeUpstream } from '../support/fake-upstream.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import type { SignedIn } from '../support/sign-up.ts'

// Thousands of pieces, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 180_000 })
const PATIENT = { timeout: 60_000 }

const READERS = 60
/** Nine megabytes on the wire, which sixty readers would make 540. */
const TEXT = '日'.repeat(3_000_000)
/** What one copy of the answer costs while it is written and stored, and what the kernel doesn't take of the sockets. */
const ROOM_BYTES = 250_000_000

let upstream: FakeUpstream
let server: ServerProcess
let ana: SignedIn
const sockets: Socket[] = []
beforeAll(async () => {
  upstream = await FakeUpstream.start()
  server = await startServerProcess({
    env: {
      OPENAI_API_KEY: 'key',
      OPENAI_BASE_URL: upstream.baseUrl,
      VEKTOR_STREAM_LIMIT: '200',
      VEKTOR_RATE_LIMIT: '10000000',
    },
  })
  ana = await server.signUp('ana')
})
afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  await server[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
})

/** Sends a request and reads nothing of what comes. */
async function openDeaf(url: string, head: readonly string[]): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  sockets.push(socket.pause())
  await once(socket, 'connect')
  socket.write(`${[...head, `Host: ${hostname}`].join('\r\n')}\r\n\r\n`)
}

interface Status {
  active_streams: number
  memory: { rss_bytes: number }
}

async function readStatus(): Promise<Status> {
  return JSON.parse(await (await ana.fetch('/api/status')).text())
}

/** Somebody who asks and reads, and all of whose answer is there, but not its end. */
async function askAndRead() {
  const live = upstream.live()
  const asked = await ana.fetch('/chat/stream', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4-stream', messages: [{ role: 'user', content: 'Hola' }] }),
  })
  const events: ReceivedEvent[] = []
  const ended = (async () => {
    for await (const event of readEvents(asked)) events.push(event)
  })()
  ended.catch(() => undefined)
  await live.request
  for (let start = 0; start < TEXT.length; start += 5_000) live.text(TEXT.slice(start, start + 5_000))
  const isThere = () => events.reduce((sum, { data }) => sum + (data.content?.length ?? 0), 0) === TEXT.length
  await expect.poll(isThere, PATIENT).toBe(true)
  return {
    events,
    async finish() {
      live.finish()
      live.end()
      await ended
      expect(textOf(events) === TEXT).toBe(true)
      expect(events.at(-1)?.data).toMatchObject({ type: 'done', finish_reason: 'stop' })
    },
  }
}

function follow(query = '', cursor = ''): Promise<void> {
  const own = cursor === '' ? [] : [`Last-Event-ID: ${cursor}`]
  const head = [`GET /chat/stream${query} HTTP/1.1`, `Authorization: Bearer ${ana.accessToken}`, ...own]
  return openDeaf(server.url, head)
}

test('sixty readers that never read cost no memory, and the answer goes on for those who do', async () => {
  const before = await readStatus()
  for (let reader = 0; reader < READERS; reader += 1) await follow()
  await expect.poll(async () => (await readStatus()).active_streams, PATIENT).toBe(READERS)
  const { finish } = await askAndRead()
  const after = await readStatus()
  expect(after.memory.rss_bytes - before.memory.rss_bytes).toBeLessThan(ROOM_BYTES)
  await finish()
})

test('nor do readers that come when all of it is there, each to another place of it', async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  const { events, finish } = await askAndRead()
  const before = await readStatus()
  const [{ data, id } = { data: { message_id: '' }, id: '' }] = events
  const [sequence] = id.split('.')
  for (let reader = 0; reader < READERS; reader += 1) {
    await follow(`?message_id=${data.message_id}`, `${sequence}.${reader}.2`)
  }
  await expect.poll(async () => (await readStatus()).active_streams, PATIENT).toBe(READERS + 1)
  const after = await readStatus()
  expect(after.memory.rss_bytes - before.memory.rss_bytes).toBeLessThan(ROOM_BYTES)
  await finish()
})

test('the control: a server that writes whatever its readers take holds all of it for each', async () => {
  const responses: ServerResponse[] = []
  const naive = createServer((_, response) => void responses.push(response)).listen(0, '127.0.0.1')
  await once(naive, 'listening')
  const url = `http://127.0.0.1:${(naive.address() as AddressInfo).port}`
  for (let reader = 0; reader < READERS; reader += 1) await openDeaf(url, ['GET / HTTP/1.1'])
  await expect.poll(() => responses.length, { timeout: 10_000 }).toBe(READERS)
  const piece = Buffer.from(TEXT.slice(0, 5_000))
  for (let sent = 0; sent < TEXT.length; sent += 5_000) for (const response of responses) response.write(piece)
  await new Promise((resolve) => setImmediate(resolve))
  const held = responses.reduce((sum, { writableLength }) => sum + writableLength, 0)
  expect(held).toBeGreaterThan(ROOM_BYTES)
  naive.closeAllConnections()
  naive.close()
})
