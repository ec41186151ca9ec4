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

test('Swagger UI signs in, and "Try it out" asks as who is signed in', async () => {
  const { page, complaints } = await browser.open()
  await page.goto(`${server.url}/docs#/users/get_users_me`)
  await signIn(page, PASSWORD)
  await page.getByText('Signed in as ana').waitFor()

  const operation = page.locator('#operations-users-getCurrentUser')
  await operation.getByRole('button', { name: 'Try it out' }).click()
  await operation.getByRole('button', { name: 'Execute' }).click()
  await expect
    .poll(() => operation.locator('.live-responses-table').textContent(), PATIENT)
    .toContain('"username": "ana"')

  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByText('Signed out.').waitFor()
  expect(complaints).toEqual([])
  await operation.getByRole('button', { name: 'Execute' }).click()
  await expect
    .poll(() => operation.locator('.live-responses-table').textContent(), PATIENT)
    .toContain('/problems/unauthorized')
  await page.close()
})

test('Swagger UI shows the events of an answer as they were sent', async () => {
  const { page, complaints } = await browser.open()
  await page.goto(`${server.url}/docs#/chat/stream`)
  await signIn(page, PASSWORD)
  await page.getByText('Signed in as ana').waitFor()

  const operation = page.locator('#operations-chat-streamChat')
  await operation.getByRole('button', { name: 'Try it out' }).click()
  const question = { model: 'eliza', messages: [{ role: 'user', content: 'Hola' }] }
  await operation.locator('textarea.body-param__text').fill(JSON.stringify(question))
  await operation.getByRole('button', { name: 'Execute' }).click()
  await expect.poll(() => operation.locator('.live-responses-table').textContent(), PATIENT).toContain('"type":"done"')
  expect(complaints).toEqual([])
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

test('Redoc finds what is searched for', async () => {
  const { page, complaints } = await browser.open()
  await page.goto(`${server.url}/redoc`, { waitUntil: 'networkidle' })
  await page.getByPlaceholder('Search...').fill('password')
  await page.locator('[data-role="search:results"] li').first().waitFor()
  expect(complaints).toEqual([])
  await page.close()
})
