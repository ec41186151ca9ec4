import { X509Certificate } from 'node:crypto'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Listening, listen } from './listen.ts'
import { readTlsPair, type TlsFiles, tlsCheck } from './tls-files.ts'

const FIXTURES = new URL('../test/support/tls/', import.meta.url)

let folder: string
let files: TlsFiles
let logs: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vektor-tls-'))
  files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }
  logs = []
  await install('first')
})
afterEach(() => rm(folder, { recursive: true }))

async function install(name: 'first' | 'renewed'): Promise<void> {
  await cp(new URL(`${name}-cert.pem`, FIXTURES), files.certFile)
  await cp(new URL(`${name}-key.pem`, FIXTURES), files.keyFile)
}

function start(): Promise<Listening> {
  const log = pino({}, { write: (line: string) => logs.push(line) })
  const config = { host: '127.0.0.1', port: 0, tls: files }
  return listen((_request, response) => void response.end('secret'), config, { log, tlsCheckEveryMs: 20 })
}

/** Whose certificate the server shows on a new connection. */
function nameShown(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { rejectUnauthorized: false, agent: false }, (response) => {
      const { subject } = (response.socket as TLSSocket).getPeerCertificate()
      response.resume().once('end', () => resolve(String(subject.CN)))
    })
    sent.once('error', reject).end()
  })
}

test('with a certificate and its key the server speaks HTTPS, and says so in its address', async () => {
  await using server = await start()
  expect(server.url).toMatch(/^https:/)
  expect(await nameShown(server.url)).toBe('first')
})

test('a renewed certificate is shown to whoever connects from then on, without a restart', async () => {
  await using server = await start()
  expect(await nameShown(server.url)).toBe('first')
  await install('renewed')
  await vi.waitFor(async () => expect(await nameShown(server.url)).toBe('renewed'), 10_000)
  expect(logs.join()).toContain('certificate-renewed')
})

test('a certificate that cannot be used leaves the last good one in force, and is reported once', async () => {
  await using server = await start()
  await writeFile(files.certFile, 'no certificate')
  await vi.waitFor(() => expect(logs.join()).toContain('certificate-refused'), 10_000)
  expect(await nameShown(server.url)).toBe('first')
  await install('renewed')
  await vi.waitFor(async () => expect(await nameShown(server.url)).toBe('renewed'), 10_000)
  expect(logs.filter((line) => line.includes('certificate-refused'))).toHaveLength(1)
})

test('a certificate whose key is not there yet is no fault, unless the key never comes', async () => {
  const log = pino({}, { write: (line: string) => logs.push(line) })
  const shown: string[] = []
  const use = ({ cert }: { cert: Buffer }) => shown.push(new X509Certificate(cert).subject)
  const check = tlsCheck({ files, pair: await readTlsPair(files), use, log })
  await cp(new URL('renewed-cert.pem', FIXTURES), files.certFile)
  await check()
  expect(logs).toEqual([])
  await install('renewed')
  await check()
  expect(shown).toEqual(['CN=renewed'])
  await cp(new URL('first-cert.pem', FIXTURES), files.certFile)
  for (let looks = 0; looks < 4; looks += 1) await check()
  expect(logs.filter((line) => line.includes('certificate-refused'))).toHaveLength(1)
})

test.each([
  ['is no certificate', () => writeFile(files.certFile, 'x'), 'VEKTOR_TLS_CERT'],
  ['is of another key', () => cp(new URL('renewed-key.pem', FIXTURES), files.keyFile), 'belongs to it'],
  ['is not there', () => rm(files.keyFile), 'VEKTOR_TLS_KEY'],
])('a server does not start with a file that %s, and says which', async (_, spoil, told) => {
  await spoil()
  await expect(readTlsPair(files)).rejects.toThrow(told)
  await expect(start()).rejects.toMatchObject({ name: 'TlsFileError' })
})

test('plain HTTP is not served on the same port', async () => {
  await using server = await start()
  await expect(fetch(server.url.replace('https:', 'http:'))).rejects.toThrow()
})
