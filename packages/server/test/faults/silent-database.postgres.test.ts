import { expect, test, vi } from 'vitest'
import { databaseLocation } from '../../src/config/database-location.ts'
import type { Database } from '../../src/database/database.ts'
import { openPostgres } from '../../src/database/postgres.ts'
import { startFreezingProxy } from '../support/freezing-proxy.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { startTestServer } from '../support/test-server.ts'

/** In the time that a request may take: a second for the statement, and a few for the network. */
const SOON_MS = 15_000

/** A database that can fall silent, and what reaches it from the server's side. */
async function freezable() {
  const database = await createTestDatabase('silence')
  const proxy = await startFreezingProxy(database.env.VEKTOR_DATABASE_URL ?? '')
  return {
    ...proxy,
    open() {
      const location = databaseLocation(proxy.url)
      if (location?.kind !== 'postgresql') throw new TypeError('This is no address of a PostgreSQL.')
      return openPostgres({ location, poolSize: 3, statementTimeoutMs: 1_000 })
    },
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

test('PostgreSQL that falls silent keeps nobody waiting: 503 and a line in the log, and all goes on once it is back', async () => {
  await using proxy = await freezable()
  await using server = await startTestServer({
    env: { VEKTOR_DATABASE_URL: proxy.url, VEKTOR_DATABASE_TIMEOUT: '1' },
  })
  const ana = await server.signUp('ana')
  const ask = () => {
    const json = { 'Content-Type': 'application/json' }
    const signal = AbortSignal.timeout(SOON_MS)
    return Promise.all([
      ana.fetch('/users/me', { signal }),
      ana.fetch('/chat/history', { signal }),
      ana.fetch('/users/me', { signal, method: 'PUT', headers: json, body: '{ "username": "ana" }' }),
    ])
  }
  expect((await ask()).map(({ status }) => status)).toEqual([200, 200, 200])

  proxy.freeze()
  for (const response of await ask()) {
    expect(await response.json()).toMatchObject({ status: 503, type: '/problems/database-unavailable' })
  }
  expect(server.logs.filter((line) => line.includes('request-refused'))).toHaveLength(3)
  proxy.thaw()
  expect((await ask()).map(({ status }) => status)).toEqual([200, 200, 200])
})

async function pidOf(database: Database): Promise<number> {
  const { rows } = await database.write.raw('SELECT pg_backend_pid() AS pid')
  return rows[0].pid
}

test.each(['a statement', 'the commit'])('a connection that does not answer %s is never used again', async (silent) => {
  await using proxy = await freezable()
  await using database = proxy.open()
  const before = await pidOf(database)
  const transaction = database.transaction(async (transaction) => {
    await transaction.raw('SELECT 1')
    proxy.freeze()
    if (silent === 'a statement') await transaction.raw('SELECT 2')
  })
  await expect(transaction).rejects.toMatchObject({ code: 'database-unavailable' })
  proxy.thaw()
  expect(await pidOf(database)).not.toBe(before)
})

test('a connection on which nobody asks anything is kept', async () => {
  await using proxy = await freezable()
  await using database = proxy.open()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const before = await pidOf(database)
    vi.advanceTimersByTime(50_000)
    expect(await pidOf(database)).toBe(before)
  } finally {
    vi.useRealTimers()
  }
})
