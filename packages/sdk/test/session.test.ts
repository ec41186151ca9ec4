import { expect, test, vi } from 'vitest'
import { type CredentialStore, type Credentials, createVektor, memoryStore } from '../src/index.ts'
import { RecordedAnswer } from './support/recorded-answer.ts'
import { type Exchange, type Handler, startServer } from './support/test-server.ts'

const HOUR_MS = 3_600_000
const ME = {
  id: 'id',
  email: 'ana@example.com',
  username: 'ana',
  avatar_url: null,
  role: 'user',
  created_at: '2025-07-09T12:34:56Z',
}

function tokens(generation: number) {
  const secrets = { access_token: `access-${generation}`, refresh_token: `refresh-${generation}` }
  return { ...secrets, token_type: 'bearer', expires_in: 3600, refresh_expires_in: 2_592_000 }
}

function credentials(generation: number, expiresIn = HOUR_MS): Credentials {
  const { access_token, refresh_token } = tokens(generation)
  return {
    access_token,
    refresh_token,
    expires_at: Date.now() + expiresIn,
    refresh_expires_at: Date.now() + 30 * 24 * HOUR_MS,
  }
}

/** Serves one account whose access token of generation `good` is the only good one. */
function account(good: () => number, handler: Handler): Handler {
  return (exchange) => {
    const isGood = exchange.headers.authorization === `Bearer access-${good()}`
    return isGood ? handler(exchange) : exchange.problem(401, 'unauthorized', { 'www-authenticate': 'Bearer' })
  }
}

/** A server on which every refresh token leads to generation 2, the only one that is good. */
function startRotatingServer(routes: Record<string, Handler> = {}) {
  return startServer({
    'POST /auth/refresh': (exchange) => exchange.json(200, tokens(2)),
    'GET /users/me': account(
      () => 2,
      (exchange) => exchange.json(200, ME),
    ),
    ...routes,
  })
}

test('logging in sends the form and the device, and later calls carry the token', async () => {
  await using server = await startRotatingServer({ 'POST /auth/login': (exchange) => exchange.json(200, tokens(2)) })
  const store = memoryStore()
  const vektor = createVektor({ baseUrl: server.url, store, device: { id: 'disp1', name: 'Portátil 日本' } })
  expect(await vektor.auth.isSignedIn()).toBe(false)
  await vektor.auth.logIn({ username: 'ana@example.com', password: 'a&b=ñ +%' })
  expect(await vektor.auth.isSignedIn()).toBe(true)
  expect((await vektor.users.me()).username).toBe('ana')
  const [login] = server.requests
  expect(login?.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded', 'x-device-id': 'disp1' })
  expect(login?.headers['x-device-name']).toBe('Portátil ??')
  expect(Object.fromEntries(new URLSearchParams(login?.body))).toEqual({
    username: 'ana@example.com',
    password: 'a&b=ñ +%',
  })
  expect(login?.headers.authorization).toBeUndefined()
  expect(await store.get()).toMatchObject({ access_token: 'access-2', refresh_token: 'refresh-2' })
  expect((await store.get())?.expires_at).toBeGreaterThan(Date.now() + HOUR_MS - 60_000)
})

test('requests refused at the same time cause one refresh, and all of them succeed', async () => {
  await using server = await startRotatingServer()
  const vektor = createVektor({ baseUrl: server.url, store: memoryStore(credentials(1)) })
  await Promise.all(Array.from({ length: 20 }, () => vektor.users.me()))
  expect(server.asked('POST /auth/refresh').map(({ body }) => JSON.parse(body))).toEqual([
    { refresh_token: 'refresh-1' },
  ])
})

test('a token about to expire is renewed before it is used', async () => {
  await using server = await startRotatingServer()
  const vektor = createVektor({ baseUrl: server.url, store: memoryStore(credentials(1, 10_000)) })
  await Promise.all([vektor.users.me(), vektor.users.me()])
  expect(server.requests.map(({ path }) => path)).toEqual(['/auth/refresh', '/users/me', '/users/me'])
})

test('a body is sent again whole after the token was renewed', async () => {
  const conversation = { id: 'c', title: 'Saludos', model: 'eliza', message_count: 2, created_at: '', updated_at: '' }
  await using server = await startRotatingServer({
    'PATCH /chat/history/{id}': account(
      () => 2,
      (exchange) => exchange.json(200, conversation),
    ),
  })
  const vektor = createVektor({ baseUrl: server.url, store: memoryStore(credentials(1)) })
  expect(await vektor.history.rename('c', 'Saludos')).toEqual(conversation)
  expect(server.asked('PATCH /chat/history/{id}').map(({ body }) => body)).toEqual(
    Array.from({ length: 2 }, () => JSON.stringify({ title: 'Saludos' })),
  )
})

test('a stream renews its token like any call, at its start and when it resumes', async () => {
  const answer = new RecordedAnswer('Hola')
  let good = 2
  await using server = await startServer({
    'POST /auth/refresh': (exchange) => exchange.json(200, tokens(good)),
    'POST /chat/stream': account(
      () => good,
      (exchange) => {
        good = 3
        exchange.beginStream().end(answer.bytes().subarray(0, -5))
      },
    ),
    'GET /chat/stream': account(
      () => good,
      (exchange) => void exchange.beginStream().end(answer.bytes(String(exchange.headers['last-event-id']))),
    ),
  })
  const vektor = createVektor({ baseUrl: server.url, store: memoryStore(credentials(1)) })
  const stream = vektor.chat.stream({ model: 'eliza', messages: [{ role: 'user', content: 'Hola' }] })
  expect((await stream.final()).content).toBe('Hola')
  expect(server.asked('POST /auth/refresh')).toHaveLength(2)
})

test('tokens that another process stored are used instead of refreshing', async () => {
  await using server = await startRotatingServer()
  const store = memoryStore(credentials(1))
  const get = vi.fn(store.get).mockResolvedValueOnce(credentials(1)).mockResolvedValue(credentials(2))
  await createVektor({ baseUrl: server.url, store: { ...store, get } }).users.me()
  expect(server.asked('POST /auth/refresh')).toHaveLength(0)
})

test('a refresh that another process overtook takes the tokens which that one stored', async () => {
  const store = memoryStore(credentials(1))
  await using server = await startRotatingServer({
    async 'POST /auth/refresh'(exchange) {
      await store.set(credentials(2))
      exchange.problem(401, 'invalid-refresh-token')
    },
  })
  expect((await createVektor({ baseUrl: server.url, store }).users.me()).username).toBe('ana')
  expect(await store.get()).toMatchObject({ access_token: 'access-2' })
})

test('a refused refresh token empties the store and says to sign in again', async () => {
  await using server = await startRotatingServer({
    'POST /auth/refresh': (exchange) => exchange.problem(401, 'invalid-refresh-token'),
  })
  const store = memoryStore(credentials(1))
  const vektor = createVektor({ baseUrl: server.url, store })
  await expect(vektor.users.me()).rejects.toMatchObject({ status: 401, code: 'invalid-refresh-token' })
  expect(await store.get()).toBeUndefined()
  expect(await vektor.auth.isSignedIn()).toBe(false)
  await expect(vektor.users.me()).rejects.toMatchObject({ status: 401, code: 'unauthorized' })
})

test.each<[string, (exchange: Exchange) => void, string]>([
  ['the network', (exchange) => exchange.drop(), 'network'],
  ['a busy server', (exchange) => exchange.problem(503, 'busy', { 'retry-after': '60' }), 'busy'],
])('a refresh that fails because of %s keeps the tokens', async (_what, fail, code) => {
  await using server = await startRotatingServer({ 'POST /auth/refresh': fail })
  const store = memoryStore(credentials(1))
  await expect(createVektor({ baseUrl: server.url, store }).users.me()).rejects.toMatchObject({ code })
  expect(await store.get()).toMatchObject({ refresh_token: 'refresh-1' })
})

test('a refresh whose answer was lost is asked for again', async () => {
  await using server = await startRotatingServer({
    'POST /auth/refresh'(exchange) {
      if (server.asked('POST /auth/refresh').length === 1) exchange.drop()
      else exchange.json(200, tokens(2))
    },
  })
  await createVektor({ baseUrl: server.url, store: memoryStore(credentials(1)) }).users.me()
  expect(server.asked('POST /auth/refresh')).toHaveLength(2)
})

test('a token that is refused right after its renewal is not renewed again', async () => {
  await using server = await startRotatingServer({
    'GET /users/me': (exchange) => exchange.problem(401, 'unauthorized'),
  })
  const vektor = createVektor({ baseUrl: server.url, store: memoryStore(credentials(1)) })
  await expect(vektor.users.me()).rejects.toMatchObject({ code: 'unauthorized' })
  expect(server.asked('POST /auth/refresh')).toHaveLength(1)
})

test('logging out ends the session on the server, then forgets it; without one it asks nothing', async () => {
  await using server = await startServer({
    'POST /auth/logout': (exchange) => exchange.json(200, { detail: 'Logout successful' }),
  })
  const store = memoryStore(credentials(1))
  const vektor = createVektor({ baseUrl: server.url, store })
  await vektor.auth.logOut()
  await vektor.auth.logOut()
  expect(server.requests.map(({ body }) => JSON.parse(body))).toEqual([{ refresh_token: 'refresh-1' }])
  expect(await store.get()).toBeUndefined()
})

test('a session that the server could not be told to end is kept', async () => {
  await using server = await startServer({ 'POST /auth/logout': (exchange) => exchange.drop() })
  const store = memoryStore(credentials(1))
  await expect(createVektor({ baseUrl: server.url, store }).auth.logOut()).rejects.toMatchObject({ code: 'network' })
  expect(await store.get()).toBeDefined()
})

test('a refresh under way when logging out cannot sign in again', async () => {
  const refreshing = Promise.withResolvers<Exchange>()
  await using server = await startRotatingServer({
    'POST /auth/refresh': (exchange) => refreshing.resolve(exchange),
    'POST /auth/logout': (exchange) => exchange.json(200, { detail: 'Logout successful' }),
  })
  const store: CredentialStore = memoryStore(credentials(1))
  const vektor = createVektor({ baseUrl: server.url, store })
  const me = vektor.users.me()
  const exchange = await refreshing.promise
  const loggedOut = vektor.auth.logOut()
  exchange.json(200, tokens(2))
  await Promise.all([me, loggedOut])
  expect(server.asked('POST /auth/logout').map(({ body }) => JSON.parse(body))).toEqual([
    { refresh_token: 'refresh-2' },
  ])
  expect(await store.get()).toBeUndefined()
})

test('deleting the account forgets its tokens', async () => {
  await using server = await startServer({ 'DELETE /users/me': (exchange) => exchange.json(204, undefined) })
  const store = memoryStore(credentials(1))
  await createVektor({ baseUrl: server.url, store }).users.delete()
  expect(await store.get()).toBeUndefined()
})
