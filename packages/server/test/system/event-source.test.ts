/** The JavaScript of the API's description, in a real browser: one tab asks, another one and a terminal follow. */
import { spawn } from 'node:child_process'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Browser, openBrowser, PATIENT } from '../support/browser.ts'
import { askPage, DESCRIBED, followPage } from '../support/chat-pages.ts'
import { type ReceivedEvent, readEvents, textOf } from '../support/event-stream.ts'
import { Relay } from '../support/relay.ts'
import { PASSWORD, type SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

type ChatEvent = ReceivedEvent['data']

/** Slow enough for the network to be cut in the middle of a story of 280 words. */
const WORD_DELAY_MS = 25

let site: Relay
let network: Relay
let server: TestServer
let browser: Browser
let accounts = 0
let ana: SignedIn

beforeAll(async () => {
  site = await Relay.start()
  network = await Relay.start()
  server = await startTestServer({ wordDelayMs: WORD_DELAY_MS, env: { VEKTOR_CORS_ORIGINS: site.url } })
  network.target = server.url
  network.pages.set('/', askPage())
  network.pages.set('/follow', followPage())
  site.pages.set('/', askPage(network.url))
  site.pages.set('/follow', followPage(`${network.url}/chat/stream`))
  browser = await openBrowser()
})

beforeEach(async () => {
  ana = await server.signUp(`ana${++accounts}`)
  network.passed.length = 0
})

afterEach(async () => {
  for (const page of browser.context.pages()) await page.close()
  await browser.context.clearCookies()
})

afterAll(async () => {
  await browser?.[Symbol.asyncDispose]()
  await server?.[Symbol.asyncDispose]()
  await network?.[Symbol.asyncDispose]()
  await site?.[Symbol.asyncDispose]()
})

/** A tab in which somebody has signed in. */
async function openAsking(origin: string): Promise<Page> {
  const { page } = await browser.open()
  await page.goto(origin)
  await page.getByPlaceholder('Username').fill(ana.username)
  await page.getByPlaceholder('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText(`signed in as ${ana.username}`).waitFor()
  return page
}

async function ask(page: Page, question: string): Promise<void> {
  await page.getByPlaceholder('Question').fill(question)
  await page.getByRole('button', { name: 'Ask' }).click()
  await page.getByText('answering…').waitFor()
}

/** A tab that runs the described script, and what that has written to the console. */
async function openFollowing(address: string) {
  const { page } = await browser.open()
  const events: ChatEvent[] = []
  const errors: string[] = []
  page.on('console', async (message) => {
    if (message.type() === 'error') errors.push(message.text())
    else if (message.type() === 'log') events.push(await message.args()[0]?.jsonValue())
  })
  await page.goto(address)
  const readyState = () => page.evaluate<number>('es.readyState')
  return { page, events, errors, readyState }
}

/** `curl`, as somebody would follow in a terminal, and what it has printed. */
async function followInTerminal() {
  const headers = ['-H', `Authorization: Bearer ${ana.accessToken}`]
  const curl = spawn('curl', ['--no-progress-meter', '--no-buffer', ...headers, `${server.url}/chat/stream`])
  const printed: Buffer[] = []
  curl.stdout.on('data', (data: Buffer) => printed.push(data))
  // Where the stream begins is told at once.
  await expect.poll(() => Buffer.concat(printed).toString(), PATIENT).toMatch(/^id: /)
  return {
    async events(): Promise<ChatEvent[]> {
      const stream = new Response(Buffer.concat(printed), { headers: { 'Content-Type': 'text/event-stream' } })
      return (await Array.fromAsync(readEvents(stream))).map(({ data }) => data)
    },
    [Symbol.dispose]: () => void curl.kill(),
  }
}

/** The questions and answers of the conversation, and how many of them are still being written. */
async function stored(): Promise<{ texts: string[]; running: number; id: string; answerId: string }> {
  const [{ id }]: [{ id: string }] = await read('/chat/history')
  const { messages }: { messages: { id: string; content: string; status: string }[] } = await read(
    `/chat/history/${id}`,
  )
  const running = messages.filter(({ status }) => status === 'in_progress').length
  return { texts: messages.map(({ content }) => content), running, id, answerId: messages.at(-1)?.id ?? '' }
}

async function read(path: string) {
  return JSON.parse(await (await ana.fetch(path)).text())
}

/** What somebody has read who received these events. */
function textsOf(events: readonly ChatEvent[]): string[] {
  const byAnswer = Map.groupBy(events, ({ message_id }) => message_id)
  return [...byAnswer.values()].flatMap((own) => [
    ...own.filter(({ type }) => type === 'message').map(({ message }) => (message as { content: string }).content),
    textOf(own.map((data) => ({ id: '', data }))),
  ])
}

const endings = (events: readonly ChatEvent[]) => events.filter(({ type }) => type === 'done').length

test.each([
  ['of the same origin, word for word,', () => network],
  ['of another origin, word for word but for the address,', () => site],
])('a page %s follows live what another tab asks, as a terminal does, and the stream stays open', async (_, from) => {
  const origin = from().url
  const writer = await openAsking(origin)
  const reader = await openFollowing(`${origin}/follow`)
  expect(await reader.page.content()).toContain(
    origin === network.url ? DESCRIBED : DESCRIBED.replace('/chat/stream', `${network.url}/chat/stream`),
  )
  await expect.poll(reader.readyState, PATIENT).toBe(1)
  using terminal = await followInTerminal()

  await ask(writer, 'Cuéntame un cuento')
  await expect.poll(() => reader.events.filter(({ type }) => type === 'delta').length, PATIENT).toBeGreaterThan(3)
  expect((await stored()).running).toBe(1)
  await expect.poll(() => endings(reader.events), PATIENT).toBe(1)
  await writer.getByText('answered', { exact: true }).waitFor()
  await ask(writer, '¿Y ahora?')
  await expect.poll(() => endings(reader.events), PATIENT).toBe(2)
  await expect.poll(async () => endings(await terminal.events()), PATIENT).toBe(2)

  const { texts } = await stored()
  expect(texts).toHaveLength(4)
  expect(textsOf(reader.events)).toEqual(texts)
  expect(textsOf(await terminal.events())).toEqual(texts)
  for (const page of [writer, reader.page]) {
    await expect.poll(() => page.locator('#log > div').allTextContents(), PATIENT).toEqual(texts)
  }
  expect(await reader.readyState()).toBe(1)
  expect(reader.errors).toEqual([])
  expect(network.streams).toHaveLength(1)
})

test('a browser whose network is cut comes back by itself, with nothing missing and nothing twice', async () => {
  const writer = await openAsking(network.url)
  const reader = await openFollowing(`${network.url}/follow`)
  await expect.poll(reader.readyState, PATIENT).toBe(1)
  await ask(writer, 'Cuéntame un cuento')
  await expect.poll(() => reader.events.filter(({ type }) => type === 'delta').length, PATIENT).toBeGreaterThan(10)
  network.cut()
  await expect.poll(reader.readyState, PATIENT).toBe(0)
  expect((await stored()).running).toBe(1)
  network.restore()
  await expect.poll(() => endings(reader.events), PATIENT).toBe(1)

  const { texts } = await stored()
  expect(textsOf(reader.events)).toEqual(texts)
  expect(await reader.page.locator('#log > div').allTextContents()).toEqual(texts)
  expect(reader.errors).toContainEqual(expect.stringContaining('Error SSE'))
  const [first, ...later] = network.streams
  expect(first?.lastEventId).toBeUndefined()
  expect(later.at(-1)).toMatchObject({ status: 200, lastEventId: expect.any(String) })
})

test.each([
  ['message_id', ({ answerId }: { answerId: string }) => answerId],
  ['conversation_id', ({ id }: { id: string }) => id],
])('a browser that follows one answer by %s asks once more after its end, and then never again', async (name, of) => {
  const writer = await openAsking(network.url)
  await ask(writer, 'Cuéntame un cuento')
  network.pages.set('/one', followPage(`/chat/stream?${name}=${of(await stored())}`))
  const reader = await openFollowing(`${network.url}/one`)
  await expect.poll(() => endings(reader.events), PATIENT).toBe(1)
  const { texts } = await stored()
  expect(textsOf(reader.events)).toEqual(texts)
  await expect.poll(reader.readyState, PATIENT).toBe(2)
  expect(network.streams.map(({ status }) => status)).toEqual([200, 204])

  // Nor does another answer in that conversation bring it back.
  await writer.getByText('answered', { exact: true }).waitFor()
  await ask(writer, '¿Y ahora?')
  await writer.getByText('answered', { exact: true }).waitFor()
  expect(network.streams).toHaveLength(2)
  expect(reader.events.at(-1)?.type).toBe('done')
})

test('a browser that follows a conversation in which nothing is written asks once', async () => {
  const writer = await openAsking(network.url)
  await ask(writer, 'Hola')
  await writer.getByText('answered', { exact: true }).waitFor()
  network.pages.set('/one', followPage(`/chat/stream?conversation_id=${(await stored()).id}`))
  const reader = await openFollowing(`${network.url}/one`)
  await expect.poll(reader.readyState, PATIENT).toBe(2)
  expect(network.streams.map(({ status }) => status)).toEqual([204])
  expect(reader.events).toEqual([])
})

test('a browser that is signed out is refused when it comes back, and does not ask again', async () => {
  const writer = await openAsking(network.url)
  const reader = await openFollowing(`${network.url}/follow`)
  await expect.poll(reader.readyState, PATIENT).toBe(1)
  const id = await writer.evaluate<string>(
    `fetch('/sync/devices', { headers }).then((answer) => answer.json()).then((all) => all.find((one) => one.current).id)`,
  )
  await ana.fetch(`/sync/devices/${id}`, { method: 'DELETE' })
  await expect.poll(reader.readyState, PATIENT).toBe(2)
  expect(network.streams.map(({ status }) => status)).toEqual([200, 401])
})
