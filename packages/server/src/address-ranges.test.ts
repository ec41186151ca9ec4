import { expect, test } from 'vitest'
import { isLoopback, isNearby } from './address-ranges.ts'

test.each(['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1'])(
  '%s is of this machine',
  (address) => {
    expect(isLoopback(address)).toBe(true)
    expect(isNearby(address)).toBe(true)
  },
)

test.each([
  '10.1.2.3',
  '172.31.0.1',
  '192.168.1.1',
  '100.64.0.9',
  '169.254.1.1',
  'fd00::1',
  'fe80::1',
  '::ffff:10.0.0.1',
])('%s is near, and not of this machine', (address) => {
  expect(isLoopback(address)).toBe(false)
  expect(isNearby(address)).toBe(true)
})

test.each([
  '203.0.113.7',
  '128.0.0.1',
  '172.32.0.1',
  '2001:db8::1',
  '::ffff:203.0.113.7',
  '::',
  '0.0.0.0',
  '127.0.0.1.example',
  '',
  undefined,
])('%s is neither', (address) => {
  expect(isLoopback(address)).toBe(false)
  expect(isNearby(address)).toBe(false)
})
