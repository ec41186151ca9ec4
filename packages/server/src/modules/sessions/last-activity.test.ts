import { expect, test } from 'vitest'
import { type Activity, LastActivity } from './last-activity.ts'
import type { Session } from './session.ts'

const SESSION: Session = {
  id: 'session',
  accountId: 'account',
  deviceId: 'device',
  createdAt: 0,
  lastUsedAt: 0,
  expiresAt: 1e12,
  refreshGeneration: 0,
  refreshedAt: 0,
}

test('what the database refuses is kept, and written the next time; whoever asked for it hears of the failure', async () => {
  const written: Activity[] = []
  let isAway = true
  const activity = new LastActivity(async (activities) => {
    if (isAway) throw new Error('The database is away.')
    written.push(...activities)
  })
  activity.note(SESSION, 60_000)
  await expect(activity.flush()).rejects.toThrow('away')
  expect(written).toEqual([])
  isAway = false
  await activity.flush()
  await activity.flush()
  expect(written).toEqual([{ sessionId: 'session', accountId: 'account', deviceId: 'device', at: 60_000 }])
})

test('nothing is written about a session that was used within the last minute', async () => {
  const written: Activity[] = []
  const activity = new LastActivity(async (activities) => {
    written.push(...activities)
  })
  activity.note(SESSION, 59_999)
  await activity.flush()
  expect(written).toEqual([])
})
