import { expect, test } from 'vitest'
import { EndpointRotation } from './endpoint-rotation.ts'

test('endpoints get their share of the requests, evenly spread', () => {
  const rotation = new EndpointRotation([
    { baseUrl: 'https://a', weight: 3 },
    { baseUrl: 'https://b', weight: 1 },
  ])
  const chosen = Array.from({ length: 8 }, () => rotation.next().baseUrl.at(-1)).join('')
  expect(chosen).toBe('aabaaaba')
})
