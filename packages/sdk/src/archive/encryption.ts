import { Decrypter, Encrypter } from 'age-encryption'
import { VektorError } from '../vektor-error.ts'
import { failureOf } from './failure.ts'
import { type Bytes, itemsOf, owned, peek, streamOf, WatchedSource } from './streams.ts'

/** What an archive may be decrypted with: whichever fits. */
export interface DecryptKeys {
  passphrase?: string | undefined
  /** Identities of age: `AGE-SECRET-KEY-1…`. */
  identities?: readonly string[] | undefined
}

const MAGIC = 'age-encryption.org/'
export const MAGIC_BYTES = MAGIC.length

/** By the first bytes of it. */
export function isEncrypted(beginning: Uint8Array): boolean {
  return new TextDecoder().decode(beginning) === MAGIC
}

/**
 * Encrypts an archive with a passphrase, in the format of age: `age --decrypt` reads it too. The server never sees the
 * passphrase. What the stream throws comes out of the stream that it gives.
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 * import { encryptArchive } from '@vektor/sdk/archive'
 *
 * const { body } = await vektor.backups.download(id)
 * if (body) await writeFile('vektor.tar.gz.age', await encryptArchive(body, { passphrase }))
 * ```
 */
export async function encryptArchive(
  archive: ReadableStream<Bytes>,
  { passphrase }: { passphrase: string },
): Promise<ReadableStream<Bytes>> {
  const encrypter = new Encrypter()
  encrypter.setPassphrase(passphrase)
  const source = new WatchedSource(archive)
  return streamOf(told(await encrypter.encrypt(source.stream), source))
}

/**
 * Decrypts an archive with whichever key fits. One that is not encrypted comes out as it went in.
 *
 * @throws VektorError `backup-encrypted` without any key, `wrong-key` if none fits or one is no key at all, `archive-invalid` if it is
 * damaged: that may come in the midst of what is read, and what came before is not to be trusted until the end
 *
 * @example
 * ```ts
 * import { openAsBlob } from 'node:fs'
 * import { decryptArchive } from '@vektor/sdk/archive'
 *
 * const archive = (await openAsBlob('vektor.tar.gz.age')).stream()
 * await vektor.backups.upload(await decryptArchive(archive, { passphrase }))
 * ```
 */
export async function decryptArchive(
  archive: ReadableStream<Bytes>,
  { passphrase, identities = [] }: DecryptKeys,
): Promise<ReadableStream<Bytes>> {
  const source = new WatchedSource(archive)
  try {
    const { beginning, whole } = await peek(source.stream, MAGIC_BYTES)
    if (!isEncrypted(beginning)) return whole
    if (passphrase === undefined && identities.length === 0) throw needsKey()
    const decrypter = new Decrypter()
    if (passphrase !== undefined) decrypter.addPassphrase(passphrase)
    for (const identity of identities) addIdentity(decrypter, identity)
    return streamOf(told(await decrypter.decrypt(whole), source))
  } catch (error) {
    throw isMismatch(error) ? wrongKey(NO_KEY_FITS, error) : failureOf(error, source)
  }
}

const NO_KEY_FITS = 'The archive was encrypted with another passphrase, or to other keys.'

/** age gives its errors no codes. */
function isMismatch(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('no identity matched')
}

function addIdentity(decrypter: Decrypter, identity: string): void {
  try {
    decrypter.addIdentity(identity)
  } catch (cause) {
    throw wrongKey('One of the identities is none: age-keygen makes AGE-SECRET-KEY-1….', cause)
  }
}

function wrongKey(message: string, cause: unknown): VektorError {
  return new VektorError('wrong-key', message, { cause })
}

export function needsKey(): VektorError {
  return new VektorError(
    'backup-encrypted',
    'The archive is encrypted: it takes the passphrase or an identity to read it.',
  )
}

async function* told(stream: ReadableStream<Uint8Array>, source: WatchedSource): AsyncGenerator<Bytes, void> {
  try {
    for await (const piece of itemsOf(stream)) yield owned(piece)
  } catch (error) {
    throw failureOf(error, source)
  }
}
