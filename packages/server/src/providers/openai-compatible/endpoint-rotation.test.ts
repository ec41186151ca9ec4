import { expect, test } from 'vitest'
import { EndpointRotation } from './endpoint-rotation.ts'

const a = { name: 'a', weight: 3 }
const b = { name: 'b', weight: 1 }

test('endpoints get their share of the requests, evenly spread', () => {
  const rotation = new EndpointRotation<typeof a>()
  const chosen = Array.from({ length: 8 }, () => rotation.next([a, b])?.name).join('')
  expect(chosen).toBe('aabaaaba')
})

test('one that was away does not make up for it when it is back', () => {
  const rotation = new EndpointRotation<typeof a>()
  for (let count = 0; count < 100; count += 1) expect(rotation.next([b])).toBe(b)
  const chosen = Array.from({ length: 8 }, () => rotation.next([a, b])?.name).join('')
  expect(chosen).toBe('aabaaaba')
})
