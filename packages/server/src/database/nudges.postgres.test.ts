import { EventEmitter } from 'node:events'
import { Duplex } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { startFreezingProxy } from '../../test/support/freezing-proxy.ts'
import { createTestDatabase } from '../../test/support/test-database.ts'
import { databaseLocation, type PostgresLocation } from '../config/database-location.ts'
import type { Database } from './database.ts'
import { openPostgres } from './postgres.ts'
import { PostgresNudges } from './postgres-nudges.ts'

const SOON = { timeout: 30_000 }

/** How often somebody was told to look. */
function count({ nudges }: Database, key = 'm1') {
  const looks = { times: 0 }
  const listening = nudges.listen('answers', key, () => {
    looks.times += 1
  })
  return Object.assign(looks, listening)
}

function nudge(database: Database, keys: readonly string[] = ['m1']): Promise<void> {
  return database.transaction((transaction) => database.nudges.send(transaction, 'answers', keys))
}

test('a nudge reaches those who listen for it on other servers, once it is committed', async () => {
  await using created = await createTestDatabase('nudges')
  await using here = created.open()
  await using there = created.open()
  const [own, heard, other] = [count(here), count(there), count(there, 'm2')]
  // Whoever begins to listen looks first.
  await expect.poll(() => [own.times, heard.times, other.times], SOON).toEqual([1, 1, 1])
  await here.transaction(async (transaction) => {
    await here.nudges.send(transaction, 'answers', ['m2'])
    await transaction.rollback()
  })
  await nudge(here)
  await expect.poll(() => heard.times, SOON).toBe(2)
  // The one that was rolled back would have come before it.
  expect(other.times).toBe(1)
  // Nobody is told by themselves: by the time the other one's nudge has come, one's own would have.
  await nudge(there)
  await expect.poll(() => own.times, SOON).toBe(2)
})

test('whoever listens on the same server is woken by name, and nobody else is', async () => {
  await using created = await createTestDatabase('nudges')
  await using here = created.open()
  const [heard, other] = [count(here), count(here, 'm2')]
  await expect.poll(() => [heard.times, other.times], SOON).toEqual([1, 1])
  here.nudges.wake('answers', ['m1'])
  expect([heard.times, other.times]).toEqual([2, 1])
})

test('whoever closes it waits until its connection is closed', async () => {
  const stream = new Duplex({ read() {}, destroy: (error, done) => void setTimeout(done, 20, error) })
  const connection = Object.assign(new EventEmitter(), { connection: { stream }, query: async () => undefined })
  const nudges = new PostgresNudges({ connect: async () => connection })
  nudges.listen('answers', 'm1', () => undefined)
  await expect.poll(() => nudges.isHearing).toBe(true)
  await nudges[Symbol.asyncDispose]()
  expect([nudges.isHearing, stream.closed]).toEqual([false, true])
})

test('there may be more keys than one notification can carry', async () => {
  await using created = await createTestDatabase('nudges')
  await using here = created.open()
  await using there = created.open()
  const keys = Array.from({ length: 1_000 }, () => crypto.randomUUID())
  const looks = keys.map((key) => count(there, key))
  await expect.poll(() => looks.every(({ times }) => times === 1), SOON).toBe(true)
  await nudge(here, keys)
  await expect.poll(() => looks.every(({ times }) => times === 2), SOON).toBe(true)
})

test('who has stopped listening is not called any more', async () => {
  await using created = await createTestDatabase('nudges')
  await using here = created.open()
  await using there = created.open()
  const [gone, heard] = [count(there), count(there)]
  await expect.poll(() => heard.times, SOON).toBe(1)
  gone[Symbol.dispose]()
  await nudge(here)
  await expect.poll(() => heard.times, SOON).toBe(2)
  expect(gone.times).toBe(1)
})

test('a connection that falls silent is given up, and everybody looks once there is another one', async () => {
  await using created = await createTestDatabase('nudges')
  await using proxy = await startFreezingProxy(created.env.VEKTOR_DATABASE_URL ?? '')
  const logs: string[] = []
  const log = pino({}, { write: (line: string) => void logs.push(line) })
  await using database = openPostgres({ location: locationOf(proxy.url), poolSize: 3, statementTimeoutMs: 30_000, log })
  const looks = count(database)
  await expect.poll(() => looks.times, SOON).toBe(1)
  proxy.freeze()
  expect(database.nudges.isHearing).toBe(true)
  await expect.poll(() => logs.join(''), SOON).toContain('nudges-lost')
  expect(database.nudges.isHearing).toBe(false)
  expect(looks.times).toBe(1)
  proxy.thaw()
  await expect.poll(() => looks.times, SOON).toBe(2)
  await using other = created.open()
  await nudge(other)
  await expect.poll(() => looks.times, SOON).toBe(3)
})

function locationOf(url: string): PostgresLocation {
  const location = databaseLocation(url)
  if (location?.kind !== 'postgresql') throw new TypeError('This is no address of a PostgreSQL.')
  return location
}
