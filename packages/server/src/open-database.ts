import { access, constants, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from './config/config.ts'
import type { PostgresLocation } from './config/database-location.ts'
import { type Database, openSqlite } from './database/database.ts'
import { lockFolder } from './database/folder-lock.ts'
import { migrate } from './database/migrate.ts'
import { openPostgres } from './database/postgres.ts'
import type { Log } from './log.ts'
import type { Resources } from './resources.ts'

export interface OpenedDatabase {
  database: Database
  /** The migrations that it lacked. */
  ran: string[]
}

/** The file with the certificate authority of the database is none. */
export class CertificateFileError extends Error {
  override name = 'CertificateFileError'
}

/** Makes the data folder, and opens the database with the tables of this version. */
export async function openDatabase(config: Config, log: Log, resources: Resources): Promise<OpenedDatabase> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  await access(config.dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
  const database = resources.add(await open(config, log, resources))
  return { database, ran: await migrate(database) }
}

/** A file in the data folder is this process's own, with the folder; PostgreSQL is anybody's. */
async function open(config: Config, log: Log, resources: Resources): Promise<Database> {
  const { database: location, dataDir } = config
  if (location.kind === 'postgresql') return connect(config, location, log)
  resources.add(await lockFolder(dataDir))
  return openSqlite(join(dataDir, location.fileName))
}

async function connect(config: Config, location: PostgresLocation, log: Log): Promise<Database> {
  return openPostgres({
    location,
    poolSize: config.databasePool,
    statementTimeoutMs: config.databaseTimeoutMs,
    log,
    certificateAuthority: config.databaseCa && (await readCertificates(config.databaseCa)),
  })
}

async function readCertificates(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  throw new CertificateFileError(
    `${file} holds no certificate in PEM that can be read: set VEKTOR_DATABASE_CA to the file of the authority that signed the database's own.`,
  )
}
