import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { readProblem, startSmallServer, TOKEN, until } from '../../test/support/http-fixture.ts'
import { AppError } from '../app-error.ts'

const failing = (failure: unknown) => ({
  handlers: {
    getThing: async () => {
      throw failure
    },
  },
})

const requestThing = (url: string, path = '/things/a') => fetch(url + path, { headers: TOKEN })

test('a failure the caller can act on becomes a problem with its status and all that it knows', async () => {
  const failure = new AppError('conversation-busy', 'Wait.', {
    fields: [{ pointer: '/name', detail: 'Change it.' }],
    messageId: '0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d',
    retryAfterSeconds: 1.2,
  })
  await using server = await startSmallServer(failing(failure))
  const response = await requestThing(server.url, '/things/a?secret=1')
  expect(response.status).toBe(409)
  expect(response.headers.get('retry-after')).toBe('2')
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(await response.json()).toEqual({
    type: '/problems/conversation-busy',
    title: 'Conversation is being answered',
    status: 409,
    detail: 'Wait.',
    instance: '/things/a',
    request_id: response.headers.get('x-request-id'),
    errors: [{ pointer: '/name', detail: 'Change it.' }],
    message_id: '0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d',
  })
})

test('what nobody foresaw is a 500 that gives nothing away, and is logged once with its cause', async () => {
  const cause = new Error('the cause')
  await using server = await startSmallServer(failing(new Error('password hash of ana', { cause })))
  const response = await requestThing(server.url)
  const text = await response.text()
  expect(response.status).toBe(500)
  expect(text).not.toMatch(/ana|cause|failure\.test|\bat /)
  expect(JSON.parse(text)).toMatchObject({ type: '/problems/internal-error' })
  const errors = server.logs.filter(({ level }) => level === 'error')
  expect(errors).toHaveLength(1)
  expect(errors[0]).toMatchObject({
    msg: 'request-failed',
    operation: 'getThing',
    request_id: response.headers.get('x-request-id'),
  })
  expect(JSON.stringify(errors[0])).toContain('the cause')
})

test('whatever is thrown, even nothing, becomes a problem', async () => {
  for (const thrown of [undefined, null, 'text', 0, { status: 200 }, Object.assign(new Error('x'), { status: 404 })]) {
    await using server = await startSmallServer(failing(thrown))
    const response = await requestThing(server.url)
    expect(await readProblem(response)).toMatchObject({ status: 500, type: '/problems/internal-error' })
  }
})

test('failures of callers are no errors in the log, and ours that pass by themselves are warnings', async () => {
  await using mistaken = await startSmallServer(failing(new AppError('not-found', 'Look elsewhere.')))
  await requestThing(mistaken.url)
  await until(() => mistaken.logs.length > 0)
  expect(mistaken.logs.map(({ level }) => level)).toEqual(['info'])
  await using busy = await startSmallServer(failing(new AppError('busy', 'Try again.')))
  await requestThing(busy.url)
  await until(() => busy.logs.length > 1)
  expect(busy.logs.map(({ level, msg }) => [level, msg])).toEqual([
    ['warn', 'request-refused'],
    ['info', 'request'],
  ])
})

test('every request is logged once, by its route, without its address and its tokens', async () => {
  await using server = await startSmallServer()
  await fetch(`${server.url}/things/secret-id?secret=1`, { headers: { ...TOKEN, 'x-request-id': 'one' } })
  await until(() => server.logs.length > 0)
  expect(server.logs).toEqual([
    {
      level: 'info',
      time: expect.any(Number),
      msg: 'request',
      method: 'GET',
      route: '/things/{thing_id}',
      status: 200,
      duration_ms: expect.any(Number),
      request_id: 'one',
    },
  ])
})

test('that the server is well is no news', async () => {
  await using server = await startSmallServer()
  await fetch(`${server.url}/ping`)
  await until(() => server.logs.length > 0)
  expect(server.logs).toMatchObject([{ level: 'debug', route: '/ping' }])
})

test('a client that leaves before the answer is no error', async () => {
  const { promise: left, resolve: leave } = Promise.withResolvers<void>()
  await using server = await startSmallServer({
    handlers: {
      getThing: async () => {
        leave()
        await until(() => server.logs.length > 0)
        return { status: 200, body: {} }
      },
    },
  })
  const abort = new AbortController()
  const request = fetch(`${server.url}/things/a`, { headers: TOKEN, signal: abort.signal })
  await left
  abort.abort()
  await expect(request).rejects.toThrow()
  await until(() => server.logs.length > 0)
  expect(server.logs).toMatchObject([{ level: 'info', msg: 'request', client_left: true }])
  expect(server.logs[0]).not.toHaveProperty('status')
  expect((await fetch(`${server.url}/ping`)).status).toBe(200)
})

test('the request id of the caller is kept if it is usable', async () => {
  await using server = await startSmallServer()
  for (const id of ['a', '0197ef20-3cff-7d3b-9f21-7a8b9c0d1e2f', 'trace:1/2=3@x', 'x'.repeat(128)]) {
    const response = await fetch(`${server.url}/ping`, { headers: { 'x-request-id': id } })
    expect(response.headers.get('x-request-id')).toBe(id)
  }
})

test('a request id that is not usable is replaced', async () => {
  await using server = await startSmallServer()
  for (const id of ['', 'a b', 'x'.repeat(129), '<b>', '"', 'ñ', 'a, b']) {
    const response = await fetch(`${server.url}/ping`, { headers: { 'x-request-id': id } })
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
  }
})

test('line breaks and NUL in a request id inject nothing', async () => {
  await using server = await startSmallServer()
  const { port, hostname } = new URL(server.url)
  for (const id of ['a\r\n\tX-Evil: 1', 'a\nX-Evil: 1', 'a\rX-Evil: 1', 'a\0X-Evil: 1', '\u001b[evil']) {
    const socket = connect(Number(port), hostname)
    let received = ''
    socket.on('data', (bytes) => {
      received += bytes
    })
    socket.write(`GET /ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: ${id}\r\n\r\n`)
    await new Promise((resolve) => socket.once('close', resolve))
    expect(received).toMatch(/^HTTP\/1.1 (200|400) /)
    expect(received.toLowerCase()).not.toContain('evil')
  }
})
