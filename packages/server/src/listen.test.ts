import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { listen, PATIENCE } from './listen.ts'

const HERE = { host: '127.0.0.1', port: 0, tls: undefined }
const log = pino({ level: 'silent' })
const patience = { ...PATIENCE, headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 20 }

test.each(['GET / HTTP/1.1\r\nHost: x\r\n', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf'])(
  'whoever stops in the middle of a request is cut off: %j',
  async (beginning) => {
    await using server = await listen(() => undefined, HERE, { log, patience })
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    socket.write(beginning)
    socket.resume()
    await once(socket, 'close')
  },
)

test('whoever connects over TLS and says nothing is cut off', async () => {
  const fixture = (name: string) => fileURLToPath(new URL(`../test/support/tls/first-${name}.pem`, import.meta.url))
  const tls = { certFile: fixture('cert'), keyFile: fixture('key') }
  const hurried = { ...patience, handshakeTimeout: 100 }
  await using server = await listen(() => undefined, { ...HERE, tls }, { log, patience: hurried })
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.resume()
  await once(socket, 'close')
  expect(PATIENCE.handshakeTimeout).toBeLessThanOrEqual(PATIENCE.headersTimeout)
})

test('a request that expects what the server does not know is answered all the same', async () => {
  await using server = await listen((_request, response) => void response.end('answered'), HERE, { log })
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: x\r\nExpect: 100-foo\r\nConnection: close\r\n\r\n')
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 .*answered/s)
})

test('whoever is being answered is not cut off, however long that takes', async () => {
  await using server = await listen(
    async (_request, response) => {
      response.write('first ')
      await delay(600)
      response.end('last')
    },
    HERE,
    { log, patience },
  )
  expect(await (await fetch(server.url)).text()).toBe('first last')
})

test('ending waits for the answer that is on its way, and not for connections that are kept', async () => {
  const server = await listen((_request, response) => void delay(200).then(() => response.end('whole')), HERE, { log })
  const response = fetch(server.url)
  await delay(50)
  const started = performance.now()
  await server[Symbol.asyncDispose]()
  expect(performance.now() - started).toBeLessThan(900)
  expect(await (await response).text()).toBe('whole')
})

test('ending cuts off who would hold it up for ever', async () => {
  const server = await listen((_request, response) => void response.write('endless'), HERE, { log })
  const response = await fetch(server.url)
  await server[Symbol.asyncDispose]()
  await expect(response.text()).rejects.toThrow()
})

test.each([
  ['0.0.0.0', /^http:\/\/127\.0\.0\.1:\d+$/],
  ['localhost', /^http:\/\/localhost:\d+$/],
])('listening on %s, the URL is one that this machine can call', async (host, url) => {
  await using server = await listen((_request, response) => void response.end(), { ...HERE, host }, { log })
  expect(server.url).toMatch(url)
  expect((await fetch(server.url)).status).toBe(200)
})
