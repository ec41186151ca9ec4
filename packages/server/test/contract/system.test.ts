/** What the server says about itself: pages, its own description, numbers. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import contract from '../../src/generated/openapi.json' with { type: 'json' }
import { PROBLEM_KINDS } from '../../src/http/problem.ts'
import { readVersion } from '../../src/version.ts'
import { readAllEvents } from '../support/event-stream.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let administrator: SignedIn
let bob: SignedIn

beforeAll(async () => {
  server = await startTestServer({ env: { VEKTOR_METRICS_TOKEN: 'metrics-canary-token' } })
  administrator = await server.signUp('ana')
  bob = await server.signUp('bob')
})

afterAll(() => server[Symbol.asyncDispose]())

async function ask(device: SignedIn): Promise<void> {
  const body = JSON.stringify({ model: 'eliza', messages: [{ role: 'user', content: 'Hola' }] })
  const headers = { 'Content-Type': 'application/json' }
  await readAllEvents(await device.fetch('/chat/stream', { method: 'POST', headers, body }))
}

describe('getStatus', () => {
  test('tells administrators what is stored, what runs and how it does', async () => {
    await ask(administrator)
    const response = await administrator.fetch('/api/status')
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      version: expect.any(String),
      users: 2,
      conversations: expect.any(Number),
      messages: expect.any(Number),
      backups: { complete: 0, in_progress: 0, failed: 0 },
      active_streams: 0,
      active_generations: 0,
      requests: { latency_ms: { p50: expect.any(Number) } },
      memory: { rss_bytes: expect.any(Number) },
      models: expect.arrayContaining([
        expect.objectContaining({ name: 'eliza', available: true, state: 'ok', last_success_at: expect.any(String) }),
        expect.objectContaining({ name: 'gpt-4-stream', available: false, state: 'unknown' }),
      ]),
      config: { faults: [] },
      processes: [{ current: true, generations: 0 }],
    })
  })

  test('names a file that is broken, until it is repaired', async () => {
    const file = join(server.folder, 'config/model_configs.json')
    const whole = await readFile(file, 'utf8')
    const faults = async (): Promise<unknown> =>
      JSON.parse(await (await administrator.fetch('/api/status')).text()).config.faults
    await writeFile(file, '[\n{"name": "eliza"},\n]')
    await vi.waitFor(async () => expect(await faults()).not.toEqual([]), 5_000)
    expect(await faults()).toEqual([
      { path: 'model_configs.json', line: 3, detail: expect.stringContaining('such as [{"name": "eliza"') },
    ])
    await writeFile(file, whole)
    await vi.waitFor(async () => expect(await faults()).toEqual([]), 5_000)
  })

  test('is forbidden to everybody else', async () => {
    expect((await bob.fetch('/api/status')).status).toBe(403)
    expect((await server.fetch('/api/status')).status).toBe(401)
  })
})

describe('getMetrics', () => {
  const numberOf = (text: string, series: string) => {
    const line = text.split('\n').find((one) => one.startsWith(`${series} `))
    return line === undefined ? undefined : Number(line.split(' ').at(-1))
  }

  test('counts what happens, with labels that callers cannot multiply', async () => {
    await ask(administrator)
    for (const path of ['/nothing', '/nothing/else', `/chat/history/${'x'.repeat(50)}`]) await bob.fetch(path)
    const response = await server.fetch('/metrics')
    const text = await response.text()
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(numberOf(text, 'vektor_http_requests_total{operation="streamChat",status="2xx"}')).toBeGreaterThan(0)
    expect(numberOf(text, 'vektor_http_requests_total{operation="none",status="4xx"}')).toBe(2)
    expect(numberOf(text, 'vektor_http_requests_total{operation="getConversation",status="4xx"}')).toBe(1)
    expect(numberOf(text, 'vektor_generations_total{model="eliza",outcome="stop"}')).toBeGreaterThan(0)
    expect(numberOf(text, 'vektor_flush_duration_seconds_count')).toBeGreaterThan(0)
    expect(numberOf(text, 'vektor_streams_open')).toBe(0)
    expect(numberOf(text, 'process_resident_memory_bytes')).toBeGreaterThan(1_000_000)
    expect(numberOf(text, `vektor_build_info{version="${readVersion()}"}`)).toBe(1)
    const lag = ['{quantile="0.5"}', '{quantile="0.99"}'].map((q) =>
      numberOf(text, `vektor_event_loop_lag_seconds${q}`),
    )
    expect([...lag, numberOf(text, 'vektor_event_loop_lag_max_seconds')]).toEqual(Array(3).fill(expect.any(Number)))
    expect(text.match(/^vektor_event_loop_lag_seconds/gm)).toHaveLength(2)
    expect(text).not.toContain('nothing')
    expect(text).not.toContain('xxx')
    // The length of a stream is no duration.
    expect(text).not.toContain('vektor_http_request_duration_seconds_count{operation="streamChat",status="2xx"}')
  })

  test.each([
    'X-Forwarded-For',
    'X-Forwarded-Proto',
    'X-Forwarded-Host',
    'X-Forwarded-Client-Cert',
    'Forwarded',
    'Via',
    'X-Real-IP',
    'X-Client-IP',
    'True-Client-IP',
    'CF-Connecting-IP',
    'CF-Ray',
  ])('does not take a proxy on this machine (%s) for somebody on it, unless the token comes along', async (name) => {
    const forwarded = { [name]: '127.0.0.1' }
    expect((await server.fetch('/metrics', { headers: forwarded })).status).toBe(401)
    const headers = { ...forwarded, Authorization: 'Bearer metrics-canary-token' }
    expect((await server.fetch('/metrics', { headers })).status).toBe(200)
    const wrong = { ...forwarded, Authorization: `Bearer ${administrator.accessToken}` }
    expect((await server.fetch('/metrics', { headers: wrong })).status).toBe(401)
  })
})

describe('the description of the API', () => {
  test('is served as JSON, and as YAML as it was written', async () => {
    const json = await server.fetch('/openapi.json')
    const yaml = await server.fetch('/openapi.yaml')
    expect(await json.json()).toEqual(contract)
    expect(await yaml.text()).toBe(await readFile(new URL('../../../../openapi.yaml', import.meta.url), 'utf8'))
  })

  test('is not sent again to who has it', async () => {
    const tag = (await server.fetch('/openapi.json')).headers.get('etag') ?? ''
    for (const known of [tag, `"other", ${tag}`, '*']) {
      const response = await server.fetch('/openapi.json', { headers: { 'If-None-Match': known } })
      expect(response.status).toBe(304)
    }
    expect((await server.fetch('/openapi.json', { headers: { 'If-None-Match': '"other"' } })).status).toBe(200)
  })

  test('comes compressed for who can read that', async () => {
    const plain = await server.fetch('/openapi.json', { headers: { 'Accept-Encoding': 'identity' } })
    expect(plain.headers.get('content-encoding')).toBeNull()
    const refused = await server.fetch('/openapi.json', { headers: { 'Accept-Encoding': 'gzip;q=0' } })
    expect(refused.headers.get('content-encoding')).toBeNull()
    const compressed = await server.fetch('/openapi.json', { headers: { 'Accept-Encoding': 'br, gzip' } })
    expect(compressed.headers.get('content-encoding')).toBe('gzip')
    expect(compressed.headers.get('vary')).toContain('Accept-Encoding')
    expect(await compressed.json()).toEqual(contract)
  })
})

describe('pages', () => {
  const toHtml = (sentence: string) =>
    sentence
      .replaceAll("'", '&#39;')
      .replaceAll('"', '&quot;')
      .replace(/`([^`]+)`/g, '<code>$1</code>')

  test.each(Object.entries(PROBLEM_KINDS))('/problems/%s says what it means and what to do', async (code, kind) => {
    const response = await server.fetch(`/problems/${code}`)
    const text = await response.text()
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    for (const sentence of [kind.title, kind.meaning, kind.remedy]) expect(text).toContain(toHtml(sentence))
    expect(text).toContain(`Status ${kind.status}`)
    expect(kind.remedy).toMatch(/[.]$/)
  })

  test.each(Object.entries(PROBLEM_KINDS))('the texts of %s are sentences, and mark what is code', (_, kind) => {
    const sentences = `${kind.meaning} ${kind.remedy}`.split(/(?<=[.]) /)
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z][^`]*(`[^`]+`[^`]*)*[.]$/)
    const words = sentences.join(' ').replace(/`[^`]+`/g, '')
    expect(words).not.toMatch(/_|\b(GET|POST|PUT|PATCH|DELETE|detail|errors|[A-Z][a-z]+-[A-Z][a-z]+)\b/)
  })

  test('/problems lists them all, and / leads there', async () => {
    const list = await (await server.fetch('/problems')).text()
    for (const [code, { title, meaning }] of Object.entries(PROBLEM_KINDS)) {
      expect(list).toContain(`<a href="/problems/${code}">${toHtml(title)}</a>`)
      expect(list).toContain(toHtml(meaning))
    }
    expect(await (await server.fetch('/')).text()).toContain('href="/problems"')
  })

  test.each(['nope', 'constructor', '__proto__', '%3Cscript%3E', 'busy%00'])('/problems/%s is none', async (code) => {
    const response = await server.fetch(`/problems/${code}`)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  })

  test.each(['/', '/docs', '/redoc', '/problems', '/problems/busy'])(
    '%s lets in no script or style but its own',
    async (path) => {
      const response = await server.fetch(path)
      const policy = response.headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/unsafe|\*|https?:/)
      expect(await response.text()).not.toMatch(/<script>|<style| style=| on\w+=/)
    },
  )

  test('the nonce of a page is new each time, and the page is not kept', async () => {
    const [one, other] = [await server.fetch('/redoc'), await server.fetch('/redoc')]
    expect(one.headers.get('content-security-policy')).not.toBe(other.headers.get('content-security-policy'))
    expect(one.headers.get('cache-control')).toBe('no-store')
  })

  test('what pages load may be kept for ever, and its names change with what is in it', async () => {
    for (const page of ['/docs', '/redoc']) {
      const html = await (await server.fetch(page)).text()
      const urls = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, url]) => String(url))
      expect(urls.length).toBeGreaterThan(3)
      for (const url of urls) {
        expect(url).toMatch(/^\/assets\/[a-z-]+\.[0-9a-f]{16}\.[a-z]+$/)
        const asset = await server.fetch(url)
        expect(asset.status).toBe(200)
        expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
        expect(asset.headers.get('x-content-type-options')).toBe('nosniff')
      }
    }
  })

  test.each(['docs.mjs', '..%2f..%2fpackage.json', 'swagger-ui.css'])('/assets/%s is not there', async (name) => {
    expect((await server.fetch(`/assets/${name}`)).status).toBe(404)
  })

  test('nothing that is served mentions another host to fetch from', async () => {
    const html = await (await server.fetch('/redoc')).text()
    const url = /\/assets\/redoc\.[0-9a-f]+\.js/.exec(html)?.[0] ?? ''
    const script = await (await server.fetch(url)).text()
    expect(script).not.toContain('cdn.redoc.ly')
  })
})
