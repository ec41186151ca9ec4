/** Every operation of the contract, asked for by everybody who might: who gets what follows from the contract alone. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import contract from '../../src/generated/openapi.json' with { type: 'json' }
import { Contract, type Operation } from '../../src/http/contract.ts'
import {
  addressOf,
  CHAT,
  chatOf,
  initOf,
  type People,
  SAMPLE_REQUESTS,
  type SampleRequest,
} from '../support/sample-requests.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const { operations } = new Contract(contract)
const ROLES = [
  'nobody',
  'revoked session',
  'stream cookie',
  'refresh token',
  'other account',
  'administrator',
  'owner',
] as const
type Role = (typeof ROLES)[number]

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await server.signUp('first')
})
afterAll(() => server[Symbol.asyncDispose]())

test('every operation has a sample request, and every sample request an operation', () => {
  const ids = operations.map(({ id }) => id)
  const missing = ids.filter((id) => !Object.hasOwn(SAMPLE_REQUESTS, id))
  const stale = Object.keys(SAMPLE_REQUESTS).filter((id) => !ids.includes(id))
  expect({ missing, stale }, 'see test/support/sample-requests.ts').toEqual({ missing: [], stale: [] })
})

test('every operation is counted but the health checks', () => {
  const unlimited = operations.filter(({ policy }) => policy === undefined).map(({ id }) => id)
  expect(unlimited).toEqual(['getHealth', 'getReadiness'])
})

/** Success is whatever the operation declares for it. */
function expectedStatus({ security, role, path }: Operation, who: Role): 'success' | 401 | 403 | 404 {
  if (security.length === 0) return 'success'
  if (who === 'nobody' || who === 'revoked session' || who === 'refresh token') return 401
  if (who === 'stream cookie') return security.some(({ type }) => type === 'apiKey') ? 'success' : 401
  if (role === 'administrator') return who === 'administrator' ? 'success' : 403
  return path.includes('{') && who !== 'owner' ? 404 : 'success'
}

let count = 0

async function meet(): Promise<People & { revoked: SignedIn; other: SignedIn }> {
  const suffix = `${++count}`
  const [ana, other, administrator] = await Promise.all(
    ['ana', 'bob', 'root'].map((name) => server.signUp(`${name}${suffix}`)),
  )
  if (!ana || !other || !administrator) throw new TypeError('Three people were expected.')
  await using database = server.database.open()
  await database.write('accounts').where({ id: administrator.accountId }).update({ role: 'administrator' })
  const revoked = await server.signIn(ana.username)
  await server.fetch('/auth/logout', initOf('post', { json: { refresh_token: revoked.refreshToken } }))
  return { ana, other, administrator, revoked, others: [other, administrator], fetch: server.fetch }
}

function credentials(role: Role, people: Awaited<ReturnType<typeof meet>>): Record<string, string> {
  const { administrator, ana, other, revoked } = people
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
  switch (role) {
    case 'nobody':
      return {}
    case 'stream cookie':
      return { Cookie: ana.cookie }
    case 'refresh token':
      return bearer(ana.refreshToken)
    case 'revoked session':
      return bearer(revoked.accessToken)
    case 'other account':
      return bearer(other.accessToken)
    case 'administrator':
      return bearer(administrator.accessToken)
    case 'owner':
      return bearer(ana.accessToken)
  }
}

/** Everything of Ana's that somebody could have changed. */
async function belongings(accountId: string): Promise<unknown> {
  await using database = server.database.open()
  const { read } = database
  return [
    await read('accounts').where({ id: accountId }),
    await read('conversations').where({ owner_id: accountId }).orderBy('id'),
    await read('messages').where({ owner_id: accountId }).orderBy('id'),
    await read('devices').where({ account_id: accountId }).orderBy('id').select('id', 'name', 'given_name'),
    await read('sessions').where({ account_id: accountId }).orderBy('id').select('id'),
  ]
}

async function ask({ method, path }: Operation, request: SampleRequest, headers: Record<string, string>) {
  const init = initOf(method, request)
  for (const [name, value] of Object.entries(headers)) init.headers.set(name, value)
  const response = await server.fetch(addressOf(path, request), init)
  const isStream = response.ok && response.headers.get('content-type')?.startsWith('text/event-stream')
  if (isStream) await response.body?.cancel()
  return { status: response.status, text: isStream ? '' : await response.text(), headers: response.headers }
}

describe.each(operations.map((operation) => [operation.id, operation] as const))('%s', (id, operation) => {
  let people: Awaited<ReturnType<typeof meet>>
  beforeAll(async () => {
    people = await meet()
  })

  // The owner comes last: only then may what is Ana's be gone.
  test.each(ROLES.map((role) => [role, expectedStatus(operation, role)] as const))(
    'for %s is %s',
    async (role, expected) => {
      const { ana } = people
      const request = await SAMPLE_REQUESTS[id]?.(people)
      if (!request) throw new TypeError(`${id} has no sample request.`)
      const before = await belongings(ana.accountId)
      const { status, text, headers } = await ask(operation, request, credentials(role, people))
      if (expected === 'success') expect(status, text).toBeLessThan(300)
      else expect(status, text).toBe(expected)

      const isAnas = role === 'owner' || role === 'stream cookie' || operation.security.length === 0
      if (!isAnas) {
        expect(await belongings(ana.accountId)).toEqual(before)
        for (const secret of [ana.accountId, `${ana.username}@`, 'El secreto de Ana'])
          expect(text).not.toContain(secret)
      }
      if (operation.policy) expect(headers.get('ratelimit'), 'the RateLimit header').not.toBeNull()
      if (expected === 401) {
        const unreadable = { ...request, headers: { ...request.headers, 'Content-Type': 'text/plain' } }
        expect((await ask(operation, unreadable, credentials(role, people))).status, 'whatever the body').toBe(401)
      }
    },
  )
})

describe("somebody else's", () => {
  let people: Awaited<ReturnType<typeof meet>>
  beforeAll(async () => {
    people = await meet()
  })
  const send = (who: SignedIn, method: string, path: string, request: SampleRequest = {}) =>
    who.fetch(addressOf(path, request), initOf(method, request))

  test.each(['other', 'administrator'] as const)(
    'conversation is continued, followed or answered by no %s',
    async (who) => {
      const { conversationId, messageId } = await chatOf(people.ana)
      const before = await belongings(people.ana.accountId)
      const requests = [
        send(people[who], 'post', '/chat/stream', { json: { ...CHAT, conversation_id: conversationId } }),
        send(people[who], 'get', '/chat/stream', { query: { conversation_id: conversationId } }),
        send(people[who], 'get', '/chat/stream', { query: { message_id: messageId } }),
      ]
      for (const response of await Promise.all(requests)) expect(response.status).toBe(404)
      expect(await belongings(people.ana.accountId)).toEqual(before)
    },
  )

  test('cursor shows nothing of theirs', async () => {
    const { cursor } = await chatOf(people.ana)
    const response = await send(people.other, 'get', '/chat/stream', { headers: { 'Last-Event-ID': cursor } })
    expect([200, 422]).toContain(response.status)
    if (response.status !== 200 || !response.body) return
    const mine = await chatOf(people.other)
    const reader = response.body.getReader()
    const decoder = new TextDecoder()
    let text = ''
    while (!text.includes(mine.messageId)) text += decoder.decode((await reader.read()).value, { stream: true })
    await reader.cancel()
    const ids = [...text.matchAll(/"conversation_id":"([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids)).toEqual(new Set([mine.conversationId]))
  })

  test('idempotency key starts a generation of its own', async () => {
    const request = { json: CHAT, headers: { 'Idempotency-Key': 'the same key' } }
    const texts = await Promise.all(
      [people.ana, people.other].map(async (who) => (await send(who, 'post', '/chat/stream', request)).text()),
    )
    const [anas, others] = texts.map((text) => /"conversation_id":"([^"]+)"/.exec(text)?.[1])
    expect(anas).toBeDefined()
    expect(others).toBeDefined()
    expect(others).not.toBe(anas)
  })

  test.each([
    { role: 'administrator' },
    { id: '0197ef1a-5f80-7c3e-9b1d-2f4a6c8e0b13' },
    { password_hash: 'x' },
    { created_at: 'x' },
  ])('profile, or one of their own, takes no %j', async (change) => {
    const response = await send(people.other, 'put', '/users/me', { json: { username: 'fine', ...change } })
    expect(response.status).toBe(422)
    expect(await (await send(people.other, 'get', '/users/me')).json()).toMatchObject({
      role: 'user',
      username: people.other.username,
    })
  })
})

describe('a token', () => {
  test.each(['?access_token=', '?token=', '?authorization=Bearer%20'])(
    'in the query (%s) is no token, and is not logged',
    async (query) => {
      const { accessToken } = await server.signIn('first')
      const response = await server.fetch(`/users/me${query}${accessToken}`)
      expect(response.status).toBe(401)
      expect(server.logs.join('\n')).not.toContain(accessToken)
    },
  )

  test('whose account is gone is no token', async () => {
    const { ana, administrator } = await meet()
    const other = await server.signIn(ana.username)
    expect((await ana.fetch('/users/me', { method: 'DELETE' })).status).toBe(204)
    for (const { fetch } of [ana, other]) expect((await fetch('/users/me')).status).toBe(401)
    expect((await administrator.fetch('/users/me')).status).toBe(200)
  })
})
