import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import type { Log } from './log.ts'

export interface TlsFiles {
  certFile: string
  keyFile: string
}

export interface TlsPair {
  cert: Buffer
  key: Buffer
}

/** The server cannot serve HTTPS with these files: one sentence says why. */
export class TlsFileError extends Error {
  override name = 'TlsFileError'
}

/** Reads a certificate and its key. Throws `TlsFileError` unless they are that, and belong together. */
export async function readTlsPair({ certFile, keyFile }: TlsFiles): Promise<TlsPair> {
  const pair = { cert: await read(certFile, 'VEKTOR_TLS_CERT'), key: await read(keyFile, 'VEKTOR_TLS_KEY') }
  try {
    createSecureContext(pair)
    return pair
  } catch (cause) {
    const detail = `${certFile} and ${keyFile} are no certificate and the key that belongs to it (PEM, without a passphrase)`
    throw new TlsFileError(`${detail}: set VEKTOR_TLS_CERT and VEKTOR_TLS_KEY to those that are.`, { cause })
  }
}

async function read(file: string, variable: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : cause
    throw new TlsFileError(`${file} cannot be read (${code}): set ${variable} to a file that can.`, { cause })
  }
}

/** Certificates are renewed every few weeks, by programs that replace files or links to them: no event tells all of those. */
const CHECK_EVERY_MS = 10_000

export interface TlsRenewal {
  files: TlsFiles
  /** What is in use now. */
  pair: TlsPair
  use(pair: TlsPair): void
  log: Log
}

/** Takes a new pair into use once both files have changed and fit; until then the last good one stays. */
export function renewTlsPair(renewal: TlsRenewal, checkEveryMs = CHECK_EVERY_MS): Disposable {
  const check = tlsCheck(renewal)
  const timer = setInterval(() => void check(), checkEveryMs)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

/** One look at the files. Of two files one is always replaced first: what does not fit is reported at the second look. */
export function tlsCheck({ files, pair, use, log }: TlsRenewal): () => Promise<void> {
  let current = pair
  let failures = 0
  return async () => {
    try {
      const found = await readTlsPair(files)
      failures = 0
      if (found.cert.equals(current.cert) && found.key.equals(current.key)) return
      current = found
      use(found)
      log.info({ certFile: files.certFile }, 'certificate-renewed')
    } catch (err) {
      failures += 1
      if (failures === 2) log.error({ err }, 'certificate-refused')
    }
  }
}
