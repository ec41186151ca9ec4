import { expect, test } from 'vitest'
import { importedId } from './identity.ts'

test('an imported id is a UUIDv7 of its time, the same each time, and different for whatever differs', () => {
  const id = importedId(['ana', 'chatgpt', 'one'], 1_710_000_000_000)
  expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(1_710_000_000_000)
  expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  expect(importedId(['ana', 'chatgpt', 'one'], 1_710_000_000_000)).toBe(id)
  expect(importedId(['bob', 'chatgpt', 'one'], 1_710_000_000_000)).not.toBe(id)
  expect(importedId(['ana', 'chatgpto', 'ne'], 1_710_000_000_000)).not.toBe(id)
  expect(importedId(['a'], 1_000) < importedId(['a'], 2_000)).toBe(true)
})
