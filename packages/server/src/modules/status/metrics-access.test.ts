import { expect, test } from 'vitest'
import { Secret } from '../../secret.ts'
import { requireMetricsAccess } from './metrics-access.ts'

const token = new Secret('the-token-of-prometheus')
const HERE = { socket: { remoteAddress: '127.0.0.1' }, headers: { host: '127.0.0.1:8000' } }
const THERE = { socket: { remoteAddress: '203.0.113.7' }, headers: { host: '127.0.0.1:8000' } }

test.each(['127.0.0.1', '127.0.0.2', '::1', '::ffff:127.0.0.1'])('somebody at %s is let in', (remoteAddress) => {
  expect(() => requireMetricsAccess({ ...HERE, socket: { remoteAddress } }, undefined)).not.toThrow()
})

test.each(['203.0.113.7', '10.0.0.7', '192.168.1.2', '::ffff:10.0.0.7', '2001:db8::1', undefined])(
  'somebody at %s is let in with the token alone',
  (remoteAddress) => {
    const request = { ...HERE, socket: { remoteAddress } }
    expect(() => requireMetricsAccess(request, undefined)).toThrow('Ask from the machine')
    expect(() => requireMetricsAccess(request, token)).toThrow('Ask from the machine')
    const authorized = { ...request, headers: { ...request.headers, authorization: `Bearer ${token.reveal()}` } }
    expect(() => requireMetricsAccess(authorized, token)).not.toThrow()
  },
)

test.each(['localhost', 'localhost:8000', 'LOCALHOST', '127.0.0.1', '127.1.2.3:80', '[::1]', '[::1]:8000'])(
  'the server may be called %s',
  (host) => {
    expect(() => requireMetricsAccess({ ...HERE, headers: { host } }, undefined)).not.toThrow()
  },
)

test.each([
  'evil.example',
  'localhost.evil.example',
  '127.0.0.1.evil.example',
  '127.0.0.1@evil.example',
  '10.0.0.7',
  '',
  undefined,
])('a page that got here by the name %s is not let in', (host) => {
  expect(() => requireMetricsAccess({ ...HERE, headers: { host } }, undefined)).toThrow('Ask from the machine')
})

test('a page that is served on this machine is not somebody on it', () => {
  const headers = { ...HERE.headers, origin: 'http://127.0.0.1:8000' }
  expect(() => requireMetricsAccess({ ...HERE, headers }, undefined)).toThrow('Ask from the machine')
})

test.each(['wrong', 'the-token-of-prometheu', '', 'the-token-of-prometheus x'])('the token %j is none', (given) => {
  const headers = { ...THERE.headers, authorization: `Bearer ${given}` }
  expect(() => requireMetricsAccess({ ...THERE, headers }, token)).toThrow('Ask from the machine')
})
