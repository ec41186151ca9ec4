import { expect, test } from 'vitest'
import { type Moment, requireShortMoment } from './moment-limits.ts'

const MOST: Moment = {
  conversationsAdded: 500_000,
  conversationsChanged: 20_000,
  messagesChanged: 50_000,
  bytesChanged: 67_108_864,
}

test('as much as all the limits is not too much', () => {
  requireShortMoment(MOST)
})

test.each([
  ['conversationsAdded', 'with SQLite 500,000 conversations are added at most, and 500,001 would.'],
  ['conversationsChanged', 'with SQLite 20,000 conversations change at most, and 20,001 would.'],
  ['messagesChanged', 'with SQLite 50,000 messages change at most, and 50,001 would.'],
  ['bytesChanged', 'with SQLite 67,108,864 bytes of messages change at most, and 67,108,865 would.'],
] as const)('one more of %s is too much', (name, detail) => {
  expect(() => requireShortMoment({ ...MOST, [name]: MOST[name] + 1 })).toThrow(detail)
})
