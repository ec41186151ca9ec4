import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedServer, startEmbeddedPostgres } from '../../test/support/embedded-postgres.ts'
import { databaseLocation } from '../config/database-location.ts'
import { openPostgres } from './postgres.ts'

const FIXTURES = new URL('../../test/support/tls/', import.meta.url)
const OWN = readFile(new URL('first-cert.pem', FIXTURES), 'utf8')
const SOMEBODY_ELSES = readFile(new URL('renewed-cert.pem', FIXTURES), 'utf8')

let postgres: EmbeddedServer
beforeAll(async () => {
  const files = { certFile: new URL('first-cert.pem', FIXTURES), keyFile: new URL('first-key.pem', FIXTURES) }
  postgres = await startEmbeddedPostgres({ tls: files })
})
afterAll(() => postgres[Symbol.asyncDispose]())

/** Whether the connection is encrypted; rejects if there is none. */
async function isEncrypted(mode: string | undefined, certificateAuthority?: string): Promise<boolean> {
  const location = databaseLocation(mode === undefined ? postgres.url : `${postgres.url}?sslmode=${mode}`)
  if (location?.kind !== 'postgresql') throw new TypeError('This is no address of a PostgreSQL.')
  await using database = openPostgres({ location, poolSize: 3, statementTimeoutMs: 5_000, certificateAuthority })
  const own = database.read('pg_stat_ssl').whereRaw('pid = pg_backend_pid()')
  const row: { ssl: number } = await database.guard(async () => own.first('ssl'))
  return row.ssl === 1
}

test('a connection is encrypted when the URL says so, or a certificate authority is given', async () => {
  expect(await isEncrypted(undefined)).toBe(false)
  expect(await isEncrypted('disable', await OWN)).toBe(false)
  expect(await isEncrypted('require')).toBe(true)
  expect(await isEncrypted(undefined, await OWN)).toBe(true)
})

test.each(['require', 'verify-ca', 'verify-full', undefined])('%s talks to nobody else', async (mode) => {
  expect(await isEncrypted(mode, await OWN)).toBe(true)
  await expect(isEncrypted(mode, await SOMEBODY_ELSES)).rejects.toMatchObject({ code: 'database-unavailable' })
})

test.each(['verify-ca', 'verify-full'])(
  '%s without a certificate authority takes those that Node.js knows',
  async (mode) => {
    await expect(isEncrypted(mode)).rejects.toMatchObject({ code: 'database-unavailable' })
  },
)
