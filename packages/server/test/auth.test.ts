import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contractFetch } from './support/contract-fetch.ts'
import { PASSWORD, type SignedIn } from './support/sign-up.ts'
import { startTestServer, type TestServer, type TestServerOptions } from './support/test-server.ts'

let server: TestServer
let call: typeof fetch

beforeAll(async () => {
  server = await startTestServer()
  call = contractFetch(server.url)
})
afterAll(() => server[Symbol.asyncDispose]())

type Json = Record<string, unknown>

async function read(response: Response): Promise<{ status: number; body: Json }> {
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
}

async function post(path: string, body: unknown, fetchIt = call) {
  const headers = { 'Content-Type': 'application/json' }
  return read(await fetchIt(path, { method: 'POST', headers, body: JSON.stringify(body) }))
}

function logIn(username: string, password: string, headers: Record<string, string> = {}, fetchIt = call) {
  return fetchIt('/auth/login', { method: 'POST', headers, body: new URLSearchParams({ username, password }) })
}

const refresh = (token: unknown, fetchIt = call) => post('/auth/refresh', { refresh_token: token }, fetchIt)
const logOut = (token: unknown, fetchIt = call) => post('/auth/logout', { refresh_token: token }, fetchIt)

function me(token: unknown, fetchIt = call): Promise<Response> {
  return fetchIt('/users/me', { headers: { Authorization: `Bearer ${token}` } })
}

async function withServer(
  options: TestServerOptions,
  work: (fetchIt: typeof fetch, other: TestServer) => Promise<void>,
) {
  await using other = await startTestServer(options)
  await work(contractFetch(other.url), other)
}

/** As if `milliseconds` had passed since refresh tokens were last exchanged. */
async function ageAncestors(milliseconds: number): Promise<void> {
  await using database = server.database.open()
  await database.write('refresh_ancestors').decrement('superseded_at', milliseconds)
}

describe('registering', () => {
  const registration = (name: string) => ({ email: `${name}@example.org`, username: name, password: PASSWORD })

  test('twice with the same name is 201 and 409, even at once, and there is one administrator', async () => {
    await withServer({}, async (fetchIt) => {
      const answers = await Promise.all(
        ['ana', 'Ana', 'bob', 'eva'].map((name) => post('/auth/register', registration(name), fetchIt)),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409])
      expect(answers.filter(({ body }) => body.role === 'administrator')).toHaveLength(1)
    })
  })

  test('with a common password is 422 and says where and why', async () => {
    const { status, body } = await post('/auth/register', { ...registration('weak'), password: 'contraseña1' })
    expect(status).toBe(422)
    expect(body).toMatchObject({ errors: [{ pointer: '/password', detail: expect.stringContaining('less common') }] })
  })

  test('as somebody with a role of their choice is 422', async () => {
    const { status } = await post('/auth/register', { ...registration('mallory'), role: 'administrator' })
    expect(status).toBe(422)
  })

  test.each([['\ud800'], ['a\0b'], [{ $ne: '' }], [['ana']], [null]])('as %j is 422', async (username) => {
    const { status } = await post('/auth/register', { ...registration('strange'), username })
    expect(status).toBe(422)
  })

  test('is 403 where it is closed', async () => {
    await withServer({ env: { VEKTOR_REGISTRATION: 'closed' } }, async (fetchIt) => {
      const { status, body } = await post('/auth/register', registration('ana'), fetchIt)
      expect(status).toBe(403)
      expect(body).toMatchObject({ type: '/problems/registration-closed' })
    })
  })
})

describe('signing in', () => {
  beforeAll(() => server.signUp('ana'))

  test('works as printed in the description, with the bytes that curl sends', async () => {
    const registration = { email: 'tu_email@ejemplo.com', username: 'tu', password: 'tu_contraseña' }
    expect(await post('/auth/register', registration)).toMatchObject({ status: 201 })
    const response = await call('/auth/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'username=tu_email@ejemplo.com&password=tu_contraseña',
    })
    expect(await read(response)).toMatchObject({ status: 200, body: { token_type: 'bearer', expires_in: 3600 } })
  })

  test('fails the same for an unknown user and for a wrong password', async () => {
    const answers = await Promise.all(['ana', 'nobody'].map(async (name) => logIn(name, 'wrong')))
    const [known, unknown] = await Promise.all(answers.map(read))
    const names = (response: Response | undefined) => [...(response?.headers.keys() ?? [])]
    expect(known?.body).toMatchObject({ status: 401, type: '/problems/invalid-credentials' })
    expect({ ...unknown?.body, request_id: '' }).toEqual({ ...known?.body, request_id: '' })
    expect(names(answers[0])).toEqual(names(answers[1]))
  })

  test('takes nobody for another when many do it at once', async () => {
    const names = ['uno', 'dos', 'tres', 'cuatro']
    await Promise.all(names.map((name) => server.signUp(name)))
    await Promise.all(
      [...names, ...names, ...names].map(async (name) => {
        const { body } = await read(await logIn(name, PASSWORD))
        expect((await read(await me(body.access_token))).body.username).toBe(name)
      }),
    )
  })

  test('of two hundred at once is bounded: 503 with Retry-After past it, and health answers meanwhile', async () => {
    const logins = Promise.all(Array.from({ length: 200 }, () => logIn('ana', PASSWORD)))
    let areDone = false
    void logins.then(() => {
      areDone = true
    })
    const waits: number[] = []
    while (!areDone) {
      const started = performance.now()
      expect((await call('/health')).status).toBe(200)
      waits.push(performance.now() - started)
    }
    const answers = await logins
    // Far more than it takes, and far less than to wait for a few passwords.
    expect(waits.length).toBeGreaterThan(5)
    expect(waits.toSorted((one, other) => one - other)[Math.floor(waits.length * 0.99)]).toBeLessThan(1_000)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]))
    const busy = answers.filter(({ status }) => status === 503)
    expect(busy.every(({ headers }) => headers.get('retry-after') === '1')).toBe(true)
  })

  test('sets the stream cookie, which is good for GET /chat/stream and for nothing else', async () => {
    const response = await logIn('ana', PASSWORD)
    const [cookie = ''] = response.headers.getSetCookie()
    expect(cookie).toMatch(/^vektor_stream=[^;]+; Path=\/chat\/stream; Max-Age=\d+; HttpOnly; SameSite=Strict$/)
    const headers = { Cookie: cookie.split(';')[0] ?? '' }
    const stream = await server.fetch('/chat/stream', { headers })
    expect(stream.ok).toBe(true)
    await stream.body?.cancel()
    for (const [method, path] of [
      ['GET', '/users/me'],
      ['GET', '/chat/history'],
      ['POST', '/chat/stream'],
    ] as const) {
      expect((await call(path, { method, headers })).status, `${method} ${path}`).toBe(401)
    }
    const value = headers.Cookie.slice('vektor_stream='.length)
    expect((await me(value)).status).toBe(401)
    expect((await refresh(value)).status).toBe(401)
  })

  test('never shows a password or a token in the log', async () => {
    const { body } = await read(await logIn('ana', PASSWORD))
    await logIn('ana', 'a wrong one, secret all the same')
    const query = await call(`/users/me?access_token=${body.access_token}&token=${body.access_token}`)
    expect(query.status).toBe(401)
    await me(body.access_token)
    await refresh(body.refresh_token)
    const log = server.logs.join('\n')
    expect(log).toContain('/users/me')
    for (const secret of [PASSWORD, 'a wrong one', String(body.access_token), String(body.refresh_token)]) {
      expect(log).not.toContain(secret)
    }
  })
})

describe('an access token', () => {
  let bob: SignedIn
  beforeAll(async () => {
    bob = await server.signUp('bob')
  })

  test('is needed, and its absence is told as RFC 6750 says', async () => {
    for (const headers of [{}, { Authorization: bob.accessToken }, { Authorization: 'Basic Ym9iOmJvYg==' }]) {
      const response = await call('/users/me', { headers })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
  })

  test('is neither a refresh token nor a stream cookie, nor the other way round', async () => {
    expect((await me(bob.accessToken)).status).toBe(200)
    expect((await me(bob.refreshToken)).status).toBe(401)
    expect((await refresh(bob.accessToken)).status).toBe(401)
    const headers = { Cookie: `vektor_stream=${bob.accessToken}` }
    expect((await call('/chat/stream', { headers })).status).toBe(401)
  })

  test('without a signature is refused', async () => {
    const [, payload] = bob.accessToken.split('.')
    for (const alg of ['none', 'nOnE', 'HS256']) {
      const header = Buffer.from(JSON.stringify({ alg, typ: 'at+jwt' })).toString('base64url')
      expect((await me(`${header}.${payload}.`)).status).toBe(401)
    }
  })

  test('outlives a restart, and ends with its session', async () => {
    const { accessToken, refreshToken } = await server.signIn('bob')
    await server.restart()
    call = contractFetch(server.url)
    expect((await me(accessToken)).status).toBe(200)
    expect(await logOut(refreshToken)).toEqual({ status: 200, body: { detail: 'Logout successful' } })
    expect((await me(accessToken)).status).toBe(401)
  })
})

describe('refreshing', () => {
  beforeAll(() => server.signUp('eva'))

  test('a hundred times at once gives one successor, and nobody is out', async () => {
    const { refreshToken } = await server.signIn('eva')
    const answers = await Promise.all(Array.from({ length: 100 }, () => refresh(refreshToken)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const successors = new Set(answers.map(({ body }) => body.refresh_token))
    expect(successors.size).toBe(1)
    expect((await refresh([...successors][0])).status).toBe(200)
    for (const { body } of answers.slice(0, 3)) expect((await me(body.access_token)).status).toBe(200)
  })

  test('again after ten seconds ends the session, the newest token included, also over a restart', async () => {
    const { refreshToken } = await server.signIn('eva')
    const { body: newest } = await refresh(refreshToken)
    await server.restart()
    call = contractFetch(server.url)
    expect(await refresh(refreshToken)).toMatchObject({ status: 200, body: { refresh_token: newest.refresh_token } })
    await ageAncestors(10_000)
    const replay = await refresh(refreshToken)
    expect(replay).toMatchObject({ status: 401, body: { type: '/problems/invalid-refresh-token' } })
    expect((await refresh(newest.refresh_token)).status).toBe(401)
    expect((await me(newest.access_token)).status).toBe(401)
  })

  test('gives the same refresh token back where rotation is off', async () => {
    await withServer({ env: { VEKTOR_REFRESH_ROTATION: 'off' } }, async (fetchIt, other) => {
      const { refreshToken } = await other.signUp('ana')
      for (let time = 0; time < 3; time += 1) {
        expect(await refresh(refreshToken, fetchIt)).toMatchObject({ body: { refresh_token: refreshToken } })
      }
    })
  })

  test.each([[{ $ne: '' }], [['x']], [''], [7], [null], ['x'.repeat(5_000)]])('with %j is 422', async (token) => {
    expect((await refresh(token)).status).toBe(422)
    expect((await logOut(token)).status).toBe(422)
  })

  test('with what is no refresh token is 401, and signing it out is 200', async () => {
    for (const token of ['token_a_invalidar', '.', '..', 'eyJhbGciOiJub25lIn0.e30.', '\0', '🦤'.repeat(500)]) {
      const statuses = [(await refresh(token)).status, (await logOut(token)).status]
      expect(statuses, token.slice(0, 20)).toEqual(token === '\0' ? [422, 422] : [401, 200])
    }
  })
})

describe('an open stream is closed within a second', () => {
  /** Follows everything the account generates: such a stream stays open by itself. */
  async function follow(somebody: SignedIn) {
    const response = await somebody.fetch('/chat/stream')
    expect(response.status).toBe(200)
    return response.text()
  }

  test('of signing out, and the streams of other devices stay', async () => {
    const leaving = await server.signUp('streamer')
    const staying = await server.signIn('streamer')
    const [closed, open] = [follow(leaving), follow(staying)]
    await server.fetch('/health')
    await logOut(leaving.refreshToken)
    const ended = await Promise.race([closed.then(() => 'closed'), open.then(() => 'the other')])
    expect(ended).toBe('closed')
    await logOut(staying.refreshToken)
    await open
  })

  test('of deleting the account', async () => {
    const somebody = await server.signUp('leaver')
    const other = await server.signIn('leaver')
    const streams = [follow(somebody), follow(other)]
    const started = performance.now()
    expect((await somebody.fetch('/users/me', { method: 'DELETE' })).status).toBe(204)
    await Promise.all(streams)
    expect(performance.now() - started).toBeLessThan(5_000)
    expect((await me(other.accessToken)).status).toBe(401)
    expect((await refresh(other.refreshToken)).status).toBe(401)
    expect((await logIn('leaver', PASSWORD)).status).toBe(401)
  })
})

test('an account that cannot be deleted stays as it was, signed in on every device', async () => {
  await using own = await startTestServer()
  const ana = await own.signUp('ana')
  const phone = await own.signIn('ana')
  await using database = own.database.open()
  await database.write.schema.createTable('kept', (table) => table.text('session_id').references('sessions.id'))
  await database.write('kept').insert(database.write('sessions').limit(1).select({ session_id: 'id' }))
  expect((await ana.fetch('/users/me', { method: 'DELETE' })).status).toBe(500)
  for (const device of [ana, phone]) expect((await device.fetch('/users/me')).status).toBe(200)
  await database.write.schema.dropTable('kept')
  expect((await ana.fetch('/users/me', { method: 'DELETE' })).status).toBe(204)
  for (const device of [ana, phone]) expect((await device.fetch('/users/me')).status).toBe(401)
})

test('a device is told by its headers, in UTF-8 or Latin-1', async () => {
  await server.signUp('gil')
  const name = Buffer.from('Portátil de Gil').toString('latin1')
  expect((await logIn('gil', PASSWORD, { 'X-Device-Id': 'disp1', 'X-Device-Name': name })).status).toBe(200)
  expect((await logIn('gil', PASSWORD, { 'X-Device-Id': 'disp2', 'X-Device-Name': 'Portátil' })).status).toBe(200)
  await using database = server.database.open()
  const devices = await database.read('devices').whereIn('id', ['disp1', 'disp2']).orderBy('id').select('name')
  expect(devices).toEqual([{ name: 'Portátil de Gil' }, { name: 'Portátil' }])
})
