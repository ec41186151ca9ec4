import { expect, expectTypeOf, test } from 'vitest'
import { type Conversation, type CurrentUser, createVektor, type Model, VektorError } from '../src/index.ts'
import { type Exchange, startServer } from './support/test-server.ts'

function conversation(id: string) {
  return {
    id,
    title: null,
    model: 'eliza',
    message_count: 2,
    created_at: '2025-07-09T14:20:00Z',
    updated_at: '2025-07-09T14:20:03Z',
  }
}

/** Serves conversations 0 to 4 in pages, as the contract's Link header tells. */
function servePage(exchange: Exchange): void {
  const all = Array.from({ length: 5 }, (_, index) => conversation(String(index)))
  const limit = Number(exchange.query.get('limit') ?? all.length)
  const from = Number(exchange.query.get('cursor') ?? 0)
  const next = from + limit
  const link = `</chat/history?limit=${limit}>; rel="first", </chat/history?limit=${limit}&cursor=${next}>; rel="next"`
  exchange.json(200, all.slice(from, next), next < all.length ? { link } : {})
}

test('history is listed whole, in part, page by page or one by one', async () => {
  await using server = await startServer({ 'GET /chat/history': servePage })
  const { history } = createVektor({ baseUrl: server.url })
  expect(await history.list()).toHaveLength(5)
  expect((await history.list({ limit: 2, cursor: '1' })).map(({ id }) => id)).toEqual(['1', '2'])
  const pages = await Array.fromAsync(history.pages({ limit: 2 }))
  expect(pages.map(({ conversations }) => conversations.map(({ id }) => id))).toEqual([['0', '1'], ['2', '3'], ['4']])
  expect(pages.map(({ nextCursor }) => nextCursor)).toEqual(['2', '4', undefined])
  expect((await Array.fromAsync(history.all({ limit: 3 }))).map(({ id }) => id)).toEqual(['0', '1', '2', '3', '4'])
})

test('a search asks for its words on every page, and a tree is asked for as such', async () => {
  await using server = await startServer({ 'GET /chat/history': servePage, 'GET /chat/history/{id}': servePage })
  const { history } = createVektor({ baseUrl: server.url })
  await history.list({ q: 'cádiz & "tren"' })
  await Array.fromAsync(history.all({ q: 'tren', limit: 3 }))
  await history.get('c', { tree: true })
  expect(server.requests.map(({ query }) => Object.fromEntries(query))).toEqual([
    { q: 'cádiz & "tren"' },
    { q: 'tren', limit: '3' },
    { q: 'tren', limit: '3', cursor: '3' },
    { tree: 'true' },
  ])
})

test('a page is fetched only when it is asked for', async () => {
  await using server = await startServer({ 'GET /chat/history': servePage })
  for await (const { id } of createVektor({ baseUrl: server.url }).history.all({ limit: 2 })) if (id === '1') break
  expect(server.requests).toHaveLength(1)
})

test('each operation asks what the contract says', async () => {
  const ok = (exchange: Exchange) => exchange.json(200, {})
  await using server = await startServer({
    'GET /chat/history/{id}': ok,
    'PATCH /chat/history/{id}': ok,
    'DELETE /chat/history/{id}': (exchange) => exchange.json(204, undefined),
    'GET /chat/models': ok,
    'GET /users/me': ok,
    'PUT /users/me': ok,
    'POST /users/change-password': ok,
    'GET /users/preferences': ok,
    'PUT /users/preferences': ok,
    'GET /sync/sessions': ok,
    'DELETE /sync/sessions/{id}': (exchange) => exchange.json(204, undefined),
    'GET /sync/devices': ok,
    'PATCH /sync/devices/{id}': ok,
    'DELETE /sync/devices/{id}': (exchange) => exchange.json(204, undefined),
    'POST /auth/register': (exchange) => exchange.json(201, {}),
    'GET /config/models': ok,
    'GET /config/mcp-servers': ok,
    'GET /config/adapters': ok,
    'POST /config/adapters': (exchange) => exchange.json(201, {}),
    'GET /config/adapters/{name}': ok,
    'DELETE /config/adapters/{name}': (exchange) => exchange.json(204, undefined),
    'GET /health': ok,
    'GET /health/ready': ok,
    'GET /api/status': ok,
  })
  const vektor = createVektor({ baseUrl: `${server.url}/`, headers: { 'user-agent': 'tests' } })
  await vektor.history.get('a/b?c')
  await vektor.history.rename('c', 'T')
  await vektor.history.update('c', { current_message_id: 'm' })
  await vektor.history.delete('c')
  await vektor.models.list()
  await vektor.users.me()
  await vektor.users.update({ avatar_url: null })
  await vektor.users.changePassword('old', 'new')
  await vektor.preferences.get()
  await vektor.preferences.update({ theme: 'dark' })
  await vektor.sync.sessions()
  await vektor.sync.endSession('disp/1')
  await vektor.sync.devices()
  await vektor.sync.renameDevice('disp?1', 'Laptop')
  await vektor.sync.forgetDevice('%2e')
  await vektor.auth.register({ email: 'e@example.com', username: 'e', password: 'correct horse' })
  await vektor.config.models()
  await vektor.config.mcpServers()
  await vektor.config.adapters.list()
  await vektor.config.adapters.save('slack', { type: 'slack' })
  await vektor.config.adapters.get('slack')
  await vektor.config.adapters.delete('slack')
  await vektor.system.health()
  await vektor.system.readiness()
  await vektor.system.status()
  expect(server.requests.map(({ method, path, body }) => [method, path, body && JSON.parse(body)])).toEqual([
    ['GET', '/chat/history/a%2Fb%3Fc', ''],
    ['PATCH', '/chat/history/c', { title: 'T' }],
    ['PATCH', '/chat/history/c', { current_message_id: 'm' }],
    ['DELETE', '/chat/history/c', ''],
    ['GET', '/chat/models', ''],
    ['GET', '/users/me', ''],
    ['PUT', '/users/me', { avatar_url: null }],
    ['POST', '/users/change-password', { current_password: 'old', new_password: 'new' }],
    ['GET', '/users/preferences', ''],
    ['PUT', '/users/preferences', { theme: 'dark' }],
    ['GET', '/sync/sessions', ''],
    ['DELETE', '/sync/sessions/disp%2F1', ''],
    ['GET', '/sync/devices', ''],
    ['PATCH', '/sync/devices/disp%3F1', { name: 'Laptop' }],
    ['DELETE', '/sync/devices/%252e', ''],
    ['POST', '/auth/register', { email: 'e@example.com', username: 'e', password: 'correct horse' }],
    ['GET', '/config/models', ''],
    ['GET', '/config/mcp-servers', ''],
    ['GET', '/config/adapters', ''],
    ['POST', '/config/adapters', { name: 'slack', settings: { type: 'slack' } }],
    ['GET', '/config/adapters/slack', ''],
    ['DELETE', '/config/adapters/slack', ''],
    ['GET', '/health', ''],
    ['GET', '/health/ready', ''],
    ['GET', '/api/status', ''],
  ])
  expect(new Set(server.requests.map(({ headers }) => headers['user-agent']))).toEqual(new Set(['tests']))
})

test('a problem of the server is thrown with its code, status, fields and request id', async () => {
  await using server = await startServer({
    'POST /auth/register'(exchange) {
      const errors = [{ pointer: '/password', detail: 'Use at least 8 characters.' }]
      const problem = {
        type: '/problems/invalid-request',
        title: 'Invalid request',
        status: 422,
        detail: 'Correct the fields.',
      }
      exchange.json(422, { ...problem, instance: '/auth/register', request_id: 'request-9', errors })
    },
  })
  const registering = createVektor({ baseUrl: server.url }).auth.register({
    email: 'e',
    username: 'e',
    password: 'short',
  })
  const failure = await registering.catch((error: unknown) => error)
  if (!(failure instanceof VektorError)) throw failure
  expect(failure).toMatchObject({ name: 'VektorError', code: 'invalid-request', status: 422, requestId: 'request-9' })
  expect(failure.message).toBe('Correct the fields.')
  expect(failure.problem?.errors?.[0]?.pointer).toBe('/password')
})

test.each<[string, (exchange: Exchange) => void, object]>([
  [
    'a proxy',
    (exchange) => exchange.json(413, '<html>', { 'content-type': 'text/html' }),
    { code: 'http-error', status: 413 },
  ],
  [
    'a broken body',
    (exchange) => void exchange.beginStream({ 'content-type': 'application/json' }).end('{"sta'),
    { code: 'invalid-response' },
  ],
  [
    'too many requests',
    (exchange) => exchange.problem(429, 'too-many', { 'retry-after': '30' }),
    { code: 'too-many', retryAfter: 30 },
  ],
])('whatever goes wrong is a VektorError: %s', async (_what, answer, expected) => {
  await using server = await startServer({ 'GET /health': answer })
  const failure = await createVektor({ baseUrl: server.url })
    .system.health()
    .catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(VektorError)
  expect(failure).toMatchObject(expected)
  expect(server.requests).toHaveLength(1)
})

test('Retry-After may be a date', async () => {
  const date = new Date(Date.now() + 60_000).toUTCString()
  await using server = await startServer({
    'GET /health': (exchange) => exchange.problem(503, 'busy', { 'retry-after': date }),
  })
  const failure = await createVektor({ baseUrl: server.url })
    .system.health()
    .catch((error: VektorError) => error)
  expect(failure).toMatchObject({ code: 'busy', retryAfter: expect.closeTo(60, -1) })
})

test('reading is tried three times when the server fails for a moment; writing is tried once', async () => {
  await using server = await startServer({
    'GET /chat/models': (exchange) => (server.requests.length < 3 ? exchange.drop() : exchange.json(200, [])),
    'PUT /users/me': (exchange) => exchange.drop(),
  })
  const vektor = createVektor({ baseUrl: server.url })
  expect(await vektor.models.list()).toEqual([])
  expect(server.requests).toHaveLength(3)
  await expect(vektor.users.update({ username: 'new' })).rejects.toMatchObject({ code: 'network' })
  expect(server.requests).toHaveLength(4)
})

test('an address that is none is refused at once', () => {
  expect(() => createVektor({ baseUrl: 'localhost' })).toThrow(/baseUrl/)
})

test('results have the types of the contract', () => {
  const vektor = createVektor({ baseUrl: 'http://127.0.0.1:1' })
  expectTypeOf(vektor.history.list).returns.resolves.toEqualTypeOf<Conversation[]>()
  expectTypeOf(vektor.models.list).returns.resolves.toEqualTypeOf<Model[]>()
  expectTypeOf(vektor.users.me).returns.resolves.toEqualTypeOf<CurrentUser>()
  expectTypeOf(vektor.history.delete).returns.resolves.toEqualTypeOf<void>()
})
