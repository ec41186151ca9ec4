import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { contractFetch } from './contract-fetch.ts'
import { until } from './http-fixture.ts'

/** A server of the real contract that answers everything in the same way, right or wrong. */
async function startServer(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    fetch: contractFetch(`http://127.0.0.1:${port}`),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

interface Answer {
  status?: number
  headers?: Record<string, string>
  body?: unknown
}

const answering = (answer: Answer) => {
  const { status = 200, headers, body } = answer
  return startServer((_, response) => {
    const all = { 'content-type': 'application/json', 'x-request-id': 'me', ...headers }
    response.writeHead(status, all).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
}

const problem = (code: string, status: number, more = {}) => ({
  status,
  headers: { 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer', allow: 'GET' },
  body: { type: `/problems/${code}`, title: 't', status, detail: 'd', instance: '/x', request_id: 'me', ...more },
})

const cases: [what: string, path: string, answer: Answer, violation: RegExp | undefined][] = [
  ['what is declared', '/health', { body: { status: 'ok' } }, undefined],
  ['a field more', '/health', { body: { status: 'ok', more: 1 } }, /additional properties/],
  ['a field less', '/health', { body: {} }, /required/],
  ['a wrong value', '/health', { body: { status: 'good' } }, /status/],
  ['no JSON', '/health', { body: '{' }, /no JSON/],
  [
    'an undeclared status',
    '/health',
    { status: 201, body: { status: 'ok' } },
    /getHealth does not declare this status/,
  ],
  ['another media type', '/health', { headers: { 'content-type': 'text/html' }, body: '' }, /media type text\/html/],
  ['a required header missing', '/auth/login', { body: {} }, /Set-Cookie is missing/i],
  ['a declared problem', '/users/me', problem('unauthorized', 401), undefined],
  ['an undeclared problem', '/users/me', problem('forbidden', 401), /problem forbidden is not declared/],
  [
    'a problem of another status',
    '/users/me',
    problem('unauthorized', 401, { status: 403 }),
    /says that its status is 403/,
  ],
  [
    'a problem of another request',
    '/users/me',
    problem('unauthorized', 401, { request_id: 'you' }),
    /another request id/,
  ],
  ['a path that is not there', '/nothing', problem('not-found', 404), undefined],
  ['a path that is not there, answered', '/nothing', { body: {} }, /404 was due/],
  ['a path that cannot be decoded', '/chat/history/%zz', problem('not-found', 404), undefined],
  ['a body where there is none', '/chat/stream?message_id=a', { status: 204, body: '' }, undefined],
]

test.each(cases)('%s', async (_, path, answer, violation) => {
  await using server = await answering(answer)
  const method = path === '/auth/login' ? 'POST' : 'GET'
  const response = server.fetch(path, { method, ...(method === 'POST' && { body: 'a=b' }) })
  if (violation) await expect(response).rejects.toThrow(violation)
  else expect((await response).status).toBe(answer.status ?? 200)
})

test('a method that is not there must be refused with Allow', async () => {
  await using right = await answering(problem('method-not-allowed', 405))
  expect((await right.fetch('/health', { method: 'DELETE' })).status).toBe(405)
  const { allow: _, ...headers } = problem('method-not-allowed', 405).headers
  await using wrong = await answering({ ...problem('method-not-allowed', 405), headers })
  await expect(wrong.fetch('/health', { method: 'DELETE' })).rejects.toThrow(/Allow/)
})

test('the body of a checked response can still be read', async () => {
  await using server = await answering({ body: { status: 'ok' } })
  expect(await (await server.fetch('/health')).json()).toEqual({ status: 'ok' })
})

const id = '0197ef20-3d02-7a11-8c55-6e0f9a1b2c3d'
const delta = (content: unknown) => `id: 1\ndata: ${JSON.stringify({ type: 'delta', message_id: id, content })}\n\n`

const streaming = (...chunks: (string | Uint8Array)[]) =>
  startServer(async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-request-id': 'me' })
    for (const chunk of chunks) response.write(chunk)
    response.end()
  })

const streams: [what: string, chunks: (string | Uint8Array)[], violation: RegExp | undefined][] = [
  ['declared events, comments and marks', [delta('¡Hola!'), ': heartbeat\n\n', 'id: 7\n\n', delta('')], undefined],
  ['an event with a wrong field', [delta('a'), delta(1)], /content/],
  ['an event of no declared type', ['id: 1\ndata: {"type":"joke"}\n\n'], /joke/],
  ['an event without an id', [delta('a').replace('id: 1\n', '')], /no id/],
  ['an event with a name', [`event: delta\n${delta('a')}`], /has the name delta/],
  ['data that is not JSON', ['id: 1\ndata: [DONE]\n\n'], /no JSON/],
  ['an event that breaks off', [delta('a'), delta('b').slice(0, -1)], /in the middle/],
  ['half a character', [Buffer.from('id: 1\ndata: {"\xc3', 'latin1')], /encoded data/],
]

test.each(streams)('a stream with %s', async (_, chunks, violation) => {
  await using server = await streaming(...chunks)
  const text = server.fetch('/chat/stream').then((response) => response.text())
  if (violation) await expect(text).rejects.toThrow(violation)
  else expect(await text).toBe(chunks.join(''))
})

test('a stream is passed on while it runs, and leaving it reaches the server', async () => {
  let hasLeft = false
  await using server = await startServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'me' }).write(delta('a'))
    response.once('close', () => {
      hasLeft = true
    })
  })
  const reader = (await server.fetch('/chat/stream')).body?.getReader()
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(delta('a'))
  await reader?.cancel()
  await until(() => hasLeft)
})
