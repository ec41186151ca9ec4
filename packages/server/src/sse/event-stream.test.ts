import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { readProblem, type SmallServer, startSmallServer, TOKEN, until } from '../../test/support/http-fixture.ts'
import type { Frames } from '../http/handler.ts'
import { encodeEvent, type Frame } from './encoding.ts'

const frame = (n: number) => encodeEvent(String(n), JSON.stringify({ n }))

/** Frames that the test sends one by one, and what became of their stream. */
class Tap {
  signal: AbortSignal | undefined
  pulled = 0
  isReturned = false
  readonly #queue: Frame[] = []
  #wake = () => {}
  #isOver = false

  push(...frames: Frame[]): void {
    this.#queue.push(...frames)
    this.#wake()
  }

  end(): void {
    this.#isOver = true
    this.#wake()
  }

  readonly frames: Frames = (signal) => {
    this.signal = signal
    return this.#run(signal)
  }

  async *#run(signal: AbortSignal): AsyncGenerator<Frame> {
    try {
      while (!signal.aborted) {
        const next = this.#queue.shift()
        if (next) {
          this.pulled += 1
          yield next
        } else if (this.#isOver) return
        else await this.#woken(signal)
      }
    } finally {
      this.isReturned = true
    }
  }

  async #woken(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }
}

const open = (server: SmallServer, init: RequestInit = {}) => fetch(`${server.url}/stream`, { headers: TOKEN, ...init })

/** A reader that asks for the stream and reads nothing. */
async function openDeaf(server: SmallServer): Promise<Socket> {
  const { port, hostname } = new URL(server.url)
  const socket = connect({ port: Number(port), host: hostname })
  socket.on('error', () => {})
  socket.pause()
  socket.write('GET /stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n')
  return socket
}

async function* endless(size = 10_000): AsyncGenerator<Frame> {
  const text = 'x'.repeat(size)
  for (let n = 0; ; n += 1) yield encodeEvent(String(n), JSON.stringify({ n, text }))
}

test('a stream is open at once, before it has anything to say, and no proxy may hold it back', async () => {
  const tap = new Tap()
  await using server = await startSmallServer({ frames: tap.frames })
  const response = await open(server)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-cache, no-transform')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  expect(response.headers.get('x-request-id')).toBeTruthy()
  expect(tap.pulled).toBe(0)
})

test('frames arrive as they come, whole and in order, and the response ends with them', async () => {
  const tap = new Tap()
  await using server = await startSmallServer({ frames: tap.frames })
  const reader = (await open(server)).body?.pipeThrough(new TextDecoderStream()).getReader()
  tap.push(frame(1))
  expect((await reader?.read())?.value).toBe('id: 1\ndata: {"n":1}\n\n')
  tap.push(frame(2), frame(3))
  let received = ''
  while (received.length < frame(2).bytes.length * 2) received += (await reader?.read())?.value ?? ''
  expect(received).toBe(`${frame(2).bytes}${frame(3).bytes}`)
  tap.end()
  expect(await reader?.read()).toMatchObject({ done: true })
})

test('frames that are there together leave together', async () => {
  async function* three() {
    yield frame(1)
    yield frame(2)
    yield frame(3)
  }
  await using server = await startSmallServer({ frames: three })
  const reader = (await open(server)).body?.getReader()
  const all = [1, 2, 3].map((n) => frame(n).bytes).join('')
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(all)
})

test('a client of HTTP/1.0, which knows no chunks, gets the frames as they are', async () => {
  async function* two() {
    yield frame(1)
    yield frame(2)
  }
  await using server = await startSmallServer({ frames: two })
  const { port, hostname } = new URL(server.url)
  const socket = connect({ port: Number(port), host: hostname })
  socket.write('GET /stream HTTP/1.0\r\nHost: x\r\nAuthorization: Bearer good\r\n\r\n')
  let received = ''
  for await (const bytes of socket) received += bytes
  expect(received.split('\r\n\r\n')[1]).toBe(`${frame(1).bytes}${frame(2).bytes}`)
})

test('a silent stream shows that it lives, and one that speaks does not need to', async () => {
  const tap = new Tap()
  await using server = await startSmallServer({ frames: tap.frames, heartbeatMs: 100 })
  const reader = (await open(server)).body?.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader?.read())?.value).toBe(': heartbeat\n\n')
  expect((await reader?.read())?.value).toBe(': heartbeat\n\n')
  const talking = setInterval(() => tap.push(frame(1)), 20)
  await until(() => tap.pulled === 1)
  let received = ''
  while (tap.pulled < 30) received += (await reader?.read())?.value ?? ''
  clearInterval(talking)
  expect(received).not.toContain('heartbeat')
})

test('a reader that never reads costs a socket buffer, however much there would be to send', async () => {
  let sent = 0
  await using server = await startSmallServer({
    frames: async function* () {
      for await (const frame of endless()) {
        sent += frame.bytes.length
        yield frame
      }
    },
  })
  const socket = await openDeaf(server)
  await until(() => sent > 0)
  for (let last = -1; last !== sent; await new Promise((resolve) => setTimeout(resolve, 200))) last = sent
  // The kernel takes some megabytes of its own accord; what we hold for it is one buffer and one frame.
  expect(sent).toBeLessThan(20_000_000)
  expect(server.bufferedBytes).toBeGreaterThan(0)
  expect(server.bufferedBytes).toBeLessThan(100_000)
  socket.destroy()
})

test('a slow reader gets everything', async () => {
  const total = 2_000
  await using server = await startSmallServer({
    frames: async function* () {
      for await (const frame of endless()) {
        yield frame
        if (frame.bytes.includes(`id: ${total - 1}\n`)) return
      }
    },
  })
  const decoder = new TextDecoder()
  let ids = ''
  for await (const chunk of (await open(server)).body ?? []) {
    ids += [...decoder.decode(chunk, { stream: true }).matchAll(/id: (\d+)\n/g)].map(([, id]) => `${id},`).join('')
    if (ids.length % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  expect(ids.split(',').length).toBeGreaterThan(total * 0.9)
  expect(ids.endsWith(`${total - 1},`)).toBe(true)
})

test('a reader that takes nothing for too long is dropped, and its frames are told', async () => {
  let isReturned = false
  await using server = await startSmallServer({
    stallMs: 200,
    frames: async function* () {
      try {
        yield* endless()
      } finally {
        isReturned = true
      }
    },
  })
  await openDeaf(server)
  await until(() => isReturned)
  expect(server.logs.filter(({ level }) => level === 'error')).toEqual([])
})

test('a reader that has caught up may hear nothing for as long as there is nothing', async () => {
  const tap = new Tap()
  await using server = await startSmallServer({ frames: tap.frames, stallMs: 100 })
  const reader = (await open(server)).body?.getReader()
  const large = encodeEvent('1', JSON.stringify({ n: 1, text: 'x'.repeat(20_000_000) }))
  tap.push(large)
  let received = 0
  while (received < large.bytes.length) received += (await reader?.read())?.value?.length ?? 0
  await new Promise((resolve) => setTimeout(resolve, 500))
  tap.push(frame(2))
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(frame(2).bytes.toString())
})

test('when the client leaves, the frames are told at once', async () => {
  const tap = new Tap()
  await using server = await startSmallServer({ frames: tap.frames })
  const abort = new AbortController()
  await open(server, { signal: abort.signal })
  abort.abort()
  await until(() => tap.isReturned)
  expect(tap.signal?.aborted).toBe(true)
  await until(() => server.authenticator.watching === 0)
  await until(() => server.logs.length > 0)
  expect(server.logs).toMatchObject([{ level: 'info', msg: 'request', status: 200, client_left: true }])
})

test('a stream ends within a second when its session does', async () => {
  const tap = new Tap()
  await using server = await startSmallServer({ frames: tap.frames })
  const response = await open(server)
  await until(() => server.authenticator.watching === 1)
  const startedAt = performance.now()
  server.authenticator.endSession()
  expect(await response.text()).toBe('')
  expect(performance.now() - startedAt).toBeLessThan(1_000)
  expect(tap.signal?.aborted).toBe(true)
  await until(() => server.authenticator.watching === 0)
})

test('a deaf reader, too, is cut off within a second when its session ends', async () => {
  let isReturned = false
  let sent = 0
  await using server = await startSmallServer({
    frames: async function* (signal) {
      try {
        for await (const frame of endless()) {
          if (signal.aborted) return
          sent += 1
          yield frame
        }
      } finally {
        isReturned = true
      }
    },
  })
  await openDeaf(server)
  // What the kernel has room for it takes, also from whoever is told to end.
  for (let last = -1; last !== sent || sent === 0; await new Promise((resolve) => setTimeout(resolve, 200))) last = sent
  server.authenticator.endSession()
  await until(() => isReturned && server.logs.length > 0, 2_000)
  expect(server.logs).toMatchObject([{ msg: 'request', client_left: true }])
})

test('a session that ended after it was asked for and before the stream began opens none', async () => {
  await using server: SmallServer = await startSmallServer({
    handlers: {
      watchThings: async () => {
        server.authenticator.endSession({ silently: true })
        return { status: 200, frames: endless }
      },
    },
  })
  const response = await open(server)
  expect(response.status).toBe(401)
  expect((await readProblem(response)).type).toBe('/problems/unauthorized')
})

test('closing the streams ends them as if they were complete, and later ones at once', async () => {
  const tap = new Tap()
  await using server = await startSmallServer({ frames: tap.frames })
  const responses = await Promise.all([open(server), open(server)])
  await until(() => server.authenticator.watching === 2)
  const texts = Promise.all(responses.map((response) => response.text()))
  await server.closeStreams()
  expect(await texts).toEqual(['', ''])
  const late = await open(server)
  expect(late.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(await late.text()).toBe('')
  expect(server.logs.every((line) => line.level === 'info' && !line.client_left)).toBe(true)
})

test('closing the streams does not wait for a reader that never reads', async () => {
  await using server = await startSmallServer({ frames: () => endless() })
  await openDeaf(server)
  await until(() => server.authenticator.watching === 1)
  await server.closeStreams()
})

test('a stream that fails is broken off, so that nobody takes it for complete, and is logged once', async () => {
  await using server = await startSmallServer({
    frames: async function* () {
      yield frame(1)
      throw new Error('lost the database')
    },
  })
  await expect(open(server).then((response) => response.text())).rejects.toThrow()
  await until(() => server.logs.length > 1)
  expect(server.logs.map(({ level, msg }) => [level, msg])).toEqual([
    ['error', 'request-failed'],
    ['info', 'request'],
  ])
})

test('what frames throw because they were told to end is no failure', async () => {
  const tap = new Tap()
  await using server = await startSmallServer({
    frames: async function* (signal) {
      yield* tap.frames(signal)
      signal.throwIfAborted()
    },
  })
  const abort = new AbortController()
  await open(server, { signal: abort.signal })
  abort.abort()
  await until(() => server.logs.length > 0)
  expect(server.logs.map(({ level }) => level)).toEqual(['info'])
})

test('after a stream the connection is as good as new', async () => {
  await using server = await startSmallServer({
    stallMs: 50,
    frames: async function* () {
      yield frame(1)
    },
  })
  for (let round = 0; round < 3; round += 1) {
    expect(await (await open(server)).text()).toBe('id: 1\ndata: {"n":1}\n\n')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
})
