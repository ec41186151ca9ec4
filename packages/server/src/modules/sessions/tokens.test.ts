import { createHmac, generateKeyPairSync, hkdfSync, type KeyObject } from 'node:crypto'
import jsonwebtoken, { type Algorithm } from 'jsonwebtoken'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSessionFixture, SECRET, type SessionFixture } from '../../../test/support/session-fixture.ts'
import type { SignedIn } from './service.ts'

const HOUR = 3_600_000

let fixture: SessionFixture
let signedIn: SignedIn

beforeAll(async () => {
  fixture = await openSessionFixture()
  const ana = await fixture.register('ana')
  signedIn = await fixture.sessions.logIn(ana, {})
})
afterAll(() => fixture[Symbol.asyncDispose]())

const READERS = {
  access: (token: string) => fixture.sessions.authenticateBearer(token),
  stream: (token: string) => fixture.sessions.authenticateStreamCookie(token),
  refresh: (token: string) => fixture.sessions.refresh(token),
}
type Kind = keyof typeof READERS

function tokenOf(kind: Kind): string {
  const { tokens, streamToken } = signedIn
  return { access: tokens.accessToken, refresh: tokens.refreshToken, stream: streamToken }[kind]
}

function payloadOf(kind: Kind): Record<string, unknown> {
  return Object(jsonwebtoken.decode(tokenOf(kind)))
}

/** The key of our own: whoever forges with it is worse than any attacker. */
function keyOf(kind: Kind): Buffer {
  return Buffer.from(hkdfSync('sha256', SECRET.reveal(), '', `vektor ${kind} token`, 32))
}

interface Forgery {
  payload?: Record<string, unknown>
  header?: Record<string, unknown>
  algorithm?: Algorithm
  key?: string | Buffer | KeyObject
}

/** An access token in which everything is right but what is said here. */
function forge({ payload, header, algorithm = 'HS256', key = keyOf('access') }: Forgery = {}): string {
  const claims = { ...payloadOf('access'), ...payload }
  for (const [name, value] of Object.entries(claims)) if (value === undefined) delete claims[name]
  return jsonwebtoken.sign(claims, key, {
    algorithm,
    header: { alg: algorithm, typ: 'at+jwt', ...header },
    noTimestamp: claims.iat === undefined,
    allowInsecureKeySizes: true,
  })
}

/** What the library refuses to write. */
function forgeByHand(header: string, payload: string): string {
  const [head, body] = [header, payload].map((json) => Buffer.from(json).toString('base64url'))
  const signature = createHmac('sha256', keyOf('access')).update(`${head}.${body}`).digest('base64url')
  return `${head}.${body}.${signature}`
}

const HEADER = '{"alg":"HS256","typ":"at+jwt"}'
const seconds = () => Math.floor(fixture.clock.now / 1000)

test('the forger is good: with nothing wrong, what it makes is accepted', async () => {
  await expect(READERS.access(forge())).resolves.toMatchObject({ role: 'administrator' })
  await expect(READERS.access(forgeByHand(HEADER, JSON.stringify(payloadOf('access'))))).resolves.toBeDefined()
})

test('an access token says what RFC 9068 asks for, and lasts an hour', () => {
  const { header, payload } = Object(jsonwebtoken.decode(tokenOf('access'), { complete: true }))
  expect(header).toEqual({ alg: 'HS256', typ: 'at+jwt' })
  expect(Object.keys(payload).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'nbf', 'sid', 'sub'])
  expect(payload).toMatchObject({ iat: seconds(), nbf: seconds(), exp: seconds() + 3600 })
})

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PEM = publicKey.export({ type: 'spki', format: 'pem' })

describe('an access token is refused', () => {
  const cases: Record<string, () => string> = {
    'without a signature (alg none)': () => forge({ algorithm: 'none', key: '' }),
    'with alg nOnE': () =>
      `${Buffer.from('{"alg":"nOnE","typ":"at+jwt"}').toString('base64url')}.${forge().split('.')[1]}.`,
    'with its signature cut off': () => `${forge().split('.').slice(0, 2).join('.')}.`,
    'signed with HS512 and our key': () => forge({ algorithm: 'HS512' }),
    'signed with HS384 and our key': () => forge({ algorithm: 'HS384' }),
    'signed with an RSA key': () => forge({ algorithm: 'RS256', key: privateKey }),
    'signed with a public RSA key as an HMAC secret': () => forge({ key: Buffer.from(PEM) }),
    'signed with the secret itself': () => forge({ key: SECRET.reveal() }),
    'signed with the key of refresh tokens': () => forge({ key: keyOf('refresh') }),
    'signed with the key of stream cookies': () => forge({ key: keyOf('stream') }),
    'that has expired': () => forge({ payload: { exp: seconds() } }),
    'that is not valid yet': () => forge({ payload: { nbf: seconds() + 60 } }),
    'that was issued in the future': () => forge({ payload: { iat: seconds() + 60, nbf: undefined } }),
    'without exp': () => forge({ payload: { exp: undefined } }),
    'without iat': () => forge({ payload: { iat: undefined, nbf: undefined } }),
    'whose exp is text': () =>
      forgeByHand(HEADER, JSON.stringify({ ...payloadOf('access'), exp: `${seconds() + 60}` })),
    'whose exp is infinite': () =>
      forgeByHand(HEADER, JSON.stringify({ ...payloadOf('access'), exp: 0 }).replace('"exp":0', '"exp":1e999')),
    'of another issuer': () => forge({ payload: { iss: 'somebody' } }),
    'without an issuer': () => forge({ payload: { iss: undefined } }),
    'for another audience': () => forge({ payload: { aud: 'somebody' } }),
    'for several audiences': () => forge({ payload: { aud: ['vektor/api'] } }),
    'without an audience': () => forge({ payload: { aud: undefined } }),
    'of type JWT': () => forge({ header: { typ: 'JWT' } }),
    'without a type': () => forge({ header: { typ: undefined } }),
    'with a critical extension that we do not know': () => forge({ header: { crit: ['b64'], b64: true } }),
    'with a key that it names itself': () => forge({ header: { jwk: { kty: 'oct', k: 'AA' } } }),
    'whose sub is an object': () => forgeByHand(HEADER, JSON.stringify({ ...payloadOf('access'), sub: { $ne: '' } })),
    'whose sid is an object': () => forge({ payload: { sid: { $ne: '' } } }),
    'whose sid is an array': () => forge({ payload: { sid: [payloadOf('access').sid] } }),
    'with a claim twice': () =>
      forgeByHand(HEADER, JSON.stringify(payloadOf('access')).replace('"sub"', '"sub":"somebody","sub"')),
    'with a header key twice': () =>
      forgeByHand('{"alg":"none","alg":"HS256","typ":"at+jwt"}', JSON.stringify(payloadOf('access'))),
    'of a session that does not exist': () => forge({ payload: { sid: '0197ef1a-5f80-7c3e-9b1d-2f4a6c8e0b13' } }),
    'of another account than its session': () => forge({ payload: { sub: '0197ef1a-5f80-7c3e-9b1d-2f4a6c8e0b13' } }),
    'with a payload that is no object': () => forgeByHand(HEADER, '"text"'),
    'with a payload that is null': () => forgeByHand(HEADER, 'null'),
    'with a payload that is no JSON': () => forgeByHand(HEADER, '{'),
    'that is empty': () => '',
    'with a part too many': () => `${forge()}.x`,
    'of 100,000 dots': () => '.'.repeat(100_000),
    'of 100,000 characters': () => `${forge()}${'A'.repeat(100_000)}`,
    'with a line break at its end': () => `${forge()}\n`,
  }
  test.each(Object.entries(cases))('%s', async (_, make) => {
    await expect(READERS.access(make())).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('with any of its characters changed', async () => {
    const token = tokenOf('access')
    for (let index = 0; index < token.length; index += 1) {
      const other = token[index] === 'A' ? 'B' : 'A'
      const changed = token.slice(0, index) + other + token.slice(index + 1)
      await expect(READERS.access(changed), `character ${index}`).rejects.toMatchObject({ code: 'unauthorized' })
    }
  })
})

describe('the library alone would accept an access token', () => {
  const cases: Record<string, () => string> = {
    'signed with HS512': () => forge({ algorithm: 'HS512' }),
    'without exp': () => forge({ payload: { exp: undefined } }),
    'issued in the future': () => forge({ payload: { iat: seconds() + 60, nbf: undefined } }),
    'of another issuer': () => forge({ payload: { iss: 'somebody' } }),
    'for another audience': () => forge({ payload: { aud: 'somebody' } }),
    'of another type': () => forge({ header: { typ: 'JWT' } }),
    'with a critical extension': () => forge({ header: { crit: ['b64'], b64: true } }),
    'with a claim twice': () =>
      forgeByHand(HEADER, JSON.stringify(payloadOf('access')).replace('"sub"', '"sub":"somebody","sub"')),
  }
  test.each(Object.entries(cases))('%s', (_, make) => {
    const read = () => jsonwebtoken.verify(make(), keyOf('access'), { clockTimestamp: seconds() })
    expect(read).not.toThrow()
  })
})

test('a clock that was set back by a few seconds does not refuse fresh tokens', async () => {
  await expect(READERS.access(forge({ payload: { iat: seconds() + 5, nbf: seconds() + 5 } }))).resolves.toBeDefined()
})

test('each kind of token is good for its own purpose and for nothing else', async () => {
  const kinds: Kind[] = ['access', 'stream', 'refresh']
  for (const reader of kinds) {
    for (const kind of kinds) {
      const read = READERS[reader](tokenOf(kind))
      if (kind === reader) await expect(read, `${kind} as ${reader}`).resolves.toBeDefined()
      else await expect(read, `${kind} as ${reader}`).rejects.toMatchObject({ name: 'AppError' })
    }
  }
})

test('a token of one kind cannot be dressed up as another', async () => {
  const dressed = forge({ payload: payloadOf('refresh'), key: keyOf('refresh') })
  await expect(READERS.access(dressed)).rejects.toMatchObject({ code: 'unauthorized' })
})

/** A refresh token in which everything is right but what is said here. */
function forgeRefresh(payload: Record<string, unknown> = {}): string {
  const json = JSON.stringify({ ...payloadOf('refresh'), ...payload })
  const [head, body] = ['{"alg":"HS256","typ":"rt+jwt"}', json].map((part) => Buffer.from(part).toString('base64url'))
  const signature = createHmac('sha256', keyOf('refresh')).update(`${head}.${body}`).digest('base64url')
  return `${head}.${body}.${signature}`
}

test('a refresh token without a whole generation, or of another account than its session, is refused', async () => {
  expect(forgeRefresh()).toBe(tokenOf('refresh'))
  const wrongs = [{ gen: undefined }, { gen: '0' }, { gen: 0.5 }, { gen: { $gt: -1 } }, { sub: 'somebody' }]
  for (const wrong of wrongs) {
    await expect(READERS.refresh(forgeRefresh(wrong))).rejects.toMatchObject({ code: 'invalid-refresh-token' })
  }
  await expect(READERS.refresh(forgeRefresh())).resolves.toBeDefined()
})

test('an access token is good to the end of its hour, and not after it', async () => {
  fixture.clock.now += HOUR - 124
  await expect(READERS.access(tokenOf('access'))).resolves.toBeDefined()
  fixture.clock.now += 1
  await expect(READERS.access(tokenOf('access'))).rejects.toMatchObject({ code: 'unauthorized' })
})
