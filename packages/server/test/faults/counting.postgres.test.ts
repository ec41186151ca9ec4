import { expect, inject, test } from 'vitest'
import type { Transaction } from '../../src/database/database.ts'
import contract from '../../src/generated/openapi.json' with { type: 'json' }
import { Contract } from '../../src/http/contract.ts'
import { startFreezingProxy } from '../support/freezing-proxy.ts'
import { openPostgresAt } from '../support/postgres.ts'
import { createTestDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** Somebody else holds what `lock` takes, until it is disposed. */
async function hold(
  server: TestServer,
  lock: (transaction: Transaction) => Promise<unknown>,
): Promise<AsyncDisposable> {
  const database = server.database.open()
  const transaction = await database.write.transaction()
  await lock(transaction)
  return {
    async [Symbol.asyncDispose]() {
      await transaction.rollback()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** The addresses of what anybody may look at. */
const PAGES = new Contract(contract).operations
  .filter(({ security, tags, id }) => security.length === 0 && tags.includes('system') && id !== 'getReadiness')
  .map(({ path }) => path.replace('{code}', 'not-found').replace('{file_name}', 'no-such-file.js'))

test('pages are counted, but not in the database: they are there at once where it falls silent', async () => {
  await using database = await createTestDatabase('counting')
  await using proxy = await startFreezingProxy(database.env.VEKTOR_DATABASE_URL ?? '')
  await using server = await startTestServer({
    env: { VEKTOR_DATABASE_URL: proxy.url, VEKTOR_DATABASE_TIMEOUT: '1', VEKTOR_RATE_LIMIT: '60' },
  })
  expect(PAGES).toContain('/docs')
  proxy.freeze()
  const elapsed = await millisecondsOf(async () => {
    for (const page of PAGES) expect((await server.fetch(page)).status, page).toBeLessThan(500)
  })
  expect(elapsed).toBeLessThan(3_000)
  const more = await Promise.all(Array.from({ length: 30 }, () => server.fetch('/docs')))
  expect(more.at(-1)?.status).toBe(429)
  proxy.thaw()
  await using found = database.open()
  expect(await found.read('request_counts')).toEqual([])
})

test('an account whose writes wait for each other holds up no other account', async () => {
  await using server = await startTestServer()
  const ana = await server.signUp('ana')
  const bob = await server.signUp('bob')
  const herAccount = 'SELECT FROM accounts WHERE id = ? FOR UPDATE'
  await using _locked = await hold(server, (transaction) => transaction.raw(herAccount, [ana.accountId]))
  const change = { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: '{ "username": "anita" }' }
  const changes = Array.from({ length: 24 }, () => ana.fetch('/users/me', change))
  await using administrator = openPostgresAt(inject('postgres')?.url ?? '')
  const name = new URL(server.database.env.VEKTOR_DATABASE_URL ?? '').pathname.slice(1)
  const waiting = () => administrator.read('pg_stat_activity').where({ datname: name, wait_event_type: 'Lock' })
  await expect.poll(async () => (await waiting()).length).toBeGreaterThan(2)
  const elapsed = await millisecondsOf(async () => {
    expect((await bob.fetch('/users/me')).status).toBe(200)
  })
  expect(elapsed).toBeLessThan(3_000)
  await expect(Promise.race(changes)).resolves.toMatchObject({ status: 503 })
  await Promise.all(changes)
})

test('while the count of others cannot be asked for, each server counts for itself, and soon', async () => {
  await using server = await startTestServer({ env: { VEKTOR_RATE_LIMIT: '60' } })
  const ana = await server.signUp('ana')
  const all = 'LOCK TABLE request_counts IN ACCESS EXCLUSIVE MODE'
  await using _locked = await hold(server, (transaction) => transaction.raw(all))
  const elapsed = await millisecondsOf(async () => {
    const first = await ana.fetch('/users/me')
    expect(first.status).toBe(200)
    expect(first.headers.get('ratelimit')).toContain('r=59')
  })
  expect(elapsed).toBeLessThan(3_000)
})
