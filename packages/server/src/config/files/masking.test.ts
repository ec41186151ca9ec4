import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MASK, maskQuery, maskSecrets, restoreSecrets } from './masking.ts'

const CANARY = 'cnry-7a90'

const secretNames = [
  'token',
  'access_token',
  'AccessToken',
  'client-secret',
  'password',
  'PASSWORD',
  'passphrase',
  'db_pwd',
  'api_key',
  'apiKey',
  'X-API-Key',
  'a.p.i.k.e.y',
  'authorization',
  'auth',
  'credentials',
  'cookie',
  'sessionId',
  'signature',
  'bearer',
  'jwt',
  'dsn',
  'webhook_url',
  'headers',
]

test.each(secretNames)('what stands under the name %s is secret, however deep', (name) => {
  const shapes = [CANARY, [CANARY], { x: CANARY }, [{ x: [CANARY] }], 1234567]
  for (const secret of shapes) {
    const shown = JSON.stringify(maskSecrets({ a: [{ [name]: secret }] }))
    expect(shown).toContain(MASK)
    expect(shown).not.toMatch(/cnry|1234567/)
  }
})

test('what is no secret is shown as it is', () => {
  const settings = { type: 'slack', channel: '#general', retries: 3, on: true, none: null, list: ['a', { b: 1 }] }
  expect(maskSecrets(settings)).toEqual(settings)
  expect(maskSecrets({ token: null, secret: true, password: '', api_key: `\${KEY}` })).toEqual({
    token: null,
    secret: true,
    password: '',
    api_key: `\${KEY}`,
  })
})

test.each([
  ['https://hooks.slack.com/services/T0/B0/cnry', 'https://hooks.slack.com/[secret]'],
  [
    'see https://example.com/cnry and HTTP://example.com?cnry',
    'see https://example.com/[secret] and HTTP://example.com/[secret]',
  ],
  ['https://example.com', 'https://example.com'],
  ['https://example.com:8443/', 'https://example.com:8443/'],
  ['https://ana:cnry@example.com', 'https://example.com/[secret]'],
  ['postgres://ana:cnry@db/app', 'postgres://db/[secret]'],
  ['https://example.com#cnry', 'https://example.com/[secret]'],
  ['https://a@cnry@example.com', 'https://example.com/[secret]'],
  [`\${URL:-https://example.com/cnry}`, `\${URL:-https://example.com/[secret]`],
  ['no address: at all', 'no address: at all'],
])('of an address all that follows its host is secret, under any name: %s', (text, shown) => {
  expect(maskSecrets({ target: text })).toEqual({ target: shown })
})

test.each([
  ['https://mcp.example.com/mcp', 'https://mcp.example.com/mcp'],
  ['https://mcp.example.com/mcp?key=cnry', 'https://mcp.example.com/mcp?[secret]'],
  ['https://mcp.example.com/mcp#cnry', 'https://mcp.example.com/mcp?[secret]'],
  [`https://ana:cnry@\${HOST}/mcp`, `https://[secret]@\${HOST}/mcp`],
  [`\${MCP_URL:-https://mcp.example.com/?cnry}`, `\${MCP_URL}`],
])('of the address of an MCP server the query is secret: %s', (text, shown) => {
  expect(maskQuery(text)).toBe(shown)
})

const name = fc.oneof(fc.constantFrom('token', 'url', 'a', 'b', '__proto__', 'constructor'), fc.string())
const text = fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true }), fc.constantFrom(MASK, `\${NAME}`))
const { settings } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, text, fc.integer(), fc.boolean(), fc.constant(null), tie('list'), tie('settings')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  settings: fc.dictionary(name, tie('value'), { maxKeys: 5 }),
}))

test('what is shown, sent back, is what was stored', () => {
  fc.assert(
    fc.property(settings, (stored) => {
      const { value, errors } = restoreSecrets(maskSecrets(stored), stored)
      expect(errors).toEqual([])
      expect(JSON.stringify(value)).toBe(JSON.stringify(stored))
    }),
  )
})

test('a mask stands for what is stored in its own place, and for nothing else', () => {
  const stored = { token: 'one', hooks: [{ url: 'https://a.example/x' }], plain: 'a' }
  expect(restoreSecrets({ token: MASK, plain: 'b' }, stored)).toEqual({
    value: { token: 'one', plain: 'b' },
    errors: [],
  })
  expect(restoreSecrets({ token: 'two' }, stored).value).toEqual({ token: 'two' })
  const wrong = [{ key: MASK }, { hooks: [{ url: `https://b.example/${MASK}` }] }, { plain: MASK }, { token: [MASK] }]
  for (const sent of wrong) expect(restoreSecrets(sent, stored).errors).toHaveLength(1)
  expect(restoreSecrets({ token: MASK }, undefined).errors).toEqual([
    { pointer: '/token', detail: expect.stringContaining('Send the secret itself') },
  ])
  expect(restoreSecrets({ constructor: MASK, ['__proto__']: MASK }, {}).errors).toHaveLength(2)
})

test('a text of 100,000 characters is masked in no time', () => {
  const hostile = ['a', 'a.', 'a:', 'a://', 'a://@', 'https://a@', '://', `\${`].map((piece) =>
    piece.repeat(100_000 / piece.length),
  )
  for (const one of hostile) {
    const before = performance.now()
    maskSecrets({ one })
    maskQuery(one)
    expect(performance.now() - before).toBeLessThan(1_000)
  }
})
