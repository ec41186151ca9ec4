import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import {
  readProblem,
  type SmallHandler,
  type SmallServer,
  smallContract,
  startSmallServer,
  TOKEN,
  until,
} from '../../test/support/http-fixture.ts'
import { BodyStream } from './body-stream.ts'
import { Contract } from './contract.ts'

const BYTES = { 'content-type': 'application/octet-stream' }

function post(
  server: SmallServer,
  body: NonNullable<RequestInit['body']>,
  headers: Record<string, string> = { ...TOKEN, ...BYTES },
): Promise<Response> {
  return fetch(`${server.url}/upload`, { method: 'POST', body, headers, duplex: 'half' })
}

async function refused(server: SmallServer, body: NonNullable<RequestInit['body']>, headers?: Record<string, string>) {
  const response = await post(server, body, headers && { ...TOKEN, ...headers })
  const problem = await readProblem(response)
  return `${response.status} ${problem.type.replace('/problems/', '')}`
}

/** Sends as much of a request as a test wants, and tells what came back. */
async function open(server: SmallServer, headers: string): Promise<{ socket: Socket; answer: () => string }> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  const type = 'Content-Type: application/octet-stream'
  socket.write(`POST /upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\n${type}\r\n${headers}\r\n\r\n`)
  return { socket, answer: () => answer }
}

test('a body of bytes is handed on as it comes, whole, compressed or not', async () => {
  await using server = await startSmallServer()
  const bytes = Buffer.alloc(1_000_000, 'bytes ')
  expect(await (await post(server, bytes)).json()).toEqual({ size: 1_000_000 })
  expect(await (await post(server, new Blob([bytes]).stream())).json()).toEqual({ size: 1_000_000 })
  for (const [encoding, body] of [
    ['gzip', gzipSync(bytes)],
    ['br', brotliCompressSync(bytes)],
  ] as const) {
    const response = await post(server, new Uint8Array(body), { ...TOKEN, ...BYTES, 'content-encoding': encoding })
    expect(await response.json()).toEqual({ size: 1_000_000 })
  }
})

test('nobody knows what is not asked for: a handler that is slow holds up who sends', async () => {
  const slow = Promise.withResolvers<void>()
  let size = 0
  const upload: SmallHandler = async ({ body }) => {
    await slow.promise
    if (body instanceof BodyStream) for await (const chunk of body) size += chunk.length
    return { status: 200, body: { size } }
  }
  await using server = await startSmallServer({ handlers: { upload }, streamLimits: { upload: 1e9 } })
  const { answer, socket } = await open(server, 'Content-Length: 50000000')
  let sent = 0
  const chunk = Buffer.alloc(100_000)
  while (sent < 50_000_000 && socket.write(chunk)) sent += chunk.length
  expect(sent).toBeLessThan(20_000_000)
  slow.resolve()
  for (sent += chunk.length; sent < 50_000_000; sent += chunk.length) {
    if (!socket.write(chunk)) await once(socket, 'drain')
  }
  await until(() => answer().includes('"size":50000000'))
  socket.destroy()
})

test('without a token the answer is 401, whatever the body', async () => {
  await using server = await startSmallServer()
  expect((await post(server, 'x', BYTES)).status).toBe(401)
  expect((await post(server, 'x', { 'content-type': 'text/plain' })).status).toBe(401)
})

test('only the media types and encodings that the operation takes are read', async () => {
  await using server = await startSmallServer()
  expect(await refused(server, 'x', { 'content-type': 'text/plain' })).toBe('415 unsupported-media-type')
  expect(await refused(server, new Blob(['x']), {})).toBe('415 unsupported-media-type')
  expect(await refused(server, 'x', { ...BYTES, 'content-encoding': 'zstd' })).toBe('415 unsupported-media-type')
  expect(await refused(server, 'x', { ...BYTES, 'content-encoding': 'gzip' })).toBe('400 invalid-body')
})

test('a body may be exactly as large as its limit; more is 413, announced, unannounced or compressed', async () => {
  await using server = await startSmallServer({ bodyLimitBytes: 10, streamLimits: { upload: 300_000 } })
  expect((await post(server, Buffer.alloc(300_000))).status).toBe(200)
  expect(await refused(server, Buffer.alloc(300_001), BYTES)).toBe('413 payload-too-large')
  expect(await refused(server, new Blob([Buffer.alloc(300_001)]).stream(), BYTES)).toBe('413 payload-too-large')
  const bomb = gzipSync(Buffer.alloc(50_000_000))
  expect(await refused(server, new Uint8Array(bomb), { ...BYTES, 'content-encoding': 'gzip' })).toBe(
    '413 payload-too-large',
  )
})

test('what nobody reads is received and dropped, and the connection goes on', async () => {
  const upload: SmallHandler = async () => ({ status: 200, body: { done: true } })
  await using server = await startSmallServer({ handlers: { upload } })
  const { answer, socket } = await open(server, 'Content-Length: 900000')
  await until(() => answer().includes('"done":true'))
  socket.write(Buffer.alloc(900_000))
  socket.write('GET /ping HTTP/1.1\r\nHost: x\r\n\r\n')
  await until(() => answer().includes('"status":"ok"'))
  socket.destroy()
})

test('whoever leaves in the middle ends the reading, and nobody has to act', async () => {
  const ended = Promise.withResolvers<unknown>()
  const upload: SmallHandler = async ({ body }) => {
    try {
      if (body instanceof BodyStream) for await (const _ of body);
    } catch (error) {
      ended.resolve(error)
      throw error
    }
    return { status: 200, body: {} }
  }
  await using server = await startSmallServer({ handlers: { upload } })
  const { socket } = await open(server, 'Content-Length: 900000')
  socket.write(Buffer.alloc(1_000))
  socket.destroy()
  expect(await ended.promise).toMatchObject({ name: 'ClientGoneError' })
  expect(server.logs.filter(({ msg }) => msg === 'request-failed')).toEqual([])
})

test('a large body takes longer than a request may, and whoever pauses for too long is told so', async () => {
  const patience = { requestTimeout: 200, headersTimeout: 200, connectionsCheckingInterval: 20 }
  await using server = await startSmallServer({ patience, silenceMs: 400 })
  const { answer, socket } = await open(server, 'Content-Length: 10')
  for (let sent = 0; sent < 10; sent += 1) {
    await new Promise((resolve) => setTimeout(resolve, 60))
    socket.write('x')
  }
  await until(() => answer().includes('"size":10'))
  socket.write(
    'POST /upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nContent-Type: application/octet-stream\r\n',
  )
  socket.write('Content-Length: 10\r\n\r\nhalf')
  await until(() => answer().includes('/problems/request-timeout'))
  socket.destroy()
})

test('the server refuses to start with bytes that have no limit, or a limit that nobody set', async () => {
  const { '/upload': upload } = smallContract.paths
  const { 'x-body-limit': _, ...unlimited } = upload.post
  const contract = { ...smallContract, paths: { '/upload': { post: unlimited } } }
  expect(() => new Contract(contract)).toThrow('give it both, or neither')
  await expect(startSmallServer({ streamLimits: {} })).rejects.toThrow('x-body-limit')
})
