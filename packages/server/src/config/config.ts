import { join } from 'node:path'
import { SETTINGS, type Setting } from './env.ts'
import { findNearest } from './nearest.ts'
import type { StorageConfig } from './storage-location.ts'

export type Environment = Readonly<Record<string, string | undefined>>
export type Config = ReturnType<typeof parseConfig>

/** Settings that no server can start with: one sentence for each of them. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

/** Each server would make one of its own, and none would take the tokens of another. */
const SECRET_NEEDED = `${SETTINGS.secret.name} must be set where the database is PostgreSQL, to the same on every server: ${SETTINGS.secret.rule}, for example ${SETTINGS.secret.name}=${SETTINGS.secret.example}.`

const TLS_NEEDS_BOTH = `${SETTINGS.tlsCertFile.name} and ${SETTINGS.tlsKeyFile.name} must be set together, or neither of them.`

const S3_NEEDS_KEY = `${SETTINGS.backupStorage.name} names storage that speaks S3: ${SETTINGS.s3AccessKeyId.name} and ${SETTINGS.s3SecretAccessKey.name} must be set to a key of it.`

/** The one place that reads the environment of the process. */
export function loadConfig(): Config {
  return parseConfig(process.env, process.stdout.isTTY)
}

/** Takes the settings out of `environment`. Throws `ConfigError` with all that is wrong, not only the first. */
export function parseConfig(environment: Environment, isTerminal: boolean) {
  const faults = Object.values(SETTINGS).flatMap((setting) => findFault(setting, environment[setting.name]) ?? [])
  if (faults.length > 0) throw new ConfigError(faults)

  const given = <Value>(setting: Setting<Value>) => {
    const text = environment[setting.name]
    return text === undefined ? undefined : setting.parse(text)
  }
  const required = <Value>(setting: Setting<Value> & { fallback: { value: string } }): Value => {
    const value = given(setting) ?? setting.parse(setting.fallback.value)
    if (value === undefined) throw new TypeError(`${setting.name} has a default that breaks its own rule.`)
    return value
  }

  const dataDir = required(SETTINGS.dataDir)
  const database = required(SETTINGS.database)
  const secret = given(SETTINGS.secret)
  if (database.kind === 'postgresql' && !secret) throw new ConfigError([SECRET_NEEDED])
  const tlsCertFile = given(SETTINGS.tlsCertFile)
  const tlsKeyFile = given(SETTINGS.tlsKeyFile)
  if ((tlsCertFile === undefined) !== (tlsKeyFile === undefined)) throw new ConfigError([TLS_NEEDS_BOTH])
  const readStorage = (): StorageConfig => {
    const location = given(SETTINGS.backupStorage) ?? { kind: 'folder', path: join(dataDir, 'backups') }
    if (location.kind === 'folder') return location
    const accessKeyId = given(SETTINGS.s3AccessKeyId)
    const secretAccessKey = given(SETTINGS.s3SecretAccessKey)
    if (accessKeyId === undefined || !secretAccessKey) throw new ConfigError([S3_NEEDS_KEY])
    return { ...location, accessKeyId, secretAccessKey }
  }
  return {
    dataDir,
    configDir: given(SETTINGS.configDir) ?? join(dataDir, 'config'),
    database,
    databasePool: required(SETTINGS.databasePool),
    databaseTimeoutMs: required(SETTINGS.databaseTimeoutMs),
    databaseCa: given(SETTINGS.databaseCa),
    backupStorage: readStorage(),
    /** Undefined where the data folder has it: see `loadSecret`. */
    secret,
    host: required(SETTINGS.host),
    port: required(SETTINGS.port),
    registration: required(SETTINGS.registration),
    passwordMinLength: required(SETTINGS.passwordMinLength),
    refreshRotation: required(SETTINGS.refreshRotation),
    logFormat: given(SETTINGS.logFormat) ?? (isTerminal ? 'pretty' : 'json'),
    logLevel: required(SETTINGS.logLevel),
    upstreamIdleTimeoutMs: required(SETTINGS.upstreamIdleTimeoutMs),
    titleModel: given(SETTINGS.titleModel),
    bodyLimitBytes: required(SETTINGS.bodyLimitBytes),
    archiveLimitBytes: required(SETTINGS.archiveLimitBytes),
    backupSchedule: required(SETTINGS.backupSchedule),
    backupKeep: required(SETTINGS.backupKeep),
    importLimitBytes: required(SETTINGS.importLimitBytes),
    rateLimit: required(SETTINGS.rateLimit),
    streamLimit: required(SETTINGS.streamLimit),
    corsOrigins: given(SETTINGS.corsOrigins) ?? [],
    trustedProxies: given(SETTINGS.trustedProxies),
    tls:
      tlsCertFile !== undefined && tlsKeyFile !== undefined
        ? { certFile: tlsCertFile, keyFile: tlsKeyFile }
        : undefined,
    metricsToken: given(SETTINGS.metricsToken),
    /** What `${NAME}` in the configuration files is replaced from; the server's own secrets are not to be had there. */
    environment: withoutSecrets(environment),
  }
}

function withoutSecrets(environment: Environment): Environment {
  const secrets: string[] = Object.values(SETTINGS).flatMap((setting: Setting) =>
    setting.isSecret ? setting.name : [],
  )
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !secrets.includes(name)))
}

function findFault({ name, rule, example, parse, isSecret }: Setting, text: string | undefined): string | undefined {
  if (text === undefined || parse(text) !== undefined) return undefined
  const found = isSecret ? '' : `; ${JSON.stringify(text.slice(0, 60))} is not`
  return `${name} must be ${rule}, for example ${name}=${example}${found}.`
}

/** A variable that looks like a setting and is none, and the setting that was probably meant. */
export interface UnknownSetting {
  variable: string
  nearest?: string
}

/** `VEKTOR_URL` and its like are for the command line client, `VEKTOR_TEST_…` for tests: they are fine here. */
const FOR_OTHERS = /^VEKTOR_(URL|PROFILE|TEST_.*)$/

export function findUnknownSettings(environment: Environment): UnknownSetting[] {
  const names: string[] = Object.values(SETTINGS).map((setting) => setting.name)
  return Object.keys(environment)
    .filter((variable) => variable.startsWith('VEKTOR_') && !names.includes(variable) && !FOR_OTHERS.test(variable))
    .map((variable) => {
      const nearest = findNearest(variable, names)
      return { variable, ...(nearest && { nearest }) }
    })
}
