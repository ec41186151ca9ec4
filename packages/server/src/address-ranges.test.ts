import { expect, test } from 'vitest'
import { isInternalHost, isLoopback, isNearby } from './address-ranges.ts'

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

const hostOf = (host: string) => new URL(`http://${host}/`).hostname

test.each([
  '127.0.0.1',
  '127.0.0.1.',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '%31%32%37.0.0.1',
  '１２７.0.0.1',
  '0',
  '0.0.0.0',
  '10.0.0.8',
  '172.16.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '2852039166',
  '[::]',
  '[::1]',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[::169.254.169.254]',
  '[64:ff9b::169.254.169.254]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  'localhost',
  'LOCALHOST.',
  'db.localhost',
])('%s is the host of nothing on the internet', (host) => {
  expect(isInternalHost(hostOf(host))).toBe(true)
})

test.each(['example.org', '203.0.113.7', '[2001:db8::1]', '[::ffff:203.0.113.7]', 'localhost.example.org', '11.0.0.1'])(
  '%s may be one of something that is',
  (host) => {
    expect(isInternalHost(hostOf(host))).toBe(false)
  },
)
