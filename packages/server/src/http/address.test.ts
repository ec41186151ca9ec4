import { expect, test } from 'vitest'
import { addressOf } from './address.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::FFFF:192.0.2.7', '192.0.2.7'],
])('an IPv4 address stands for itself, also where it comes as IPv6: %s', (ip, address) => {
  expect(addressOf({ ip })).toBe(address)
})

test.each([
  '2001:db8:1:200::1',
  '2001:db8:1:2ff:ffff:ffff:ffff:ffff',
  '2001:0db8:0001:0234:0000:0000:0000:0001',
  '2001:DB8:1:200::192.0.2.7',
])('of an IPv6 address the network of one customer counts: %s', (ip) => {
  expect(addressOf({ ip })).toBe('20010db8000102/56')
})

test('the next network is another one, and so is what is no network at all', () => {
  expect(addressOf({ ip: '2001:db8:1:300::1' })).toBe('20010db8000103/56')
  expect(addressOf({ ip: '::1' })).toBe('00000000000000/56')
})

test('what a proxy passes on that is no address is taken as it is, but for its length', () => {
  expect(addressOf({ ip: 'unknown' })).toBe('unknown')
  expect(addressOf({ ip: 'x'.repeat(10_000) })).toHaveLength(64)
  expect(addressOf({ ip: undefined })).toBe('')
})
