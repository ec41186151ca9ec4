/** Who may ask from where, and what is believed of what proxies say. What browsers make of it: `test/system/origins.test.ts`. */
import { readFile } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { PASSWORD } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const ORIGIN = 'https://chat.example.org'

function preflight(server: TestServer, origin: string, path = '/chat/stream'): Promise<Response> {
  const headers = {
    Origin: origin,
    'Access-Control-Request-Method': 'POST',
    'Access-Control-Request-Headers': 'authorization,content-type,idempotency-key',
  }
  return fetch(new URL(path, server.url), { method: 'OPTIONS', headers })
}

test('no page of another origin is let in unless a setting names it', async () => {
  await using server = await startTestServer()
  expect((await preflight(server, ORIGIN)).status).toBe(405)
  const response = await fetch(`${server.url}/health`, { headers: { Origin: ORIGIN } })
  expect(response.headers.get('access-control-allow-origin')).toBeNull()
})

test('an allowed origin is answered by its name, with credentials, and may read the headers that matter', async () => {
  await using server = await startTestServer({ env: { VEKTOR_CORS_ORIGINS: `${ORIGIN},http://localhost:5173` } })
  const asked = await preflight(server, ORIGIN)
  expect(asked.status).toBe(204)
  expect(asked.headers.get('access-control-allow-origin')).toBe(ORIGIN)
  expect(asked.headers.get('access-control-allow-credentials')).toBe('true')
  expect(asked.headers.get('access-control-allow-methods')).toContain('DELETE')
  for (const name of ['Authorization', 'Content-Type', 'Idempotency-Key', 'Last-Event-ID']) {
    expect(asked.headers.get('access-control-allow-headers')).toContain(name)
  }
  const response = await fetch(`${server.url}/users/me`, { headers: { Origin: ORIGIN } })
  expect(response.status).toBe(401)
  expect(response.headers.get('access-control-allow-origin')).toBe(ORIGIN)
  expect(response.headers.get('vary')).toContain('Origin')
  for (const name of ['X-Request-Id', 'Link', 'Location', 'Retry-After', 'RateLimit', 'RateLimit-Policy']) {
    expect(response.headers.get('access-control-expose-headers')).toContain(name)
  }
})

test('no page is shown in a frame, in the words of old browsers and of new ones', async () => {
  await using server = await startTestServer()
  for (const path of ['/', '/docs', '/redoc', '/health']) {
    const { headers } = await server.fetch(path)
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  }
})

test.each([
  'https://chat.example.org.evil.example',
  'http://chat.example.org',
  'https://chat.example.org:8443',
  'null',
])('%s is not an origin like it', async (origin) => {
  await using server = await startTestServer({ env: { VEKTOR_CORS_ORIGINS: ORIGIN } })
  const response = await fetch(`${server.url}/health`, { headers: { Origin: origin } })
  expect(response.headers.get('access-control-allow-origin')).toBeNull()
  // Whatever is kept on the way is kept for this origin alone.
  expect(response.headers.get('vary')).toContain('Origin')
  expect((await preflight(server, origin)).headers.get('access-control-allow-origin')).toBeNull()
})

async function cookieBehind(server: TestServer, headers: Record<string, string>): Promise<string> {
  const body = new URLSearchParams({ username: 'ana', password: PASSWORD })
  const response = await server.fetch('/auth/login', { method: 'POST', body, headers })
  return response.headers.getSetCookie().join()
}

const SPOOFED = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '203.0.113.7' }

test('without a trusted proxy, what a caller says about itself has no effect', async () => {
  await using server = await startTestServer()
  await server.signUp('ana')
  expect(await cookieBehind(server, SPOOFED)).not.toContain('Secure')
  const response = await server.fetch('/health', { headers: SPOOFED })
  expect(response.headers.get('strict-transport-security')).toBeNull()
})

/** What the log says of proxies that are not trusted. */
function warningsOf({ logs }: TestServer): unknown[] {
  return logs.map((line): Record<string, unknown> => JSON.parse(line)).filter(({ msg }) => msg === 'proxy-not-trusted')
}

test('the log says once that a proxy of this machine is not trusted', async () => {
  await using server = await startTestServer()
  await server.fetch('/health')
  expect(warningsOf(server)).toEqual([])
  for (const address of ['203.0.113.7', '203.0.113.8']) {
    await server.fetch('/health', { headers: { 'X-Forwarded-For': address } })
  }
  expect(warningsOf(server)).toEqual([expect.objectContaining({ level: 'warn', proxy: '127.0.0.1' })])
})

test.each(['127.0.0.1', 'loopback', '127.0.0.0/8,10.0.0.0/8', '1'])(
  'a trusted proxy (%s) says that the request came over TLS: the cookie is Secure, and HTTPS is promised',
  async (trusted) => {
    await using server = await startTestServer({ env: { VEKTOR_TRUST_PROXY: trusted } })
    await server.signUp('ana')
    expect(await cookieBehind(server, SPOOFED)).toContain('; Secure')
    expect(await cookieBehind(server, {})).not.toContain('Secure')
    const response = await server.fetch('/health', { headers: SPOOFED })
    expect(response.headers.get('strict-transport-security')).toMatch(/^max-age=\d+$/)
    expect(warningsOf(server)).toEqual([])
  },
)

test('a proxy that is not the trusted one is not believed', async () => {
  await using server = await startTestServer({ env: { VEKTOR_TRUST_PROXY: '10.0.0.0/8' } })
  await server.signUp('ana')
  expect(await cookieBehind(server, SPOOFED)).not.toContain('Secure')
})

const fixture = (name: string) => fileURLToPath(new URL(`../support/tls/first-${name}.pem`, import.meta.url))

/** Sends over HTTPS to who has the certificate of the fixture, whatever its name. */
async function sendSecurely(url: URL, options: { method: string; headers?: Record<string, string>; body?: string }) {
  const ca = await readFile(fixture('cert'))
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number | undefined
    headers: IncomingHttpHeaders
    body: string
  }>()
  const sent = request(url, { ...options, ca, checkServerIdentity: () => undefined }, (response) => {
    const { statusCode: status, headers } = response
    text(response).then((body) => resolve({ status, headers, body }), reject)
  })
  sent.once('error', reject).end(options.body)
  return promise
}

test('with a certificate of its own, the server signs people in over HTTPS, with a Secure cookie, and promises HTTPS', async () => {
  const env = { VEKTOR_TLS_CERT: fixture('cert'), VEKTOR_TLS_KEY: fixture('key') }
  await using server = await startTestServer({ env })
  const at = (path: string) => new URL(path, server.url)
  const body = JSON.stringify({ email: 'ana@example.org', username: 'ana', password: PASSWORD })
  const json = { 'Content-Type': 'application/json' }
  expect(await sendSecurely(at('/auth/register'), { method: 'POST', headers: json, body })).toMatchObject({
    status: 201,
  })

  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const credentials = String(new URLSearchParams({ username: 'ana', password: PASSWORD }))
  const signedIn = await sendSecurely(at('/auth/login'), { method: 'POST', headers: form, body: credentials })
  expect(signedIn.status).toBe(200)
  expect(signedIn.headers['set-cookie']?.join()).toContain('; Secure')
  expect(signedIn.headers['strict-transport-security']).toMatch(/^max-age=\d+$/)

  const { access_token: token }: { access_token: string } = JSON.parse(signedIn.body)
  const me = await sendSecurely(at('/users/me'), { method: 'GET', headers: { Authorization: `Bearer ${token}` } })
  expect(JSON.parse(me.body)).toMatchObject({ username: 'ana' })
})
