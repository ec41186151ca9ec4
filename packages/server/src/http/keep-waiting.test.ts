import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { keepWaiting } from './keep-waiting.ts'

/** All that comes back, from a server that takes its time. */
async function talk(work: RequestListener, { version = '1.1', agent = 'node' } = {}): Promise<string> {
  const server = createServer(work).listen(0, '127.0.0.1')
  const { port } = await new Promise<AddressInfo>((resolve) => {
    server.once('listening', () => resolve(Object(server.address())))
  })
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET / HTTP/${version}\r\nHost: localhost\r\nUser-Agent: ${agent}\r\nConnection: close\r\n\r\n`)
  let read = ''
  for await (const chunk of socket) read += chunk
  server.close()
  return read
}

const slow: RequestListener = async (request, response) => {
  using _waiting = keepWaiting(request, response, 20)
  await delay(110)
  response.end('done')
  await delay(50)
}

test.each(['node', 'vektor/0.1.0'])(
  '%s is told so again and again, and then has the answer, behind which nothing comes',
  async (agent) => {
    const read = await talk(slow, { agent })
    expect(read).toMatch(/^(HTTP\/1\.1 102 Processing\r\n\r\n){3,5}HTTP\/1\.1 200 OK\r\n/)
    expect(read.split('\r\n\r\n').at(-1)).toContain('done')
  },
)

test.each([{ version: '1.0' }, { agent: 'Mozilla/5.0' }, { agent: 'curl/8.5.0' }])(
  'who is another one, or speaks HTTP/1.0, has the answer and nothing before it: %o',
  async (who) => {
    expect(await talk(slow, who)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  },
)

test('once it is disposed nothing comes', async () => {
  const read = await talk(async (request, response) => {
    keepWaiting(request, response, 20)[Symbol.dispose]()
    await delay(100)
    response.end('done')
  })
  expect(read).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
})
