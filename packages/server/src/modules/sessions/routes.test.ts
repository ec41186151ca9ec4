import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSessionFixture, type SessionFixture } from '../../../test/support/session-fixture.ts'
import { PASSWORD } from '../../../test/support/sign-up.ts'
import type { Handlers } from '../../http/handler.ts'
import { sessionRoutes } from './routes.ts'

let fixture: SessionFixture
let routes: ReturnType<typeof sessionRoutes>

beforeAll(async () => {
  fixture = await openSessionFixture()
  routes = sessionRoutes(fixture.sessions)
  for (const name of ['ana', 'bob', 'eva']) await fixture.register(name)
})
afterAll(() => fixture[Symbol.asyncDispose]())

type LogInContext = Parameters<Handlers['logIn']>[0]

/** An exchange as the HTTP layer hands it to a handler. */
function exchange(headers: Record<string, string> = {}) {
  const request = new IncomingMessage(new Socket())
  Object.assign(request.headers, headers)
  return {
    caller: { accountId: '', sessionId: '', deviceId: '', role: 'user' as const },
    requestId: 'request',
    address: '192.0.2.1',
    params: {},
    query: {},
    headers: {},
    request,
    response: new ServerResponse(request),
  }
}

function logIn(username: string, password: string, context: Partial<LogInContext> = {}) {
  return routes.logIn(Object.assign(exchange(), { body: { username, password } }, context))
}

describe('logIn', () => {
  test('answers with the tokens that the description promises, which nobody on the way may keep', async () => {
    const { status, body, headers } = await logIn('ana', PASSWORD)
    expect(status).toBe(200)
    expect(headers).toMatchObject({ 'Cache-Control': 'no-store' })
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'bearer',
      expires_in: 3600,
      refresh_token: expect.any(String),
      refresh_expires_in: 30 * 24 * 3600,
    })
    await expect(fixture.sessions.authenticateBearer(body.access_token)).resolves.toBeDefined()
  })

  test('takes the e-mail address or the username, in any case', async () => {
    for (const login of ['ana', 'ANA', 'ana@example.org', 'Ana@Example.ORG']) {
      await expect(logIn(login, PASSWORD)).resolves.toMatchObject({ status: 200 })
    }
  })

  test('says the same to an unknown user and to a wrong password', async () => {
    const refusals = await Promise.allSettled([logIn('ana', 'wrong'), logIn('nobody', 'wrong'), logIn('ana', '')])
    expect(refusals.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    const errors = refusals.map((refusal) => Object(refusal).reason)
    for (const error of errors) {
      expect({ ...error, message: error.message }).toEqual({ ...errors[0], message: errors[0].message })
      expect(error).toMatchObject({ name: 'AppError', code: 'invalid-credentials' })
    }
  })

  test('never gives one of many who log in at once the session of another', async () => {
    const names = Array.from({ length: 30 }, (_, index) => ['ana', 'bob', 'eva'][index % 3] ?? '')
    const answers = await Promise.all(names.map((name) => logIn(name, PASSWORD)))
    for (const [index, { body }] of answers.entries()) {
      const { accountId } = await fixture.sessions.authenticateBearer(body.access_token)
      await expect(fixture.accounts.get(accountId)).resolves.toMatchObject({ username: names[index] })
    }
  })

  test('passes on that too many passwords are being checked', async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 80 }, () => logIn('nobody', 'wrong')))
    const codes = new Set(attempts.map((attempt) => Object(attempt).reason.code))
    expect(codes).toEqual(new Set(['invalid-credentials', 'busy']))
  })

  test('sets a cookie for /chat/stream alone, which scripts and other sites cannot use', async () => {
    const { headers } = await logIn('ana', PASSWORD)
    const [pair = '', ...attributes] = (headers?.['Set-Cookie'] ?? '').split('; ')
    expect(attributes).toEqual(['Path=/chat/stream', `Max-Age=${90 * 24 * 3600}`, 'HttpOnly', 'SameSite=Strict'])
    const [name, value = ''] = pair.split('=')
    expect(name).toBe('vektor_stream')
    await expect(fixture.sessions.authenticateStreamCookie(value)).resolves.toBeDefined()
    await expect(fixture.sessions.authenticateBearer(value)).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('marks the cookie Secure when the request came over TLS', async () => {
    const { request, response } = exchange()
    const secure = Object.assign(request, { secure: true })
    const { headers } = await logIn('ana', PASSWORD, { request: secure, response })
    expect(headers?.['Set-Cookie']).toMatch(/; Secure$/)
  })

  test('takes the device from the headers, else from the User-Agent', async () => {
    const devices = () => fixture.database.read('devices').orderBy('created_at', 'desc').select('id', 'name')
    await logIn('eva', PASSWORD, { headers: { 'X-Device-Id': 'disp1', 'X-Device-Name': 'Laptop personal' } })
    expect(await devices()).toContainEqual({ id: 'disp1', name: 'Laptop personal' })
    const { request, response } = exchange({ 'user-agent': 'curl/8.5.0' })
    await logIn('eva', PASSWORD, { request, response })
    expect(await devices()).toContainEqual({ id: expect.any(String), name: 'curl' })
  })
})

/** The context of an operation that has nothing but a body. */
function withToken(refreshToken: string) {
  return Object.assign(exchange(), Object({ body: { refresh_token: refreshToken } }))
}

describe('refreshSession and logOut', () => {
  test('exchange and end what logIn gave', async () => {
    const { body: tokens } = await logIn('ana', PASSWORD)
    const refreshed = await routes.refreshSession(withToken(tokens.refresh_token))
    expect(refreshed).toMatchObject({ status: 200, headers: { 'Cache-Control': 'no-store' } })
    expect(Object.keys(refreshed.body).sort()).toEqual(Object.keys(tokens).sort())
    await expect(routes.logOut(withToken(refreshed.body.refresh_token))).resolves.toEqual({
      status: 200,
      body: { detail: 'Logout successful' },
    })
    await expect(routes.refreshSession(withToken(refreshed.body.refresh_token))).rejects.toMatchObject({
      code: 'invalid-refresh-token',
    })
  })
})
