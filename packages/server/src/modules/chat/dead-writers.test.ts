import { expect, test } from 'vitest'
import { DeadWriters } from './dead-writers.ts'
import { LEASE_MS } from './repository.ts'

function openDeadWriters() {
  const world = { now: 0, isAway: false, isAnyDead: true, recovered: 0 }
  const deadWriters = new DeadWriters({
    async isAnyDead() {
      if (world.isAway) throw new Error('The database is away.')
      return world.isAnyDead
    },
    async recover() {
      world.recovered += 1
    },
    clock: () => world.now,
  })
  return { world, deadWriters }
}

test('nothing is taken from anybody before they have had the time to prolong their leases', async () => {
  const { deadWriters, world } = openDeadWriters()
  for (world.now = 0; world.now < LEASE_MS; world.now += 500) await deadWriters.look()
  expect(world.recovered).toBe(0)
  await deadWriters.look()
  expect(world.recovered).toBe(1)
})

test('when the database was away they have that time again', async () => {
  const { deadWriters, world } = openDeadWriters()
  await deadWriters.look()
  world.now = 60_000
  world.isAway = true
  await deadWriters.look()
  world.isAway = false
  await deadWriters.look()
  world.now += LEASE_MS - 1
  await deadWriters.look()
  expect(world.recovered).toBe(0)
  world.now += 1
  await deadWriters.look()
  expect(world.recovered).toBe(1)
})

test('nothing is written while everybody lives', async () => {
  const { deadWriters, world } = openDeadWriters()
  world.isAnyDead = false
  await deadWriters.look()
  world.now = LEASE_MS
  await deadWriters.look()
  expect(world.recovered).toBe(0)
})
