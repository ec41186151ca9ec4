import { expect, test } from 'vitest'
import { AppError } from '../../app-error.ts'
import { DeadWriters } from './dead-writers.ts'
import { LEASE_MS } from './repository.ts'

const AWAY = new AppError('database-unavailable', 'The database is away.')
const LOOK_MS = 500

function openDeadWriters() {
  const world = { now: 0, isAnyDead: true, canRead: true, canWrite: true, writingTakes: 0, recovered: 0, rehearsed: 0 }
  const write = async (deed: 'recovered' | 'rehearsed') => {
    world.now += world.writingTakes
    if (!world.canWrite) throw AWAY
    world[deed] += 1
  }
  const deadWriters = new DeadWriters({
    async isAnyDead() {
      if (!world.canRead) throw AWAY
      return world.isAnyDead
    },
    recover: () => write('recovered'),
    rehearse: () => write('rehearsed'),
    clock: () => world.now,
  })
  /** Looks as often as a server does, for so long. */
  const lookFor = async (milliseconds: number) => {
    for (const end = world.now + milliseconds; world.now < end; world.now += LOOK_MS) await deadWriters.look()
  }
  return { deadWriters, lookFor, world }
}

test('nothing is taken from anybody before they have had the time to prolong their leases', async () => {
  const { deadWriters, lookFor, world } = openDeadWriters()
  await lookFor(LEASE_MS)
  expect(world.recovered).toBe(0)
  await deadWriters.look()
  expect(world.recovered).toBe(1)
})

test.each(['canRead', 'canWrite'] as const)(
  'when the database had no %s they have that time again',
  async (ability) => {
    const { deadWriters, lookFor, world } = openDeadWriters()
    world.isAnyDead = false
    await lookFor(60_000)
    world.isAnyDead = true
    world[ability] = false
    await lookFor(60_000)
    world[ability] = true
    await lookFor(LEASE_MS)
    expect(world.recovered).toBe(0)
    await deadWriters.look()
    expect(world.recovered).toBe(1)
  },
)

test('a database that can be read and not be written gives nobody the time that it takes away', async () => {
  const { lookFor, world } = openDeadWriters()
  await lookFor(LEASE_MS)
  world.canWrite = false
  // It comes back at any moment of the waiting.
  for (let outage = LOOK_MS; outage < 3 * LEASE_MS; outage += LOOK_MS) {
    world.canWrite = false
    await lookFor(LEASE_MS + outage)
    world.canWrite = true
    await lookFor(LEASE_MS - LOOK_MS)
    expect(world.recovered, `after ${outage} ms`).toBe(0)
  }
})

test('a look that takes longer than a lease is none: so long may those who live have waited too', async () => {
  const { deadWriters, lookFor, world } = openDeadWriters()
  await lookFor(LEASE_MS)
  world.writingTakes = LEASE_MS + 1
  await deadWriters.look()
  world.writingTakes = 0
  const { recovered } = world
  await lookFor(LEASE_MS)
  expect(world.recovered).toBe(recovered)
})

test('nothing is written while everybody lives', async () => {
  const { lookFor, world } = openDeadWriters()
  world.isAnyDead = false
  await lookFor(2 * LEASE_MS)
  expect([world.recovered, world.rehearsed]).toEqual([0, 0])
})

test('what is no trouble with the database is not taken for it', async () => {
  const fault = new TypeError('Nobody foresaw this.')
  const never = async () => undefined
  const deadWriters = new DeadWriters({
    isAnyDead: () => Promise.reject(fault),
    recover: never,
    rehearse: never,
    clock: () => 0,
  })
  await expect(deadWriters.look()).rejects.toBe(fault)
})
