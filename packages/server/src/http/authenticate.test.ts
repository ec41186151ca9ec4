import { expect, test } from 'vitest'
import { readProblem, smallContract, startSmallServer, TOKEN } from '../../test/support/http-fixture.ts'

test('a handler learns who is behind the token', async () => {
  await using server = await startSmallServer({
    handlers: { getThing: async ({ caller }) => ({ status: 200, body: caller }) },
  })
  for (const authorization of ['Bearer good', 'bearer good', 'BEARER  good']) {
    const response = await fetch(`${server.url}/things/a`, { headers: { authorization } })
    expect(await response.json()).toMatchObject({ accountId: 'ana', sessionId: 'session' })
  }
})

test('without a good token the answer is 401 and says how to authenticate', async () => {
  await using server = await startSmallServer()
  for (const authorization of [
    undefined,
    'Bearer bad',
    'Bearer',
    'Bearer ',
    'Basic Z29vZA==',
    'good',
    'Bearer good good',
  ]) {
    const response = await fetch(`${server.url}/things/a`, { ...(authorization && { headers: { authorization } }) })
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect((await readProblem(response)).type).toBe('/problems/unauthorized')
  }
})

test('a token in the query is no token, and is not logged', async () => {
  await using server = await startSmallServer()
  const response = await fetch(`${server.url}/things/a?access_token=good&token=good`)
  expect(response.status).toBe(401)
  expect(JSON.stringify(server.logs)).not.toContain('good')
})

test('the cookie is good where the contract says so, and nowhere else', async () => {
  await using server = await startSmallServer()
  const headers = { cookie: 'other=1; stream_cookie=sweet' }
  expect((await fetch(`${server.url}/stream`, { headers })).status).toBe(200)
  expect((await fetch(`${server.url}/things/a`, { headers })).status).toBe(401)
  expect((await fetch(`${server.url}/stream`, { headers: { cookie: 'stream_cookie=bitter' } })).status).toBe(401)
  expect((await fetch(`${server.url}/stream`, { headers: { cookie: 'xstream_cookie=sweet' } })).status).toBe(401)
})

test('a bad token is refused even beside a good cookie', async () => {
  await using server = await startSmallServer()
  for (const authorization of ['Bearer bad', 'Basic Z29vZA==', 'Bearer']) {
    const headers = { cookie: 'stream_cookie=sweet', authorization }
    expect((await fetch(`${server.url}/stream`, { headers })).status).toBe(401)
  }
})

test('without a token the answer is 401 whatever the body', async () => {
  await using server = await startSmallServer({ bodyLimitBytes: 10 })
  const bodies = ['{', 'x'.repeat(1_000), '{"name":1}']
  for (const body of bodies) {
    const response = await fetch(`${server.url}/things`, { method: 'POST', body })
    expect(response.status).toBe(401)
  }
})

test('an operation that needs no token does not look at one', async () => {
  await using server = await startSmallServer()
  const response = await fetch(`${server.url}/ping`, { headers: { authorization: 'Bearer bad' } })
  expect(response.status).toBe(200)
})

test('a handler that reads the caller where nobody is known is a mistake of ours, not a security hole', async () => {
  await using server = await startSmallServer({
    handlers: { ping: async ({ caller }) => ({ status: 200, body: caller }) },
  })
  const response = await fetch(`${server.url}/ping`, { headers: TOKEN })
  expect(response.status).toBe(500)
})

/** The small contract, with `createThing` for administrators alone. */
function guardedContract(role: string) {
  const contract = structuredClone(smallContract)
  Object.assign(contract.paths['/things'].post, { 'x-role': role })
  return contract
}

test('what is for administrators is 403 for others before their body is read, and 401 for nobody', async () => {
  await using server = await startSmallServer({ contract: guardedContract('administrator') })
  const post = (token: string) =>
    fetch(`${server.url}/things`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'Content-Type': 'text/plain' },
      body: '{',
    })
  const refused = await post('good')
  expect(refused.status).toBe(403)
  expect((await readProblem(refused)).type).toBe('/problems/forbidden')
  expect((await post('bad')).status).toBe(401)
  // The control: an administrator gets as far as the body.
  expect((await post('royal')).status).toBe(415)
})

test('a role that the server does not know, or that keeps nobody out, refuses to build', async () => {
  await expect(startSmallServer({ contract: guardedContract('king') })).rejects.toThrow(/"x-role" of createThing/)
  const contract = structuredClone(smallContract)
  Object.assign(contract.paths['/ping'].get, { 'x-role': 'administrator' })
  await expect(startSmallServer({ contract })).rejects.toThrow(/ping needs no token/)
})
