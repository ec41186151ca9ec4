import { expect, test } from 'vitest'
import { readProblem, smallContract, startSmallServer, TOKEN } from '../../test/support/http-fixture.ts'

test('an operation without a handler refuses to build, by its name', async () => {
  const contract = structuredClone(smallContract)
  contract.paths['/ping'].get.operationId = 'pong'
  await expect(startSmallServer({ contract })).rejects.toThrow(/without a handler: pong/)
})

test('a handler without an operation refuses to build, by its name', async () => {
  const handlers = { dance: async () => ({ status: 204 }) }
  await expect(startSmallServer({ handlers })).rejects.toThrow(/without an operation in the contract: dance/)
})

test('an operation that does not say who may call it refuses to build, by its name', async () => {
  const contract: { paths: { '/ping': { get: { security?: object } } } } = structuredClone(smallContract)
  delete contract.paths['/ping'].get.security
  await expect(startSmallServer({ contract })).rejects.toThrow(/who may call ping/)
})

test('a security scheme that the server does not know refuses to build', async () => {
  const contract = structuredClone(smallContract)
  contract.components.securitySchemes.bearer.scheme = 'basic'
  await expect(startSmallServer({ contract })).rejects.toThrow(/"security" of getThing/)
})

test('an unknown path is a 404 problem, and so is one in other letters or with a slash more', async () => {
  await using server = await startSmallServer()
  for (const path of ['/nothing', '/Ping', '/ping/', '/things/a/b']) {
    const response = await fetch(server.url + path)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await readProblem(response)).toMatchObject({ type: '/problems/not-found', status: 404, instance: path })
  }
})

test('another method of a known path is 405 and says which are allowed', async () => {
  await using server = await startSmallServer()
  for (const method of ['POST', 'PUT', 'PATCH', 'OPTIONS', 'PROPFIND']) {
    const response = await fetch(`${server.url}/things/a`, { method })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, DELETE, HEAD')
    expect(await readProblem(response)).toMatchObject({ type: '/problems/method-not-allowed' })
  }
})

test('HEAD answers as GET does, without the body', async () => {
  await using server = await startSmallServer()
  const head = await fetch(`${server.url}/ping`, { method: 'HEAD' })
  const get = await fetch(`${server.url}/ping`)
  expect(head.status).toBe(200)
  expect(await head.text()).toBe('')
  expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
})

test('HEAD of a stream tells its media type and starts nothing', async () => {
  let hasStarted = false
  await using server = await startSmallServer({
    // biome-ignore lint/correctness/useYield: it must not even start.
    frames: async function* () {
      hasStarted = true
    },
  })
  const response = await fetch(`${server.url}/stream`, { method: 'HEAD', headers: TOKEN })
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(hasStarted).toBe(false)
})

test('a concrete path goes before a template, wherever it stands', async () => {
  await using server = await startSmallServer()
  expect(await (await fetch(`${server.url}/things/newest`)).json()).toEqual({ newest: true })
})

test('a path id is any string, decoded', async () => {
  await using server = await startSmallServer()
  for (const id of ['a b', '../x', 'ñ💡', '%', '__proto__', 'a/b', 'x'.repeat(300)]) {
    const response = await fetch(`${server.url}/things/${encodeURIComponent(id)}`, { headers: TOKEN })
    expect(await response.json()).toMatchObject({ params: { thing_id: id } })
  }
})

test('an id with a NUL reaches the handler as one that names nothing', async () => {
  await using server = await startSmallServer()
  const response = await fetch(`${server.url}/things/a%00b`, { headers: TOKEN })
  expect(await response.json()).toMatchObject({ params: { thing_id: 'a\u{FFFD}b' } })
})

test('a path with malformed percent-encoding is 404', async () => {
  await using server = await startSmallServer()
  for (const id of ['%zz', '%', '%ed%a0%80', '%ff']) {
    const response = await fetch(`${server.url}/things/${id}`, { headers: TOKEN })
    expect(response.status).toBe(404)
    expect((await readProblem(response)).type).toBe('/problems/not-found')
  }
})

test('204 has neither body nor media type', async () => {
  await using server = await startSmallServer()
  const response = await fetch(`${server.url}/things/a`, { method: 'DELETE', headers: TOKEN })
  expect(response.status).toBe(204)
  expect(response.headers.get('content-type')).toBeNull()
})

test('every response keeps browsers from sniffing, framing and storing', async () => {
  await using server = await startSmallServer()
  for (const path of ['/ping', '/nothing', '/things/a']) {
    const { headers } = await fetch(server.url + path)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-powered-by')).toBeNull()
  }
})
