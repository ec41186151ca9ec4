import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ConfigError, type Environment, findUnknownSettings, parseConfig } from './config.ts'
import { SETTINGS, type Setting } from './env.ts'

const settings: Setting[] = Object.values(SETTINGS)

function faultsOf(environment: Environment): readonly string[] {
  try {
    parseConfig(environment, false)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

const SECRET = 'canary-'.repeat(10)

const TLS = { VEKTOR_TLS_CERT: 'cert.pem', VEKTOR_TLS_KEY: 'key.pem' }

const S3_KEY = { VEKTOR_S3_ACCESS_KEY_ID: 'id', VEKTOR_S3_SECRET_ACCESS_KEY: 'canary-key' }

const BAD_POSTGRES = [
  'postgres:vektor',
  'postgres://localhost',
  'postgres://localhost/',
  'postgres:///vektor',
  'postgres://localhost/a/b',
  'postgres://u:%zz@localhost/vektor',
  'postgres://localhost:99999/vektor',
  'postgres://localhost/vektor?sslmode=prefer',
  'postgres://localhost/vektor?ssl=true',
  'postgres://localhost/vektor?host=relative',
  'postgres://localhost/vektor#x',
  'mysql://localhost/vektor',
]

const bad: Record<keyof typeof SETTINGS, readonly string[]> = {
  dataDir: ['', '  ', '~/data'],
  configDir: ['', '~'],
  host: ['', 'http://localhost', '[::1]', '1.2.3', '256.1.1.1', 'a..b', 'a b', 'ex_ample', `${'a'.repeat(64)}.org`],
  port: ['', '-1', '65536', '80a', '8000.5', '0x50', ' 80', '1e3', '٣'],
  database: ['', 'sqlite:', 'sqlite:/etc/x', 'sqlite:../x', 'sqlite:.x', 'vektor.db', ...BAD_POSTGRES],
  databasePool: ['', '1', '201', 'all'],
  databaseTimeoutMs: ['', '0', '3601', '1m'],
  databaseCa: ['', '~/ca.pem'],
  backupStorage: [
    '',
    '~/backups',
    's3:',
    's3:bucket',
    's3://',
    's3://bucket',
    's3://bucket?region=',
    's3://bucket?region=a.b',
    's3://Bucket?region=eu-west-1',
    's3://b?region=eu-west-1',
    's3://bucket//prefix?region=eu-west-1',
    's3://bucket/a b?region=eu-west-1',
    's3://id:canary@bucket?region=eu-west-1',
    's3://bucket?region=eu-west-1&endpoint=minio:9000',
    's3://bucket?region=eu-west-1&endpoint=https://id:canary@minio',
    's3://bucket?region=eu-west-1&key=canary',
    'S3://bucket?region=eu-west-1',
    'https://bucket.s3.amazonaws.com',
  ],
  s3AccessKeyId: ['', 'with space', 'ñ', 'x'.repeat(129)],
  s3SecretAccessKey: ['', 'short', 'with a space in it'],
  secret: ['', 'short', 'a'.repeat(31)],
  registration: ['', 'yes', 'OPEN', 'toString'],
  passwordMinLength: ['', '7', '129', '8.5'],
  refreshRotation: ['', 'true', '1'],
  logFormat: ['', 'text'],
  logLevel: ['', 'silent', 'INFO', '30'],
  titleModel: ['', 'x'.repeat(101)],
  upstreamIdleTimeoutMs: ['', '0', '3601', '1m', '-5', 'Infinity'],
  corsOrigins: [
    '',
    '*',
    'https://a.example,*',
    'https://a.example/',
    'HTTPS://a.example',
    'a.example',
    'null',
    'https://*.a.example',
    'ftp://a.example',
  ],
  trustedProxies: ['', '0', '11', 'true', '*', '0.0.0.0/0', '::/0', '10.0.0.0/33', 'proxy.example'],
  tlsCertFile: ['', '~/cert.pem'],
  tlsKeyFile: ['', '~/key.pem'],
  metricsToken: ['', 'short', 'with a space in the middle', 'a'.repeat(15)],
  bodyLimitBytes: ['', '0', '1023b', '101mb', '1gb', '1 mb', '1mbx', '1.5mb'],
  archiveLimitBytes: ['', '0', '1023kb', '65gb'],
  backupSchedule: ['', 'daily', '* * * * *', '0 3 * * * *'],
  backupKeep: ['', '0', '1001', 'all'],
  importLimitBytes: ['', '0', '1023kb', '65gb', '1tb', '1 gb', '1.5gb'],
  rateLimit: ['', '59', 'off', '1e3', '100000001'],
  streamLimit: ['', '0', '20001', 'all'],
}

describe('a bad value', () => {
  const cases = Object.entries(SETTINGS).flatMap(([key, setting]) =>
    Object.entries(bad).flatMap(([badKey, values]) =>
      badKey === key ? values.map((text) => ({ setting, text })) : [],
    ),
  )

  test.each(cases)('$setting.name=$text is refused by name, rule and example', ({ setting, text }) => {
    const faults = faultsOf({ [setting.name]: text })
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(new RegExp(`^${setting.name} must be [^\n]*\\.$`))
    expect(faults[0]).toContain(setting.rule)
    expect(faults[0]).toContain(setting.example)
  })

  test('does not hide another one', () => {
    expect(faultsOf({ VEKTOR_PORT: 'x', VEKTOR_HOST: '', VEKTOR_LOG_LEVEL: 'loud' })).toHaveLength(3)
  })

  test('is repeated, on one line, unless it may be secret', () => {
    expect(faultsOf({ VEKTOR_PORT: '80\na' })[0]).toContain('"80\\na" is not')
    expect(faultsOf({ VEKTOR_BACKUP_STORAGE: 's3://id:canary@bucket?region=a' })[0]).not.toContain('canary')
    expect(faultsOf({ VEKTOR_SECRET: 'canary-too-short' })[0]).not.toContain('canary')
    expect(faultsOf({ VEKTOR_DATABASE_URL: 'postgres://u:canary@h/d?ssl=1' })[0]).not.toContain('canary')
  })
})

test.each(settings)('the example and the default of $name obey its rule', ({ name, example, fallback }) => {
  const isShellCommand = example.startsWith('"$(')
  const others = { VEKTOR_SECRET: SECRET, ...S3_KEY, ...(name.startsWith('VEKTOR_TLS_') && TLS) }
  if (!isShellCommand) expect(faultsOf({ ...others, [name]: example })).toEqual([])
  if ('value' in fallback) expect(faultsOf({ [name]: fallback.value })).toEqual([])
})

test('whatever the environment holds, it is a config or a refusal with one line per bad value', () => {
  const names = settings.map(({ name }) => name)
  const environment = fc.dictionary(fc.constantFrom(...names), fc.string({ unit: 'binary', maxLength: 200 }))
  fc.assert(
    fc.property(environment, (values) => {
      const faults = faultsOf(values)
      expect(faults.length).toBeLessThanOrEqual(Object.keys(values).length)
      for (const fault of faults) expect(fault).not.toContain('\n')
    }),
  )
})

test('a host name of 100,000 characters is refused at once', () => {
  const started = performance.now()
  expect(
    faultsOf({ VEKTOR_HOST: 'a'.repeat(100_000), VEKTOR_DATABASE_URL: `sqlite:${'.'.repeat(100_000)}` }),
  ).toHaveLength(2)
  expect(performance.now() - started).toBeLessThan(1_000)
})

test('without any setting the server keeps to this machine and its own folder', () => {
  const dataDir = resolve('vektor-data')
  expect(parseConfig({}, true)).toMatchObject({
    dataDir,
    configDir: join(dataDir, 'config'),
    database: { kind: 'sqlite', fileName: 'vektor.db' },
    host: '127.0.0.1',
    port: 8000,
    registration: 'open',
    refreshRotation: 'on',
    passwordMinLength: 8,
    upstreamIdleTimeoutMs: 60_000,
    logFormat: 'pretty',
    logLevel: 'info',
  })
})

test('logs are JSON where nobody reads along, unless asked otherwise', () => {
  expect(parseConfig({}, false).logFormat).toBe('json')
  expect(parseConfig({ VEKTOR_LOG_FORMAT: 'pretty' }, false).logFormat).toBe('pretty')
})

test('values are taken in the units that their rules name', () => {
  const config = parseConfig(
    { VEKTOR_UPSTREAM_IDLE_TIMEOUT: '1.5', VEKTOR_BODY_LIMIT: '2MB', VEKTOR_HOST: '::1' },
    false,
  )
  expect(config).toMatchObject({ upstreamIdleTimeoutMs: 1500, bodyLimitBytes: 2 * 1024 ** 2, host: '::1' })
})

test('the secrets are nowhere in a printed config, nor to be had by configuration files', () => {
  const url = 'postgres://vektor:canary-%C3%B1@localhost/vektor'
  const s3 = { VEKTOR_BACKUP_STORAGE: 's3://bucket?region=eu-west-1', ...S3_KEY }
  const config = parseConfig({ VEKTOR_SECRET: SECRET, VEKTOR_DATABASE_URL: url, OPENAI_API_KEY: 'sk', ...s3 }, false)
  expect(config.secret?.reveal()).toBe(SECRET)
  expect(config.database.kind === 'postgresql' && config.database.password?.reveal()).toBe('canary-ñ')
  expect(JSON.stringify(config)).not.toContain('canary')
  expect(config.environment).toEqual({ OPENAI_API_KEY: 'sk', VEKTOR_S3_ACCESS_KEY_ID: 'id' })
})

test.each([
  ['postgres://h/d', { host: 'h', port: 5432, databaseName: 'd', user: undefined, tls: undefined }],
  ['postgresql://u@[::1]:6432/d%20b?sslmode=verify-ca', { host: '::1', port: 6432, databaseName: 'd b', user: 'u' }],
  ['postgres:///d?host=/var/run/postgresql', { host: '/var/run/postgresql', databaseName: 'd' }],
  ['postgres://h/d?sslmode=require', { tls: 'require' }],
])('%s is PostgreSQL', (url, database) => {
  const config = parseConfig({ VEKTOR_SECRET: SECRET, VEKTOR_DATABASE_URL: url }, false)
  expect(config.database).toMatchObject({ kind: 'postgresql', ...database })
})

test('with PostgreSQL, the secret must be set', () => {
  expect(faultsOf({ VEKTOR_DATABASE_URL: 'postgres://h/d' })).toEqual([
    expect.stringMatching(/^VEKTOR_SECRET must be set [^\n]+ at least 32 bytes [^\n]+\.$/),
  ])
})

describe('a VEKTOR_ variable that is no setting', () => {
  test('is told with the setting that was probably meant', () => {
    expect(findUnknownSettings({ VEKTOR_PROT: '1', VEKTOR_DATADIR: 'x', VEKTOR_SOMETHING_ELSE_ENTIRELY: '' })).toEqual([
      { variable: 'VEKTOR_PROT', nearest: 'VEKTOR_PORT' },
      { variable: 'VEKTOR_DATADIR', nearest: 'VEKTOR_DATA_DIR' },
      { variable: 'VEKTOR_SOMETHING_ELSE_ENTIRELY' },
    ])
  })

  test('is fine if it is for the client, for tests, or not ours', () => {
    expect(findUnknownSettings({ VEKTOR_URL: '', VEKTOR_TEST_PG_URL: '', VEKTOR_PORT: '', PATH: '' })).toEqual([])
  })
})

test('a certificate without its key is refused, and so is a key alone', () => {
  for (const name of ['VEKTOR_TLS_CERT', 'VEKTOR_TLS_KEY']) {
    expect(faultsOf({ [name]: 'file.pem' })).toEqual([expect.stringContaining('must be set together')])
  }
  expect(parseConfig(TLS, false).tls).toEqual({ certFile: resolve('cert.pem'), keyFile: resolve('key.pem') })
})

test('backups are kept in the data folder, in another one, or in a bucket', () => {
  const parse = (text?: string) => parseConfig({ VEKTOR_BACKUP_STORAGE: text, ...S3_KEY }, false).backupStorage
  expect(parse()).toEqual({ kind: 'folder', path: resolve('vektor-data/backups') })
  expect(parse('/mnt/backups')).toEqual({ kind: 'folder', path: '/mnt/backups' })
  const amazon = {
    kind: 's3',
    endpoint: 'https://s3.eu-west-1.amazonaws.com',
    region: 'eu-west-1',
    bucket: 'my-bucket',
  }
  expect(parse('s3://my-bucket?region=eu-west-1')).toMatchObject({ ...amazon, prefix: '' })
  expect(parse('s3://my-bucket/a/b/?region=eu-west-1')).toMatchObject({ ...amazon, prefix: 'a/b' })
  expect(parse('s3://my-bucket?region=garage&endpoint=http://localhost:3900/')).toMatchObject({
    endpoint: 'http://localhost:3900',
    region: 'garage',
    accessKeyId: 'id',
  })
})

test('a bucket without its key is refused', () => {
  for (const name of Object.keys(S3_KEY)) {
    const faults = faultsOf({ VEKTOR_BACKUP_STORAGE: 's3://bucket?region=eu-west-1', ...S3_KEY, [name]: undefined })
    expect(faults).toEqual([expect.stringMatching(/^VEKTOR_BACKUP_STORAGE [^\n]+ must be set to a key of it\.$/)])
  }
})

test('proxies are addresses and networks, or a number of them', () => {
  const parse = (text: string) => parseConfig({ VEKTOR_TRUST_PROXY: text }, false).trustedProxies
  expect(parse('2')).toBe(2)
  expect(parse('loopback, 10.0.0.0/8,2001:db8::1')).toEqual(['loopback', '10.0.0.0/8', '2001:db8::1'])
})
