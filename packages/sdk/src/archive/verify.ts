import { createTarDecoder } from 'modern-tar'
import { Contents } from './contents.ts'
import { isEncrypted, MAGIC_BYTES, needsKey } from './encryption.ts'
import { damaged, failureOf } from './failure.ts'
import { type Bytes, itemsOf, peek, WatchedSource } from './streams.ts'

/** What an archive says about itself, once all of it was read. */
export interface VerifiedArchive {
  /** The moment that it shows. */
  created_at: string
  /** The program that made it, and its version. */
  created_by: string
  counts: { conversations: number; messages: number }
}

/**
 * Reads an archive to its end, in constant memory, and checks that it is whole: the checksum of gzip, the files and their
 * SHA-256 as the manifest tells them, and how many records there are. Every bit that was changed is noticed, and every byte that is missing.
 *
 * @throws VektorError `archive-invalid`, `archive-too-new`, or `backup-encrypted` for one that has to be decrypted first. What
 * the stream itself throws comes as it is.
 *
 * @example
 * ```ts
 * import { openAsBlob } from 'node:fs'
 * import { verifyArchive } from '@vektor/sdk/archive'
 *
 * const { created_at, counts } = await verifyArchive((await openAsBlob('vektor.tar.gz')).stream())
 * ```
 */
export async function verifyArchive(archive: ReadableStream<Bytes>): Promise<VerifiedArchive> {
  const source = new WatchedSource(archive)
  const leaving = new AbortController()
  const { signal } = leaving
  const contents = new Contents()
  try {
    const compressed = await requireGzip(source.stream)
    const files = compressed
      .pipeThrough(new DecompressionStream('gzip'), { signal })
      .pipeThrough(createTarDecoder({ strict: true }), { signal })
    for await (const { header, body } of itemsOf(files)) await contents.take(header, body)
    const { created_at, created_by, counts } = contents.finish()
    return { created_at, created_by, counts }
  } catch (error) {
    throw failureOf(error, source)
  } finally {
    // Nobody reads what is left of a file that is wrong.
    leaving.abort()
  }
}

async function requireGzip(stream: ReadableStream<Bytes>): Promise<ReadableStream<Bytes>> {
  const { beginning, whole } = await peek(stream, MAGIC_BYTES)
  if (isEncrypted(beginning)) throw needsKey()
  // RFC 1952, section 2.3.1
  if (beginning[0] !== 0x1f || beginning[1] !== 0x8b) throw damaged('it is no gzip file')
  return whole
}
