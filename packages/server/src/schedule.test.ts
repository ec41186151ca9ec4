import { expect, test } from 'vitest'
import { isSchedule, nextTime, OFF } from './schedule.ts'

test.each([OFF, '0 3 * * *', '@daily', '@weekly', '@monthly', '30 2 * * 1', '0 * * * *', '0 0 29 2 *'])(
  '%s is a schedule',
  (text) => {
    expect(isSchedule(text)).toBe(true)
  },
)

test.each(['', 'daily', '* * * * *', '0,30 3 * * *', '59 * * * *,0 * * * *', '0 0 31 2 *', '0 3 * * * *', '@reboot'])(
  '%s is none',
  (text) => {
    expect(isSchedule(text)).toBe(false)
  },
)

test('the next time is in UTC, and after the moment', () => {
  const threeOClock = Date.parse('2026-03-29T03:00:00Z')
  expect(nextTime('0 3 * * *', threeOClock - 1)).toBe(threeOClock)
  expect(nextTime('0 3 * * *', threeOClock)).toBe(threeOClock + 24 * 3_600_000)
  expect(nextTime(OFF, threeOClock)).toBeNull()
})
