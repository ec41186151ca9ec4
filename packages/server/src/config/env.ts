import { isSchedule, SCHEDULE_RULE } from '../schedule.ts'
import { DATABASE_RULE, databaseLocation } from './database-location.ts'
import { origins, trustedProxies } from './network.ts'
import { STORAGE_RULE, storageLocation } from './storage-location.ts'
import {
  accessKeyId,
  folder,
  host,
  MIN_SECRET_BYTES,
  modelName,
  oneOf,
  type Parse,
  seconds,
  secret,
  size,
  token,
  wholeNumber,
} from './values.ts'

/** One setting, as people meet it: in `--help`, in the README, and in the sentence that refuses a bad value. */
export interface Setting<Value = unknown> {
  name: `VEKTOR_${string}`
  /** What it is for, one sentence. */
  purpose: string
  /** Continues "NAME must be …". */
  rule: string
  example: string
  /** What holds without it: a value that `parse` takes, or, where it depends on something else, words. */
  fallback: { value: string } | { words: string }
  parse: Parse<Value>
  /** Never repeated, not even to say that it is wrong. */
  isSecret?: true
}

/** Every setting there is. */
export const SETTINGS = {
  dataDir: {
    name: 'VEKTOR_DATA_DIR',
    purpose: 'The folder that everything is kept in.',
    rule: 'the path of a folder (a `~` is not replaced)',
    example: '/var/lib/vektor',
    fallback: { value: './vektor-data' },
    parse: folder,
  },
  configDir: {
    name: 'VEKTOR_CONFIG_DIR',
    purpose: 'The folder of the configuration files, such as those of the models.',
    rule: 'the path of a folder (a `~` is not replaced)',
    example: '/etc/vektor',
    fallback: { words: '`config` in the data folder' },
    parse: folder,
  },
  host: {
    name: 'VEKTOR_HOST',
    purpose: 'The address to listen on: `127.0.0.1` for this machine alone, `0.0.0.0` for everybody who reaches it.',
    rule: 'an IP address or a host name',
    example: '0.0.0.0',
    fallback: { value: '127.0.0.1' },
    parse: host,
  },
  port: {
    name: 'VEKTOR_PORT',
    purpose: 'The port to listen on.',
    rule: 'a whole number from 0 to 65535 (0 takes any free port)',
    example: '8080',
    fallback: { value: '8000' },
    parse: wholeNumber(0, 65_535),
  },
  database: {
    name: 'VEKTOR_DATABASE_URL',
    purpose: 'The database: a file for one server, PostgreSQL for any number of them.',
    rule: DATABASE_RULE,
    example: 'postgres://vektor@db.example.org/vektor?sslmode=verify-full',
    fallback: { value: 'sqlite:vektor.db' },
    parse: databaseLocation,
    isSecret: true,
  },
  databasePool: {
    name: 'VEKTOR_DATABASE_POOL',
    purpose:
      'The most connections that this server holds to PostgreSQL, besides one that hears of the other servers and two that read backups; about half of them may write.',
    rule: 'a whole number from 3 to 200',
    example: '40',
    fallback: { value: '20' },
    parse: wholeNumber(3, 200),
  },
  databaseTimeoutMs: {
    name: 'VEKTOR_DATABASE_TIMEOUT',
    purpose: 'How many seconds a statement may take in PostgreSQL.',
    rule: 'a number of seconds from 1 to 3600',
    example: '60',
    fallback: { value: '30' },
    parse: seconds(1, 3600),
  },
  databaseCa: {
    name: 'VEKTOR_DATABASE_CA',
    purpose: 'The file of the certificate authority of PostgreSQL; with it the connection is encrypted and verified.',
    rule: 'the path of a PEM file (a `~` is not replaced)',
    example: '/etc/vektor/database-ca.pem',
    fallback: { words: 'what Node.js trusts, if the URL asks for TLS' },
    parse: folder,
  },
  backupStorage: {
    name: 'VEKTOR_BACKUP_STORAGE',
    purpose: 'Where backups are kept: a folder, or storage that speaks S3, for any number of servers.',
    rule: STORAGE_RULE,
    example: 's3://my-backups/vektor?region=eu-west-1',
    fallback: { words: '`backups` in the data folder' },
    parse: storageLocation,
    isSecret: true,
  },
  s3AccessKeyId: {
    name: 'VEKTOR_S3_ACCESS_KEY_ID',
    purpose: 'The name of the key to the storage of `VEKTOR_BACKUP_STORAGE`.',
    rule: 'up to 128 printable ASCII characters, without spaces',
    example: 'AKIAIOSFODNN7EXAMPLE',
    fallback: { words: 'none; with `s3://` it must be set' },
    parse: accessKeyId,
  },
  s3SecretAccessKey: {
    name: 'VEKTOR_S3_SECRET_ACCESS_KEY',
    purpose: 'The key itself.',
    rule: 'at least 8 printable ASCII characters, without spaces',
    example: '"$(cat /run/secrets/s3-key)"',
    fallback: { words: 'none; with `s3://` it must be set' },
    parse: token(8),
    isSecret: true,
  },
  secret: {
    name: 'VEKTOR_SECRET',
    purpose: 'The secret that tokens are signed with; a new one signs everybody out.',
    rule: `at least ${MIN_SECRET_BYTES} bytes that nobody can guess`,
    example: '"$(openssl rand -base64 48)"',
    fallback: { words: '`secret` in the data folder, made once; with PostgreSQL it must be set' },
    parse: secret,
    isSecret: true,
  },
  registration: {
    name: 'VEKTOR_REGISTRATION',
    purpose: 'Whether people may make accounts themselves; the first account is the administrator.',
    rule: '`open` or `closed`',
    example: 'closed',
    fallback: { value: 'open' },
    parse: oneOf('open', 'closed'),
  },
  passwordMinLength: {
    name: 'VEKTOR_PASSWORD_MIN_LENGTH',
    purpose: 'The fewest characters that a new password may have.',
    rule: 'a whole number from 8 to 128',
    example: '12',
    fallback: { value: '8' },
    parse: wholeNumber(8, 128),
  },
  refreshRotation: {
    name: 'VEKTOR_REFRESH_ROTATION',
    purpose: 'Whether every refresh gives a new refresh token; `off` serves clients that keep their first one.',
    rule: '`on` or `off`',
    example: 'off',
    fallback: { value: 'on' },
    parse: oneOf('on', 'off'),
  },
  logFormat: {
    name: 'VEKTOR_LOG_FORMAT',
    purpose: 'How logs look: for reading, or one JSON object a line.',
    rule: '`pretty` or `json`',
    example: 'json',
    fallback: { words: '`pretty` in a terminal, else `json`' },
    parse: oneOf('pretty', 'json'),
  },
  logLevel: {
    name: 'VEKTOR_LOG_LEVEL',
    purpose: 'The least important event that is logged.',
    rule: '`trace`, `debug`, `info`, `warn`, `error` or `fatal`',
    example: 'debug',
    fallback: { value: 'info' },
    parse: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal'),
  },
  upstreamIdleTimeoutMs: {
    name: 'VEKTOR_UPSTREAM_IDLE_TIMEOUT',
    purpose: 'How many seconds a model may send nothing before its answer is given up.',
    rule: 'a number of seconds from 0.1 to 3600',
    example: '120',
    fallback: { value: '60' },
    parse: seconds(0.1, 3600),
  },
  titleModel: {
    name: 'VEKTOR_TITLE_MODEL',
    purpose: 'The model that is asked for the title of a new conversation, once its first answer is there.',
    rule: 'the name of a model of this server, up to 100 characters',
    example: 'gpt-4',
    fallback: { words: 'no model is asked: the title is the first line of the question' },
    parse: modelName,
  },
  bodyLimitBytes: {
    name: 'VEKTOR_BODY_LIMIT',
    purpose: 'The largest request body that is read.',
    rule: 'a size from `1kb` to `100mb`',
    example: '4mb',
    fallback: { value: '1mb' },
    parse: size(1024, 100 * 1024 ** 2),
  },
  archiveLimitBytes: {
    name: 'VEKTOR_ARCHIVE_LIMIT',
    purpose: 'The largest backup that is uploaded, and the most that one may hold once it is decompressed.',
    rule: 'a size from `1mb` to `64gb`',
    example: '16gb',
    fallback: { value: '2gb' },
    parse: size(1024 ** 2, 64 * 1024 ** 3),
  },
  backupSchedule: {
    name: 'VEKTOR_BACKUP_SCHEDULE',
    purpose: 'When every account is backed up by itself, unless its owner says otherwise.',
    rule: SCHEDULE_RULE,
    example: '@daily',
    fallback: { value: 'off' },
    parse: (text) => (isSchedule(text) ? text : undefined),
  },
  backupKeep: {
    name: 'VEKTOR_BACKUP_KEEP',
    purpose: 'How many complete backups each account keeps, unless its owner says otherwise; older ones are deleted.',
    rule: 'a whole number from 1 to 1000',
    example: '30',
    fallback: { value: '7' },
    parse: wholeNumber(1, 1_000),
  },
  importLimitBytes: {
    name: 'VEKTOR_IMPORT_LIMIT',
    purpose:
      'The largest file of conversations that is imported, and the most that one may hold once it is decompressed.',
    rule: 'a size from `1mb` to `64gb`',
    example: '4gb',
    fallback: { value: '1gb' },
    parse: size(1024 ** 2, 64 * 1024 ** 3),
  },
  rateLimit: {
    name: 'VEKTOR_RATE_LIMIT',
    purpose: 'How many requests an account may send in a minute; who is not signed in may send a part of that.',
    rule: 'a whole number from 60 to 100000000',
    example: '6000',
    fallback: { value: '1200' },
    parse: wholeNumber(60, 100_000_000),
  },
  streamLimit: {
    name: 'VEKTOR_STREAM_LIMIT',
    purpose: 'How many streams an account may have open at once, on all servers together.',
    rule: 'a whole number from 1 to 20000',
    example: '200',
    fallback: { value: '50' },
    parse: wholeNumber(1, 20_000),
  },
  corsOrigins: {
    name: 'VEKTOR_CORS_ORIGINS',
    purpose: 'The origins of web pages that may use this server from elsewhere, each exactly as a browser sends it.',
    rule: 'origins such as `https://chat.example.org`, with commas between them (never `*`)',
    example: 'https://chat.example.org,http://localhost:5173',
    fallback: { words: 'none' },
    parse: origins,
  },
  trustedProxies: {
    name: 'VEKTOR_TRUST_PROXY',
    purpose:
      'The proxies in front of this server: of others, `X-Forwarded-For` and `X-Forwarded-Proto` count for nothing.',
    rule: 'addresses and networks with commas between them, or how many proxies there are, from 1 to 10',
    example: '127.0.0.1,10.0.0.0/8',
    fallback: { words: 'none' },
    parse: trustedProxies,
  },
  tlsCertFile: {
    name: 'VEKTOR_TLS_CERT',
    purpose: 'The file of the certificate, with its chain, to serve HTTPS directly; it is read again when it changes.',
    rule: 'the path of a PEM file (a `~` is not replaced)',
    example: '/etc/vektor/fullchain.pem',
    fallback: { words: 'HTTP' },
    parse: folder,
  },
  tlsKeyFile: {
    name: 'VEKTOR_TLS_KEY',
    purpose: 'The file of the key that belongs to `VEKTOR_TLS_CERT`.',
    rule: 'the path of a PEM file (a `~` is not replaced)',
    example: '/etc/vektor/privkey.pem',
    fallback: { words: 'HTTP' },
    parse: folder,
  },
  metricsToken: {
    name: 'VEKTOR_METRICS_TOKEN',
    purpose: 'The token that Prometheus sends to read `/metrics` from another machine.',
    rule: 'at least 16 printable ASCII characters, without spaces',
    example: '"$(openssl rand -hex 32)"',
    fallback: { words: '`/metrics` answers this machine alone' },
    parse: token(16),
    isSecret: true,
  },
} satisfies Record<string, Setting>
