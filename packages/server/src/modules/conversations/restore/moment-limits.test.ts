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
  ['conversationsAdded', 500_000],
  ['conversationsChanged', 20_000],
  ['conversationsRemoved', 500_000],
  ['messagesMoved', 100_000],
  ['messagesChanged', 50_000],
  ['bytesChanged', 67_108_864],
] as const)('so many %s as take four seconds are not too much, and one more is', (name, most) => {
  requireShortMoment({ ...NOTHING, [name]: most })
  expect(() => requireShortMoment({ ...NOTHING, [name]: most + 1 })).toThrow(/^Ask the operator .*\.$/)
})

test('what takes half of that twice is not too much, and with one more it is', () => {
  const half = { ...NOTHING, conversationsChanged: 10_000, messagesMoved: 50_000 }
  requireShortMoment(half)
  expect(() => requireShortMoment({ ...half, messagesChanged: 1 })).toThrow(
    '(10,000 conversations that are there, 50,001 messages of them)',
  )
})
