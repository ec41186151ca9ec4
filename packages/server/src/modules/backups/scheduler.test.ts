import { expect, test } from 'vitest'
import { openTestDatabase } from '../../../test/support/test-database.ts'
import { newId } from '../../id.ts'
import { BackupScheduleRepository } from './schedule-repository.ts'
import { BackupScheduler, type ScheduledBackups } from './scheduler.ts'

const HOUR_MS = 3_600_000
const MORNING = Date.parse('2026-03-01T02:30:00Z')

async function openFixture() {
  const opened = await openTestDatabase('scheduler')
  const { database } = opened
  const begun: string[] = []
  const backups: ScheduledBackups = {
    recipientsOf: async () => [],
    async beginWithin(_transaction, accountId) {
      return { announce: () => begun.push(accountId) }
    },
  }
  const chosen = new Map<string, string>()
  const clock = { now: MORNING }
  const schedules = new BackupScheduleRepository(database)
  const open = (schedule: string) =>
    new BackupScheduler({
      database,
      schedules,
      backups,
      scheduleOf: async (id) => chosen.get(id),
      schedule,
      now: () => clock.now,
    })
  const signUp = async () => {
    const id = newId()
    await database.write('accounts').insert({
      id,
      email: id,
      email_key: id,
      username: id,
      username_key: id,
      password_hash: '',
      role: 'user',
      created_at: 0,
      updated_at: 0,
    })
    return id
  }
  return { begun, chosen, clock, database, open, schedules, signUp, [Symbol.asyncDispose]: opened[Symbol.asyncDispose] }
}

test('every account is backed up when it is time, once', async () => {
  await using fixture = await openFixture()
  const ids = [await fixture.signUp(), await fixture.signUp()]
  const scheduler = fixture.open('0 3 * * *')
  await scheduler.tick()
  expect(fixture.begun).toEqual([])
  fixture.clock.now += HOUR_MS
  await Promise.all([scheduler.tick(), fixture.open('0 3 * * *').tick()])
  await scheduler.tick()
  expect(fixture.begun.toSorted()).toEqual(ids.toSorted())
  fixture.clock.now += 24 * HOUR_MS
  await scheduler.tick()
  expect(fixture.begun).toHaveLength(4)
})

test('what was missed is made up for, once', async () => {
  await using fixture = await openFixture()
  await fixture.signUp()
  await fixture.open('0 3 * * *').tick()
  fixture.clock.now += 72 * HOUR_MS
  const scheduler = fixture.open('0 3 * * *')
  await scheduler.tick()
  await scheduler.tick()
  expect(fixture.begun).toHaveLength(1)
})

test('who has chosen a schedule has that one, and is left alone when the operator has another one', async () => {
  await using fixture = await openFixture()
  const [ana, bob] = [await fixture.signUp(), await fixture.signUp()]
  fixture.chosen.set(ana, '0 4 * * *')
  await fixture.open('off').tick()
  const scheduler = fixture.open('0 3 * * *')
  await scheduler.tick()
  fixture.clock.now += HOUR_MS
  await scheduler.tick()
  expect(fixture.begun).toEqual([bob])
  fixture.clock.now += HOUR_MS
  await scheduler.tick()
  expect(fixture.begun).toEqual([bob, ana])
})

test('a choice holds as soon as it is made', async () => {
  await using fixture = await openFixture()
  const ana = await fixture.signUp()
  const scheduler = fixture.open('off')
  await scheduler.tick()
  fixture.chosen.set(ana, '0 3 * * *')
  await fixture.database.transaction((transaction) => fixture.schedules.forget(transaction, ana))
  await scheduler.tick()
  fixture.clock.now += HOUR_MS
  await scheduler.tick()
  expect(fixture.begun).toEqual([ana])
})
