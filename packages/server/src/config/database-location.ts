import { isAbsolute } from 'node:path'
import { Secret } from '../secret.ts'

export interface SqliteLocation {
  kind: 'sqlite'
  /** The name of a file in the data folder, so that whoever locks the folder has the database too. */
  fileName: string
}

/** How much of the connection is protected: what PostgreSQL's own `sslmode` of that name does. */
export type TlsMode = 'disable' | 'require' | 'verify-ca' | 'verify-full'

export interface PostgresLocation {
  kind: 'postgresql'
  /** A host name, an address, or the folder of a Unix socket. */
  host: string
  port: number
  user: string | undefined
  password: Secret | undefined
  databaseName: string
  /** Undefined where the URL says nothing. */
  tls: TlsMode | undefined
}

export type DatabaseLocation = SqliteLocation | PostgresLocation

export const DATABASE_RULE =
  '`sqlite:` and the name of a file in the data folder, or `postgres://USER:PASSWORD@HOST:PORT/NAME`, maybe with `?sslmode=` and `disable`, `require`, `verify-ca` or `verify-full`'

const TLS_MODES: readonly TlsMode[] = ['disable', 'require', 'verify-ca', 'verify-full']

export function databaseLocation(text: string): DatabaseLocation | undefined {
  return sqliteLocation(text) ?? postgresLocation(text)
}

function sqliteLocation(text: string): SqliteLocation | undefined {
  const fileName = /^sqlite:(?<file>[\w-][\w.-]*)$/.exec(text)?.groups?.file
  return fileName === undefined ? undefined : { kind: 'sqlite', fileName }
}

/** Whatever is not understood is refused: an option that had no effect could be the one that protects the password. */
function postgresLocation(text: string): PostgresLocation | undefined {
  const url = /^postgres(ql)?:\/\//.test(text) ? URL.parse(text) : null
  const parts = url && decode([url.hostname, url.username, url.password, url.pathname.slice(1)])
  if (!url || !parts || url.hash !== '') return undefined
  const { host: socket, sslmode, ...unknown } = Object.fromEntries(url.searchParams)
  const [hostname = '', user, password, databaseName = ''] = parts
  const host = socket ?? hostname.replace(/^\[(.*)\]$/, '$1')
  const tls = TLS_MODES.find((mode) => mode === sslmode)
  const isSound =
    Object.keys(unknown).length === 0 &&
    host !== '' &&
    (socket === undefined || (isAbsolute(socket) && hostname === '')) &&
    /^[^/\0]+$/.test(databaseName) &&
    (sslmode === undefined || tls !== undefined)
  if (!isSound) return undefined
  return {
    kind: 'postgresql',
    host,
    port: url.port === '' ? 5432 : Number(url.port),
    user: user || undefined,
    password: password ? new Secret(password) : undefined,
    databaseName,
    tls,
  }
}

function decode(parts: readonly string[]): string[] | undefined {
  try {
    return parts.map(decodeURIComponent)
  } catch {
    return undefined
  }
}
