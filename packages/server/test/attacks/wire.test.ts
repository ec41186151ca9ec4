/** What no HTTP client would send: bytes where they do not belong, straight onto the wire. */
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

/** Everything that the server says until it closes the connection. Who goes first is not always answered. */
async function send(bytes: string): Promise<string> {
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.write(Buffer.from(bytes, 'latin1'))
  const patience = setTimeout(() => socket.end(), 2_000)
  try {
    return await text(socket)
  } finally {
    clearTimeout(patience)
  }
}

/** A request line and headers with any bytes in them. */
const spoilt = fc
  .record({
    method: fc.constantFrom('GET', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'get', 'FOO'),
    path: fc.constantFrom(
      '/health',
      '/users/me',
      '/auth/login',
      '*',
      'http://other.example/health',
      '//health',
      '/%00',
      '',
    ),
    version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/9.9', ''),
    name: fc.constantFrom(
      'X-Request-Id',
      'Authorization',
      'Content-Length',
      'Transfer-Encoding',
      'Expect',
      'Cookie',
      'Host',
    ),
    value: fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
      maxLength: 20,
    }),
    separator: fc.constantFrom(': ', ':', ' : ', '\0: ', ''),
    end: fc.constantFrom('\r\n', '\r\n', '\n'),
  })
  .map(({ method, path, version, name, value, separator, end }) => {
    const head = [`${method} ${path} ${version}`, 'Host: x', 'Connection: close', `${name}${separator}${value}`]
    return `${head.join(end)}${end}${end}`
  })

test('whatever bytes stand in a request, the answer is no failure, and a refusal is a problem with its id', async () => {
  await fc.assert(
    fc.asyncProperty(spoilt, async (bytes) => {
      const [head = '', ...rest] = (await send(bytes)).split('\r\n\r\n')
      const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1])
      expect([200, 204, 400, 401, 404, 405, 415, 422, 431, 501]).toContain(status)
      if (status < 400) return
      expect(head.toLowerCase()).toContain('content-type: application/problem+json')
      const id = /^x-request-id: (.+)$/im.exec(head)?.[1]
      expect(rest.join('\r\n\r\n')).toContain(`"request_id":"${id}"`)
    }),
    { numRuns: 300 },
  )
  expect(server.logs.filter((line) => line.includes('request-failed'))).toEqual([])
})

test('what the answer repeats of a request cannot add a header or a line to it', async () => {
  for (const value of ['x\rSet-Cookie: evil=1', 'x\nSet-Cookie: evil=1', 'x\0y', '\u001b[31m']) {
    const answer = await send(`GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: ${value}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(answer.toLowerCase()).not.toContain('\nset-cookie')
    expect(answer).not.toContain(value)
  }
})
