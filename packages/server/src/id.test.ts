import { expect, test } from 'vitest'
import { namedId } from './id.ts'

test('an id that is made of names is a UUIDv7 of its time, the same each time, and different for whatever differs', () => {
  const id = namedId(['ana', 'chatgpt', 'one'], 1_710_000_000_000)
  expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(1_710_000_000_000)
  expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  expect(namedId(['ana', 'chatgpt', 'one'], 1_710_000_000_000)).toBe(id)
  expect(namedId(['bob', 'chatgpt', 'one'], 1_710_000_000_000)).not.toBe(id)
  expect(namedId(['ana', 'chatgpto', 'ne'], 1_710_000_000_000)).not.toBe(id)
  expect(namedId(['a'], 1_000) < namedId(['a'], 2_000)).toBe(true)
})
