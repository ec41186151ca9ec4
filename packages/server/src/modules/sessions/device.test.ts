import { describe, expect, test } from 'vitest'
import { describeDevice } from './device.ts'

const ANA = '0197ef1a-5f80-7c3e-9b1d-2f4a6c8e0b13'
const BOB = '0197ef1a-5f80-7c3e-9b1d-2f4a6c8e0b14'

describe('a device without an id', () => {
  test('is the same for the same account and User-Agent, and another for any other', () => {
    const id = (accountId: string, userAgent?: string) => describeDevice(accountId, { userAgent }).id
    expect(id(ANA, 'curl/8.1')).toBe(id(ANA, 'curl/8.1'))
    expect(new Set([id(ANA, 'curl/8.1'), id(ANA, 'curl/8.2'), id(BOB, 'curl/8.1'), id(ANA)]).size).toBe(4)
  })

  test.each([
    ['curl/8.5.0', 'curl'],
    ['python-requests/2.32.3', 'python-requests'],
    ['node', 'node'],
    ['vektor/0.1.0 (linux; x64)', 'vektor'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0',
      'Edge on Windows',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
      'Safari on macOS',
    ],
    [
      'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36',
      'Chrome on Android',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/138.0 Mobile/15E148 Safari/604.1',
      'Chrome on iPhone',
    ],
    ['Mozilla/5.0', 'Mozilla'],
    ['', 'Unknown device'],
    ['/', 'Unknown device'],
  ])('%s is called %s', (userAgent, name) => {
    expect(describeDevice(ANA, { userAgent })).toMatchObject({ name, isNamed: false })
  })
})

test('a device keeps the id and the name that it brings', () => {
  const device = describeDevice(ANA, { id: 'disp1', name: 'Portátil de Ñandú 🦤', userAgent: 'curl/8' })
  expect(device).toEqual({ id: 'disp1', name: 'Portátil de Ñandú 🦤', isNamed: true })
})

test('a name holds nothing that cannot be seen, and is made up if nothing is left', () => {
  const name = (header: string) => describeDevice(ANA, { name: header, userAgent: 'curl/8' }).name
  expect(name(' a\u0085\u202eb\tc ')).toBe('abc')
  expect(name('\u200b\u0007 ')).toBe('curl')
})

test('a User-Agent of 100,000 characters is described in no time', () => {
  const started = performance.now()
  for (const character of ['a', ' ', '(', 'Mozilla/']) describeDevice(ANA, { userAgent: character.repeat(100_000) })
  expect(performance.now() - started).toBeLessThan(500)
})
