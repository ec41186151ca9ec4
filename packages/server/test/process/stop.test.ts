import { expect, test } from 'vitest'
import { FakeUpstream } from '../support/fake-upstream.ts'
import { startServerProcess } from '../support/server-process.ts'
import type { ServerFetch } from '../support/sign-up.ts'

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s ends a server that has nothing to do at once, with exit code 0',
  async (signal) => {
    await using server = await startServerProcess()
    const started = performance.now()
    server.kill(signal)
    expect(await server.ended).toMatchObject({ code: 0, signal: null, stderr: '' })
    expect(performance.now() - started).toBeLessThan(3_000)
    expect(server.lines.at(-1)).toContain('"msg":"stopped"')
  },
)

test('told to end, the server is not ready and starts no answer, and the answer that runs is finished', async () => {
  await using world = await answering()
  const { ana, live, server, stream } = world
  server.kill('SIGTERM')
  await server.event('draining')

  const ready = await server.fetch('/health/ready')
  expect(ready.status).toBe(503)
  expect(await ready.json()).toMatchObject({ type: '/problems/not-ready' })
  expect((await server.fetch('/health')).status).toBe(200)
  const refused = await ask(ana.fetch)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('Retry-After')).toMatch(/^\d+$/)
  expect(await refused.json()).toMatchObject({ type: '/problems/draining' })

  live.text(' and its end')
  live.finish()
  live.end()
  expect(await stream.rest()).toMatch(/and its end.*"type":"done".*"finish_reason":"stop"/s)
  expect(await server.ended).toMatchObject({ code: 0 })
})

test('an answer that does not end is interrupted and kept, and the server is gone within ten seconds', async () => {
  await using world = await answering()
  const { ana, server, stream } = world
  const started = performance.now()
  server.kill('SIGTERM')
  expect(await stream.rest()).toMatch(/"type":"done".*"finish_reason":"interrupted"/)
  expect(await server.ended).toMatchObject({ code: 0 })
  expect(performance.now() - started).toBeLessThan(10_000)

  await server.start()
  expect(await lastMessage(ana.fetch)).toMatchObject({ status: 'interrupted', content: 'The beginning' })
})

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'ended at once by another %s, nothing that was stored is lost',
  async (signal) => {
    await using world = await answering()
    const { ana, server, stream } = world
    await until(async () => (await lastMessage(ana.fetch))?.content === 'The beginning')
    server.kill('SIGTERM')
    await server.event('draining')
    const started = performance.now()
    const impatience = setInterval(() => server.kill(signal), 100)
    expect((await server.ended).code).toBe(signal === 'SIGTERM' ? 1 : null)
    clearInterval(impatience)
    expect(performance.now() - started).toBeLessThan(4_000)
    await stream.rest().catch(() => undefined)

    await server.start()
    // With PostgreSQL another server might still be writing it, for as long as its lease lasts.
    await until(async () => (await lastMessage(ana.fetch))?.status !== 'in_progress')
    expect(await lastMessage(ana.fetch)).toMatchObject({ status: 'interrupted', content: 'The beginning' })
  },
)

test('one Ctrl-C that arrives twice, as it does under a package manager, is one', async () => {
  await using world = await answering()
  const { live, server, stream } = world
  server.kill('SIGINT')
  server.kill('SIGINT')
  await server.event('draining')
  server.kill('SIGINT')
  live.text(' and its end')
  live.finish()
  live.end()
  expect(await stream.rest()).toMatch(/and its end.*"finish_reason":"stop"/s)
  expect(await server.ended).toMatchObject({ code: 0 })
})

test('a mistake of ours that nobody caught is logged, and ends the server', async () => {
  const mistake = 'process.on("SIGUSR2", () => { throw new Error("nobody foresaw this") })'
  await using server = await startServerProcess({
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURI(mistake)}` },
  })
  server.kill('SIGUSR2')
  expect(await server.ended).toMatchObject({ code: 1 })
  expect(await server.event('crashed')).toMatchObject({ level: 'fatal', err: { message: 'nobody foresaw this' } })
})

test('whoever is signed in stays so when the server starts again', async () => {
  await using server = await startServerProcess()
  const ana = await server.signUp('ana')
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    await server.restart(signal)
    expect((await ana.fetch('/users/me')).status).toBe(200)
  }
})

test('with another secret, nobody is signed in any more', async () => {
  await using first = await startServerProcess({ env: { VEKTOR_SECRET: 'one secret that is long enough for it' } })
  const { accessToken } = await first.signUp('ana')
  first.kill('SIGTERM')
  await first.ended
  const env = { VEKTOR_SECRET: 'another secret that is long enough too' }
  await using second = await startServerProcess({ folder: first.folder, env })
  const response = await second.fetch('/users/me', { headers: { Authorization: `Bearer ${accessToken}` } })
  expect(response.status).toBe(401)
})

/** A server in the middle of an answer, of which "The beginning" has come. */
async function answering() {
  const upstream = await FakeUpstream.start()
  const live = upstream.live()
  const server = await startServerProcess({ env: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: upstream.baseUrl } })
  const ana = await server.signUp('ana')
  const response = await ask(ana.fetch)
  await live.request
  live.text('The beginning')
  const stream = new StreamText(response)
  await stream.until('The beginning')
  return {
    ana,
    live,
    server,
    stream,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
    },
  }
}

function ask(fetch: ServerFetch): Promise<Response> {
  return fetch('/chat/stream', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4-stream', messages: [{ role: 'user', content: 'Hola' }] }),
  })
}

interface Stored {
  id: string
  messages: { status: string; content: string }[]
}

/** The last message of the only conversation. */
async function lastMessage(fetch: ServerFetch): Promise<Stored['messages'][number] | undefined> {
  const list = (await (await fetch('/chat/history')).json()) as Stored[]
  const shown = (await (await fetch(`/chat/history/${list[0]?.id}`)).json()) as Stored
  return shown.messages.at(-1)
}

/** Not asked as often as can be: an account may send so many requests a minute. */
async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 20))
}

/** What has come of a body so far. */
class StreamText {
  #text = ''
  readonly #chunks: AsyncIterator<string>

  constructor(response: Response) {
    if (!response.body) throw new TypeError('The response has no body.')
    this.#chunks = response.body.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]()
  }

  async until(part: string): Promise<void> {
    while (!this.#text.includes(part)) {
      const { value, done } = await this.#chunks.next()
      if (done) throw new Error(`The stream ended without ${part}: ${this.#text}`)
      this.#text += value
    }
  }

  /** All of it, once it has ended. */
  async rest(): Promise<string> {
    for (;;) {
      const { value, done } = await this.#chunks.next()
      if (done) return this.#text
      this.#text += value
    }
  }
}
