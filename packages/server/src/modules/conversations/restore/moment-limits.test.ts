import { expect, test } from 'vitest'
import { type Moment, requireShortMoment } from './moment-limits.ts'

const NOTHING: Moment = {
  conversationsAdded: 0,
  conversationsChanged: 0,
  conversationsRemoved: 0,
  messagesMoved: 0,
  messagesChanged: 0,
  bytesChanged: 0,
}

test.each([
  ['conversationsAdded', 500_000, '(conversations that are new: 500,001)'],
  ['conversationsChanged', 20_000, '(conversations that change: 20,001)'],
  ['conversationsRemoved', 500_000, '(conversations that go: 500,001)'],
  ['messagesMoved', 100_000, '(messages that come or go: 100,001)'],
  ['messagesChanged', 50_000, '(messages that change: 50,001)'],
  ['bytesChanged', 67_108_864, '(bytes of messages that change: 67,108,865)'],
] as const)('so many %s as take four seconds are not too much, and one more is', (name, most, told) => {
  requireShortMoment({ ...NOTHING, [name]: most })
  expect(() => requireShortMoment({ ...NOTHING, [name]: most + 1 })).toThrow(told)
})

test('what takes half of that twice is not too much, and with one more it is', () => {
  const half = { ...NOTHING, conversationsChanged: 10_000, messagesMoved: 50_000 }
  requireShortMoment(half)
  expect(() => requireShortMoment({ ...half, messagesChanged: 1 })).toThrow(
    '(conversations that change: 10,000, messages that come or go: 50,000, messages that change: 1)',
  )
})
