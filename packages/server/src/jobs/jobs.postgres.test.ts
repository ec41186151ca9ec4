import { once } from 'node:events'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { openJobFixture } from '../../test/support/job-fixture.ts'
import { openPostgresAt } from '../../test/support/postgres.ts'
import { startTcpRelay } from '../../test/support/tcp-relay.ts'
import { openJobRunner } from './open-job-runner.ts'
import type { JobHandler } from './runner.ts'

const PATIENTLY = { timeout: 50_000 }

test('servers that boot at the same time agree on the tables', async () => {
  await using fixture = await openJobFixture()
  const runners = await Promise.all(Array.from({ length: 5 }, () => fixture.openRunner()))
  await Promise.all(runners.map((runner) => runner[Symbol.asyncDispose]()))
  expect(fixture.logs).toEqual([])
})

test('of several servers, one runs each job', async () => {
  await using fixture = await openJobFixture()
  const started = await Promise.all(Array.from({ length: 3 }, () => fixture.startRunner()))
  const subjects = Array.from({ length: 30 }, (_, index) => `job ${index}`)
  const announcements = await Promise.all(
    subjects.map((subject, index) => {
      const { runner } = started[index % 3] ?? {}
      return runner && fixture.enqueue(runner, subject)
    }),
  )
  for (const announcement of announcements) announcement?.announce()
  const all = () => started.flatMap(({ runs }) => runs.map(([subject]) => subject))
  await expect.poll(() => all().length, PATIENTLY).toBe(30)
  await Promise.all(started.map(({ runner }) => runner[Symbol.asyncDispose]()))
  expect(all().toSorted()).toEqual(subjects.toSorted())
})

test('a server whose job was given to another one is told to leave it', async () => {
  await using fixture = await openJobFixture()
  const left = Promise.withResolvers<string>()
  const first = await fixture.startRunner({
    async run(_subject, { signal }) {
      await once(signal, 'abort')
      left.resolve('left')
      signal.throwIfAborted()
    },
  })
  await using _first = first.runner
  ;(await fixture.enqueue(first.runner, 'taken')).announce()
  await expect.poll(() => first.runs).toEqual([['taken', 1]])
  await fixture.findDead()
  const second = await fixture.startRunner()
  await using _second = second.runner
  await expect.poll(() => second.runs, PATIENTLY).toEqual([['taken', 2]])
  expect(await left.promise).toBe('left')
  expect(fixture.logs).toContainEqual(expect.objectContaining({ msg: 'job-lost', subject: 'taken' }))
})

test('a database that goes away and comes back ends no server, and what comes then is run', async () => {
  await using fixture = await openJobFixture()
  let isAway = false
  await using relay = await startTcpRelay(fixture.env.VEKTOR_DATABASE_URL ?? '', (client) => {
    if (isAway) client.destroy()
  })
  const logs: string[] = []
  const log = pino({}, { write: (line: string) => void logs.push(JSON.parse(line).msg) })
  await using database = openPostgresAt(relay.url)
  await using runner = await openJobRunner(database, log)
  const runs: string[] = []
  const handler: JobHandler = { run: async (subject) => void runs.push(subject), abandon: async () => undefined }
  await runner.start({ 'safety-backup': handler, backup: handler, 'scheduled-backup': handler })
  isAway = true
  for (const socket of relay.sockets) socket.destroy()
  // The runner looks, and pg-boss looks after it: both fail.
  await expect.poll(() => logs.toSorted(), PATIENTLY).toEqual(['jobs-unsupervised', 'jobs-waiting-for-database'])
  isAway = false
  ;(await fixture.enqueue(runner, 'afterwards')).announce()
  await expect.poll(() => runs, PATIENTLY).toEqual(['afterwards'])
})
