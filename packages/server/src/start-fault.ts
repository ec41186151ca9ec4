import { join } from 'node:path'
import { isDatabaseUnavailable } from './app-error.ts'
import type { Config } from './config/config.ts'
import { SecretFileError } from './config/secret-file.ts'
import { FolderInUseError } from './database/folder-lock.ts'
import { OtherSecretError } from './database/secret-fingerprint.ts'
import { CertificateFileError } from './open-database.ts'
import { TlsFileError } from './tls-files.ts'

type Place = Pick<Config, 'database' | 'dataDir' | 'host' | 'port'>

/** These say themselves what to do. */
const SENTENCES = [CertificateFileError, FolderInUseError, OtherSecretError, SecretFileError, TlsFileError]

/** Why the server did not start, as one sentence that says what to do; undefined if it is a mistake of ours. */
export function explainStartFault(error: unknown, place: Place): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (SENTENCES.some((type) => error instanceof type)) return error.message
  return explainNetworkFault(error, place) ?? explainDiskFault(error, place) ?? explainDatabaseFault(error, place)
}
function explainNetworkFault(error: Error, { host, port }: Place): string | undefined {
  if (!('syscall' in error) || (error.syscall !== 'listen' && error.syscall !== 'getaddrinfo')) return undefined
  switch ('code' in error ? error.code : undefined) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use: stop what uses it, or choose another port with VEKTOR_PORT (0 takes any free one).`
    case 'EACCES':
      return `Port ${port} needs more rights than this user has: choose one above 1023 with VEKTOR_PORT.`
    default:
      return `${host} is no address of this machine: set VEKTOR_HOST to 127.0.0.1, to 0.0.0.0 or to one that is.`
  }
}

function explainDiskFault(error: Error, { dataDir }: Place): string | undefined {
  switch ('code' in error ? error.code : undefined) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_READONLY':
      return `The data folder ${dataDir} cannot be written to: give this user the right to, or choose another with VEKTOR_DATA_DIR.`
    case 'EEXIST':
    case 'ENOTDIR':
      return `${dataDir} is no folder: choose another with VEKTOR_DATA_DIR.`
    case 'EDQUOT':
    case 'EFBIG':
    case 'ENOSPC':
      return full(dataDir)
    default:
      return undefined
  }
}

function explainDatabaseFault(error: Error, place: Place): string | undefined {
  const name = nameOf(place)
  if (error.message.startsWith('The migration directory is corrupt')) {
    return `The database ${name} was used by a newer vektor-server: start that version, or bring back a backup from before.`
  }
  const fault = isDatabaseUnavailable(error) ? error.cause : error
  if (!(fault instanceof Error) || fault.name !== 'DatabaseError') return undefined
  if (fault.message.includes('SQLITE_FULL')) return full(place.dataDir)
  const advice =
    place.database.kind === 'sqlite'
      ? 'Check the disk, or bring back a backup.'
      : 'Check that it runs, and that VEKTOR_DATABASE_URL has its address, user, password and sslmode.'
  return `The database ${name} cannot be used: ${fault.message} ${advice}`
}

/** Without the user and the password. */
function nameOf({ database, dataDir }: Place): string {
  if (database.kind === 'sqlite') return join(dataDir, database.fileName)
  return `${database.databaseName} of PostgreSQL at ${database.host}:${database.port}`
}

function full(dataDir: string): string {
  return `The disk of the data folder ${dataDir} is full: make some room.`
}
