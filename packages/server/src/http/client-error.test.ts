import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { answerClientErrors } from './client-error.ts'

/** What a server says to these bytes, as it stands on the wire. */
async function send(bytes: string): Promise<string> {
  const server = createServer(
    { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 20 },
    (_request, response) => response.write('begun'),
  )
  answerClientErrors(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  try {
    socket.write(bytes)
    return await text(socket)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test.each([
  ['GET / HTTP/1.1\r\nHost: x\r\nBad Header: x\r\n\r\n', 400, 'malformed-request'],
  ['\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001', 400, 'malformed-request'],
  [`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
  ['GET / HTTP/1.1\r\nHost: x\r\n', 408, 'request-timeout'],
])('what cannot be read as a request is a problem too: %j', async (bytes, status, code) => {
  const answer = await send(bytes)
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(head).toContain('Content-Type: application/problem+json')
  const problem = JSON.parse(body)
  expect(problem).toMatchObject({ type: `/problems/${code}`, status, request_id: expect.any(String) })
  expect(head).toContain(`X-Request-Id: ${problem.request_id}`)
})

test('nothing is said in the middle of a response', async () => {
  const answer = await send('GET / HTTP/1.1\r\nHost: x\r\n\r\nno request at all\r\n\r\n')
  expect(answer).not.toContain('problem')
})
