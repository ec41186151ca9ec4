import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readBody } from './read-body.ts'
import { ask } from './upstream-response.ts'

let server: Server
let connections: number
let url: URL

/** One that does not say how long it keeps a connection. */
beforeEach(async () => {
  server = createServer((_, response) => {
    response.shouldKeepAlive = true
    response.removeHeader('Keep-Alive')
    response.writeHead(200, { 'Content-Length': 2, Connection: 'keep-alive' }).end('ok')
  })
  server.keepAliveTimeout = 0
  connections = 0
  server.on('connection', () => {
    connections += 1
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = new URL(`http://127.0.0.1:${Object(server.address()).port}`)
})

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

async function askOnce(): Promise<void> {
  const response = await ask(url, { headers: {}, signal: new AbortController().signal })
  expect(await readBody(response, 100)).toBe('ok')
  // The agent takes the connection back after that.
  await delay(20)
}

test('questions that follow each other share a connection', async () => {
  await askOnce()
  await askOnce()
  expect(connections).toBe(1)
})

test('a connection that the other side may be about to close is not used', async () => {
  await askOnce()
  await delay(3_500)
  await askOnce()
  expect(connections).toBe(2)
})

test('an answer may be silent for longer than a connection is kept', async () => {
  server.removeAllListeners('request')
  server.on('request', async (_, response) => {
    await delay(3_500)
    response.end('ok')
  })
  await askOnce()
})
