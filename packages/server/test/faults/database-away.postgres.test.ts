import { expect, inject, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { startEmbeddedPostgres } from '../support/embedded-postgres.ts'
import { type ReceivedEvent, readAllEvents, readEvents, textOf } from '../support/event-stream.ts'
import { FakeUpstream } from '../support/fake-upstream.ts'
import { createEmptyDatabase, openPostgresAt } from '../support/postgres.ts'
import type { SignedIn } from '../support/sign-up.ts'
import type { TestDatabase } from '../support/test-database.ts'
import { startTestServer } from '../support/test-server.ts'

const JSON_BODY = { 'Content-Type': 'application/json' }
const SECRET = 'the secret of all servers of this test'

/** A server whose model the test plays, and an answer that has begun. */
async function answering(env: Readonly<Record<string, string>> = {}) {
  const upstream = await FakeUpstream.start()
  const live = upstream.live()
  const server = await startTestServer({ env: { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: upstream.baseUrl, ...env } })
  const ana = await server.signUp('ana')
  const received: ReceivedEvent[] = []
  const response = await ask(ana, 'gpt-4-stream')
  const ended = (async () => {
    for await (const event of readEvents(response)) received.push(event)
  })()
  await live.request
  live.text('Before. ')
  await expect.poll(() => textOf(received)).toBe('Before. ')
  return {
    ana,
    ended,
    live,
    received,
    server,
    async [Symbol.asyncDispose]() {
      live.close()
      await server[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
    },
  }
}

function ask(who: SignedIn, model = 'eliza'): Promise<Response> {
  return who.fetch('/chat/stream', {
    method: 'POST',
    headers: JSON_BODY,
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hola' }] }),
  })
}

async function storedAnswer(who: SignedIn, received: readonly ReceivedEvent[]) {
  const start = received.find(({ data }) => data.type === 'start')
  const response = await who.fetch(`/chat/history/${start?.data.conversation_id}`)
  const { messages }: { messages: object[] } = JSON.parse(await response.text())
  return messages.at(-1)
}

test('PostgreSQL that restarts in the middle of an answer costs nothing: 503 meanwhile, then all goes on by itself', async () => {
  await using postgres = await startEmbeddedPostgres()
  const { url } = await createEmptyDatabase(postgres.url)
  await using world = await answering({ VEKTOR_DATABASE_URL: url, VEKTOR_SECRET: SECRET })
  const { ana, ended, live, received, server } = world
  await postgres.stop()
  live.text('Meanwhile. ')
  await expect.poll(() => textOf(received)).toBe('Before. Meanwhile. ')
  for (const response of [await ana.fetch('/users/me'), await ask(ana), await server.fetch('/health/ready')]) {
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toMatch(/^\d+$/)
  }
  expect((await server.fetch('/health')).status).toBe(200)
  // Longer than a lease: nobody may take the answer from its writer because of that.
  await new Promise((resolve) => setTimeout(resolve, 3_500))
  live.text('After.')
  live.finish()

  await postgres.start()
  await ended
  expect(textOf(received)).toBe('Before. Meanwhile. After.')
  expect(received.at(-1)?.data).toMatchObject({ type: 'done', finish_reason: 'stop' })
  expect(await storedAnswer(ana, received)).toMatchObject({ content: textOf(received), status: 'completed' })
  expect((await readAllEvents(await ask(ana))).at(-1)?.data.type).toBe('done')
  expect(server.logs.join('')).not.toMatch(/postgres:\/\/|request-failed/)
})

function cutConnections(administrator: Database, { env }: TestDatabase) {
  const { pathname } = new URL(env.VEKTOR_DATABASE_URL ?? '')
  const sql = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ?'
  return administrator.write.raw(sql, [pathname.slice(1)])
}

test('connections that are cut lose nothing and are made again', async () => {
  await using world = await answering()
  const { ana, ended, live, received, server } = world
  await using administrator = openPostgresAt(inject('postgres')?.url ?? '')
  for (let round = 0; round < 5; round += 1) {
    await cutConnections(administrator, server.database)
    live.text(`${round} `)
    const response = await ana.fetch('/users/me')
    expect([200, 503]).toContain(response.status)
    await expect.poll(async () => (await ana.fetch('/users/me')).status).toBe(200)
  }
  live.finish()
  await ended
  expect(textOf(received)).toBe('Before. 0 1 2 3 4 ')
  expect(await storedAnswer(ana, received)).toMatchObject({ content: textOf(received), status: 'completed' })
})

test('whatever was under way on a connection that is cut is refused for now, not as a fault of the server', async () => {
  await using server = await startTestServer()
  const ana = await server.signUp('ana')
  await using administrator = openPostgresAt(inject('postgres')?.url ?? '')
  const statuses: number[] = []
  const done = new AbortController()
  const asking = Array.from({ length: 6 }, async () => {
    while (!done.signal.aborted) statuses.push((await ana.fetch('/users/me')).status)
  })
  for (let cut = 0; cut < 100; cut += 1) {
    await cutConnections(administrator, server.database)
    await new Promise((resolve) => setTimeout(resolve, (cut % 20) * 2))
  }
  done.abort()
  await Promise.all(asking)
  expect(new Set(statuses)).toEqual(new Set([200, 503]))
  expect(server.logs.join('')).not.toContain('request-failed')
})

test('when no connection is free a request is told to come back, and one that came back is served', async () => {
  await using server = await startTestServer({ env: { VEKTOR_DATABASE_POOL: '3' } })
  const ana = await server.signUp('ana')
  const change = () => ana.fetch('/users/me', { method: 'PUT', headers: JSON_BODY, body: '{ "username": "anita" }' })
  const unblock = await server.database.block()
  const refused = await Promise.all([change(), change(), change()])
  expect(refused.map(({ status }) => status)).toEqual([503, 503, 503])
  expect(refused[0]?.headers.get('Retry-After')).toMatch(/^\d+$/)
  await unblock()
  expect((await change()).status).toBe(200)
})
