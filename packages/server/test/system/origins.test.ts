/** What pages of other origins can do, in a real browser. The rules are in `docs/network.md`. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Browser, openBrowser, startSite } from '../support/browser.ts'
import { PASSWORD } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let site: Awaited<ReturnType<typeof startSite>>
let stranger: Awaited<ReturnType<typeof startSite>>
let server: TestServer
let browser: Browser

beforeAll(async () => {
  site = await startSite()
  stranger = await startSite()
  const origins = `http://127.0.0.1:${site.port},http://localhost:${site.port}`
  server = await startTestServer({ env: { VEKTOR_CORS_ORIGINS: origins } })
  await server.signUp('ana')
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
  await site?.[Symbol.asyncDispose]()
  await stranger?.[Symbol.asyncDispose]()
})

async function openSite(origin: string): Promise<Page> {
  await browser.context.clearCookies()
  const { page } = await browser.open()
  await page.goto(origin)
  return page
}

/** What a script of the page gets; "refused" if the browser lets it have nothing. */
function run(page: Page, script: string): Promise<unknown> {
  const api = JSON.stringify(server.url)
  return page.evaluate(`(async () => { const api = ${api}; ${script} })().catch(() => 'refused')`)
}

const LOG_IN = `
  const body = new URLSearchParams({ username: 'ana', password: '${PASSWORD}' })
  const login = await fetch(api + '/auth/login', { method: 'POST', body, credentials: 'include' })
  const { access_token } = await login.json()
  const headers = { Authorization: 'Bearer ' + access_token, 'Content-Type': 'application/json' };`

const ASK = `
  const question = JSON.stringify({ model: 'eliza', messages: [{ role: 'user', content: 'Hola' }] })
  await fetch(api + '/chat/stream', { method: 'POST', headers, body: question }).then((answer) => answer.text());`

/** The first event that an EventSource with the cookie gets, or that it was refused. */
const FOLLOW = `
  const source = new EventSource(api + '/chat/stream', { withCredentials: true })
  const first = new Promise((resolve) => {
    source.onmessage = ({ data }) => resolve(JSON.parse(data).type)
    source.onerror = () => resolve('refused')
  })
  await new Promise((resolve) => { source.onopen = resolve; first.then(resolve) });`

test('a page of an allowed origin signs in, asks with its token, and reads the headers that matter', async () => {
  const page = await openSite(`http://localhost:${site.port}`)
  const script = `${LOG_IN}
    const me = await fetch(api + '/users/me', { headers: { ...headers, 'Idempotency-Key': 'k', 'Last-Event-ID': '' } })
    return { ...(await me.json()), requestId: me.headers.get('X-Request-Id') }`
  expect(await run(page, script)).toMatchObject({ username: 'ana', requestId: expect.any(String) })
  await page.close()
})

test('a page of another origin gets nothing, neither with a token nor without', async () => {
  const page = await openSite(`http://127.0.0.1:${stranger.port}`)
  const { accessToken } = await server.signIn('ana')
  expect(await run(page, `return (await fetch(api + '/health')).status`)).toBe('refused')
  const asking = `return (await fetch(api + '/users/me', { headers: { Authorization: 'Bearer ${accessToken}' } })).status`
  expect(await run(page, asking)).toBe('refused')
  expect(await run(page, `${LOG_IN} return 'signed in'`)).toBe('refused')
  await page.close()
})

test('on the same site as the server, an allowed page follows answers with the cookie', async () => {
  const page = await openSite(`http://127.0.0.1:${site.port}`)
  expect(await run(page, `${LOG_IN} ${FOLLOW} ${ASK} return first`)).toBe('message')
  await page.close()
})

test('on another site the browser keeps the cookie back, allowed or not', async () => {
  const page = await openSite(`http://localhost:${site.port}`)
  expect(await run(page, `${LOG_IN} ${FOLLOW} return first`)).toBe('refused')
  await page.close()
})

test('a page that is not allowed cannot use the cookie of one that is', async () => {
  const allowed = await openSite(`http://127.0.0.1:${site.port}`)
  expect(await run(allowed, `${LOG_IN} return 'signed in'`)).toBe('signed in')
  const { page } = await browser.open()
  await page.goto(`http://127.0.0.1:${stranger.port}`)
  expect(await run(page, `${FOLLOW} return first`)).toBe('refused')
  await page.close()
  await allowed.close()
})
