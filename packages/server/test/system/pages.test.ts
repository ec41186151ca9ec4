/** The pages about the API, in a real browser. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Browser, openBrowser, PATIENT } from '../support/browser.ts'
import { PASSWORD } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let browser: Browser

beforeAll(async () => {
  server = await startTestServer()
  await server.signUp('ana')
  browser = await openBrowser()
})

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
})

/** "Probar en Swagger", as the description of the API prints it, and what it is printed under. */
const LINKS: readonly [string, readonly string[]][] = [
  ['/docs#/auth/login', ['POST /auth/login']],
  ['/docs#/auth/register', ['POST /auth/register']],
  ['/docs#/auth/refresh', ['POST /auth/refresh']],
  ['/docs#/auth/logout', ['POST /auth/logout']],
  ['/docs#/chat/stream', ['POST /chat/stream']],
  ['/docs#/chat/history', ['GET /chat/history']],
  [
    '/docs#/chat/history/{conversation_id}',
    ['GET /chat/history/{conversation_id}', 'DELETE /chat/history/{conversation_id}'],
  ],
  ['/docs#/chat/models', ['GET /chat/models']],
  ['/docs#/users/get_users_me', ['GET /users/me']],
  ['/docs#/users/update_users_me', ['PUT /users/me']],
  ['/docs#/users/delete_users_me', ['DELETE /users/me']],
  ['/docs#/users/post_users_change_password', ['POST /users/change-password']],
  ['/docs#/users/get_users_preferences', ['GET /users/preferences']],
  ['/docs#/users/put_users_preferences', ['PUT /users/preferences']],
]

test.each(LINKS)('%s opens %j', async (link, operations) => {
  const { page, complaints } = await browser.open()
  await page.goto(server.url + link)
  await page.locator('.opblock.is-open .opblock-body').first().waitFor()
  const summaries = page.locator('.opblock.is-open .opblock-summary')
  await expect.poll(() => summaries.count(), PATIENT).toBe(operations.length)
  const opened = await Promise.all(
    (await summaries.all()).map(async (summary) => {
      const method = await summary.locator('.opblock-summary-method').textContent()
      const path = await summary.locator('.opblock-summary-path').getAttribute('data-path')
      return `${method} ${path}`
    }),
  )
  expect(opened.toSorted()).toEqual([...operations].toSorted())
  await expect.poll(async () => (await summaries.first().boundingBox())?.y, PATIENT).toBeLessThan(600)
  expect(complaints).toEqual([])
  await page.close()
})

test('a link that is followed on the page itself opens its operation too', async () => {
  const { page, complaints } = await browser.open()
  await page.goto(`${server.url}/docs`)
  await page.locator('.opblock').first().waitFor()
  await page.evaluate("location.hash = '#/users/get_users_me'")
  await page.locator('#operations-users-getCurrentUser.is-open').waitFor()
  await page.evaluate("location.hash = '#/chat/listModels'")
  await page.locator('#operations-chat-listModels.is-open').waitFor()
  await page.evaluate("location.hash = '#/no/%zz'")
  expect(complaints).toEqual([])
  await page.close()
})

async function signIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('Username or e-mail').fill('ana')
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** An operation of Swagger UI, open and ready to be tried out, for Ana. */
async function tryOut(link: string, operationId: string) {
  const { page, complaints } = await browser.open()
  await page.clock.install()
  await page.goto(server.url + link)
  await signIn(page, PASSWORD)
  await page.getByText('Signed in as ana').waitFor()
  const operation = page.locator(`[id$="-${operationId}"]`)
  await operation.getByRole('button', { name: 'Try it out' }).click()
  const execute = () => operation.getByRole('button', { name: 'Execute' }).click()
  const shown = () => operation.locator('.live-responses-table').textContent()
  return { page, complaints, operation, execute, shown }
}

const question = (content: string) => JSON.stringify({ model: 'eliza', messages: [{ role: 'user', content }] })

test('Swagger UI signs in, and "Try it out" asks as who is signed in', async () => {
  const { page, complaints, execute, shown } = await tryOut('/docs#/users/get_users_me', 'getCurrentUser')
  await execute()
  await expect.poll(shown, PATIENT).toContain('"username": "ana"')

  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByText('Signed out.').waitFor()
  expect(complaints).toEqual([])
  await execute()
  await expect.poll(shown, PATIENT).toContain('/problems/unauthorized')
  await page.close()
})

test('who could not be signed out is told so, and stays signed in', async () => {
  const { page, execute, shown } = await tryOut('/docs#/users/get_users_me', 'getCurrentUser')
  const refusal = { detail: 'Wait 7 seconds, then go on more slowly.' }
  await page.route('**/auth/logout', (route) => route.fulfill({ status: 429, json: refusal }))
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByText('Still signed in. Wait 7 seconds').waitFor()
  await execute()
  await expect.poll(shown, PATIENT).toContain('"username": "ana"')
  await page.close()
})

test('a page that stays open for longer than an access token is good gets itself another one', async () => {
  const { page, complaints, execute, shown } = await tryOut('/docs#/users/get_users_me', 'getCurrentUser')
  await page.clock.fastForward('01:00:00')
  const refreshed = page.waitForResponse('**/auth/refresh')
  const asked = page.waitForRequest('**/users/me')
  await execute()
  const { access_token: token } = await (await refreshed).json()
  expect((await asked).headers().authorization).toBe(`Bearer ${token}`)
  await expect.poll(shown, PATIENT).toContain('"username": "ana"')
  expect(complaints).toEqual([])
  await page.close()
})

test('a page whose session has ended elsewhere says so once it needs another token', async () => {
  const { page, execute } = await tryOut('/docs#/users/get_users_me', 'getCurrentUser')
  const other = await server.signIn('ana')
  const devices: { device_id: string }[] = JSON.parse(await (await other.fetch('/sync/sessions')).text())
  for (const { device_id: id } of devices) {
    await other.fetch(`/sync/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' })
  }
  await page.clock.fastForward('01:00:00')
  await execute()
  await page.getByText('You have been signed out. Sign in again.').waitFor()
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  await page.close()
})

test('Swagger UI shows the events of an answer as they were sent, question after question', async () => {
  const { page, complaints, operation, execute, shown } = await tryOut('/docs#/chat/stream', 'streamChat')
  for (const content of ['Hola', 'Buenas noches']) {
    await operation.locator('textarea.body-param__text').fill(question(content))
    await execute()
    await expect.poll(shown, PATIENT).toMatch(new RegExp(`"content":"${content}".*"type":"done"`, 's'))
  }
  expect(complaints).toEqual([])
  await page.close()
})

test('Swagger UI lists all conversations, unless a search is typed in', async () => {
  const ana = await server.signIn('ana')
  const headers = { 'Content-Type': 'application/json' }
  await (await ana.fetch('/chat/stream', { method: 'POST', headers, body: question('El tiempo de mañana') })).text()
  const { page, complaints, operation, execute, shown } = await tryOut('/docs#/chat/history', 'listConversations')
  await execute()
  await expect.poll(shown, PATIENT).toContain('"title": "El tiempo de mañana"')
  await operation.getByPlaceholder('q', { exact: true }).fill('nothing like it')
  await execute()
  await expect.poll(shown, PATIENT).not.toContain('El tiempo de mañana')
  expect(complaints).toEqual([])
  await page.close()
})

test('Swagger UI shows what a stream that stays open has sent within some seconds', async () => {
  const { page, execute, shown } = await tryOut('/docs#/chat/followChat', 'followChat')
  const opened = page.waitForResponse('**/chat/stream')
  await execute()
  await opened
  const ana = await server.signIn('ana')
  const headers = { 'Content-Type': 'application/json' }
  await (await ana.fetch('/chat/stream', { method: 'POST', headers, body: question('¿Me sigues?') })).text()
  await page.clock.fastForward(10_000)
  await expect.poll(shown, PATIENT).toMatch(/"content":"¿Me sigues\?".*: this page stopped reading/s)
  await page.close()
})

test('a wrong password is told on the page', async () => {
  const { page } = await browser.open()
  await page.goto(`${server.url}/docs`)
  await signIn(page, 'not this one')
  await expect.poll(() => page.locator('#sign-in-state').textContent(), PATIENT).toMatch(/password/i)
  await page.close()
})

test.each([
  ['/', 'This is a Vektor server.'],
  ['/docs', 'Create an account'],
  ['/redoc', 'Create an account'],
  ['/problems', 'Conversation is being answered'],
  ['/problems/conversation-busy', 'Conversation is being answered'],
])('%s is whole, and asks for nothing that it may not have', async (path, text) => {
  const { page, complaints } = await browser.open()
  const hosts = new Set<string>()
  page.on('request', (request) => hosts.add(new URL(request.url()).origin))
  await page.goto(server.url + path, { waitUntil: 'networkidle' })
  await page.getByText(text).locator('visible=true').first().waitFor()
  expect(complaints).toEqual([])
  // The worker of Redoc's search is a blob, and its pictures are data.
  expect([...hosts].filter((origin) => origin !== server.url && origin !== 'null')).toEqual([])
  await page.close()
})

/** How much the ink of an element stands out from its paper: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
const CONTRAST = `(element) => {
  const { color, backgroundColor } = getComputedStyle(element)
  const luminance = (text) => {
    const [red, green, blue] = text.match(/[\\d.]+/g).map((value) => {
      const share = value / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [dark, light] = [luminance(color), luminance(backgroundColor)].sort((one, other) => one - other)
  return (light + 0.05) / (dark + 0.05)
}`

test.each(['light', 'dark'] as const)(
  'what stands on the button to sign in can be read on a %s page',
  async (colorScheme) => {
    const { page } = await browser.open()
    await page.emulateMedia({ colorScheme })
    await page.goto(`${server.url}/docs`)
    const button = page.getByRole('button', { name: 'Sign in', exact: true })
    expect(await button.evaluate(new Function(`return ${CONTRAST}`)())).toBeGreaterThanOrEqual(4.5)
    await page.close()
  },
)

test('Redoc finds what is searched for', async () => {
  const { page, complaints } = await browser.open()
  await page.goto(`${server.url}/redoc`, { waitUntil: 'networkidle' })
  await page.getByPlaceholder('Search...').fill('password')
  await page.locator('[data-role="search:results"] li').first().waitFor()
  expect(complaints).toEqual([])
  await page.close()
})
