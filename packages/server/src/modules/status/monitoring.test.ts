import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CachedCounts } from './counts.ts'
import { ModelHealthLog } from './model-health.ts'
import { RecentRequests } from './recent-requests.ts'

/** A clock that stands still until it is told. */
function clock() {
  let time = 1_000_000
  return { now: () => time, pass: (ms: number) => (time += ms) }
}

const NO_BACKUPS = { complete: 0, inProgress: 0, failed: 0, lastCompletedAt: null }

test('a quantile is right to a tenth, whatever the durations', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.2, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 300 }),
      (all) => {
        const requests = new RecentRequests(() => 1_000_000)
        for (const durationMs of all) requests.add({ isFailure: false, durationMs })
        const sorted = all.toSorted((one, other) => one - other)
        const exact = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? 0
        const { latency } = requests.read()
        for (const [share, found] of [
          [0.5, latency?.p50],
          [0.95, latency?.p95],
          [0.99, latency?.p99],
        ] as const) {
          expect(found).toBeGreaterThanOrEqual(exact(share) * 0.98)
          expect(found).toBeLessThanOrEqual(exact(share) * 1.12)
        }
      },
    ),
  )
})

test('what is older than a minute is forgotten, and a stream has no duration', () => {
  const { now, pass } = clock()
  const requests = new RecentRequests(now)
  for (let n = 0; n < 60; n += 1) requests.add({ isFailure: n < 6, durationMs: undefined })
  pass(30_000)
  expect(requests.read()).toEqual({ perSecond: 2, failuresPerSecond: 0.2, latency: undefined })
  pass(31_000)
  expect(requests.read()).toEqual({ perSecond: 0, failuresPerSecond: 0, latency: undefined })
})

test('counting is done once for all who ask within seconds, and less often where it takes long', async () => {
  const { now, pass } = clock()
  let counted = 0
  const counts = new CachedCounts(async () => {
    counted += 1
    pass(counted === 1 ? 10 : 200)
    return { users: counted, conversations: 0, messages: 0, backups: NO_BACKUPS }
  }, now)
  expect(await Promise.all([counts.read(), counts.read()])).toMatchObject([{ users: 1 }, { users: 1 }])
  pass(4_900)
  expect(await counts.read()).toMatchObject({ users: 1 })
  pass(200)
  expect(await counts.read()).toMatchObject({ users: 2 })
  pass(19_900)
  expect(await counts.read()).toMatchObject({ users: 2 })
  pass(200)
  expect(await counts.read()).toMatchObject({ users: 3 })
})

test('counting that fails is tried again the next time', async () => {
  let isDown = true
  const counts = new CachedCounts(async () => {
    if (isDown) throw new Error('down')
    return { users: 1, conversations: 0, messages: 0, backups: NO_BACKUPS }
  }, Date.now)
  await expect(counts.read()).rejects.toThrow('down')
  isDown = false
  expect(await counts.read()).toMatchObject({ users: 1 })
})

test('a model is as well as its last answer was', () => {
  const models = new ModelHealthLog(() => 7)
  expect(models.find('m').state).toBe('unknown')
  models.succeeded('m')
  models.failed('m', 'upstream-timeout')
  expect(models.find('m')).toEqual({
    state: 'failing',
    lastSuccessAt: 7,
    lastFailure: { at: 7, code: 'upstream-timeout' },
  })
  models.succeeded('m')
  expect(models.find('m').state).toBe('ok')
})
