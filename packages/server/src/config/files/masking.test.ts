import { expect, test } from 'vitest'
import { MASK, maskQuery, maskSecrets } from './masking.ts'

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
  'pass',
  'smtp_pass',
  'clave',
  'Contraseña',
  'CONTRASEN\u0303A',
  'pat',
  'githubPat',
  'PIN',
  'pinCode',
  'db-pw',
  'salt',
  'wallet.seed',
  'otp',
  'TLSCert',
  'private',
]

test.each(secretNames)('what stands under the name %s is secret, however deep', (name) => {
  const shapes = [CANARY, [CANARY], { x: CANARY }, [{ x: [CANARY] }], 1234567]
  for (const secret of shapes) {
    const shown = JSON.stringify(maskSecrets({ a: [{ [name]: secret }] }))
    expect(shown).toContain(MASK)
    expect(shown).not.toMatch(/cnry|1234567/)
  }
})

test.each([
  'xoxb-1-2',
  'ghp_x',
  'gho_x',
  'github_pat_x',
  'glpat-x',
  'sk-proj-x',
  'pk_live_x',
  'AKIAX',
  'eyJhbGciOiJub25lIn0.e30.',
  'AGE-SECRET-KEY-1QQ',
  '-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----',
  'Authorization is Bearer ghp_x',
  'slack:xoxb-1-2',
  '9f86d081884c7d659a2f',
  'T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX', // as Slack's documentation writes the path of a webhook
  '/services/T00000000/B00000000/abcdefghijklmnopqrst1',
  'as of https://example.com it is 9f86d081884c7d659a2f',
])('what looks like a token is secret, whatever it is called: %s', (text) => {
  expect(maskSecrets({ slack: text, list: [text] })).toEqual({ slack: MASK, list: [MASK] })
})

test.each([
  '0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b',
  '2025-07-09T12:00:00.000+02:00',
  '/var/lib/vektor/backups-2025/latest',
  'adapters/2025/templates-1.json',
  'C:\\Users\\ana\\vektor-2025',
  'ana.garcia.lopez99@example.com',
  'db-1.internal.example.com:5432',
  '2001:db8:85a3:0000:0000:8a2e:0370:7334',
  '12345678901234567890',
  'averylongwordwithoutanydigitinit',
  `\${MCP_SEARCH_TOKEN_NUMBER_2}`,
  'sk-SK',
  'the disk-usage of Eyjafjallajökull, in 2025',
])('what only looks long is shown: %s', (text) => {
  expect(maskSecrets({ target: text })).toEqual({ target: text })
})

test.each(['path', 'ping', 'spin', 'pattern', 'result', 'opinion', 'concert', 'salted', 'topic'])(
  'the name %s is none of a secret, though a secret is called like a part of it',
  (name) => {
    expect(maskSecrets({ [name]: 'plain' })).toEqual({ [name]: 'plain' })
  },
)

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

test('a text of 100,000 characters is masked in no time', () => {
  const hostile = [
    'a',
    'a.',
    'a:',
    'a://',
    'a://@',
    'https://a@',
    '://',
    `\${`,
    'a1',
    '/a1',
    'a1@',
    'a1.',
    'sk-',
    '-',
  ].map((piece) => piece.repeat(100_000 / piece.length))
  for (const one of hostile) {
    const before = performance.now()
    maskSecrets({ one })
    maskQuery(one)
    expect(performance.now() - before).toBeLessThan(1_000)
  }
})
