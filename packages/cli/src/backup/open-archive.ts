import { type Bytes, toStream } from '../transfer/to-stream.ts'
import { openUpload } from '../transfer/upload.ts'
import { hasKeys, type KeyFlags, readKeys } from './keys.ts'

export interface ReadOptions {
  signal: AbortSignal
  /** How much of it was read, from 0 to 1; undefined where nobody knows how much there is. */
  onProgress(fraction: number | undefined): void
}

/** A file, or standard input for `-`, as it is. */
export async function openArchive(path: string, options: ReadOptions): Promise<ReadableStream<Bytes>> {
  const file = await openUpload(path, process.stdin)
  const isFile = file instanceof Blob
  return toStream(watch(isFile ? file.stream() : file, isFile ? file.size : undefined, options))
}

async function* watch(
  pieces: ReadableStream<Bytes>,
  size: number | undefined,
  { signal, onProgress }: ReadOptions,
): AsyncGenerator<Bytes, void> {
  let bytes = 0
  for await (const piece of pieces) {
    signal.throwIfAborted()
    bytes += piece.length
    onProgress(size && bytes / size)
    yield piece
  }
}

/** An archive that can be read: decrypted, if it was encrypted. */
export async function decrypted(archive: ReadableStream<Bytes>, flags: KeyFlags): Promise<ReadableStream<Bytes>> {
  const { decryptArchive } = await import('@vektor/sdk/archive')
  return decryptArchive(archive, hasKeys(flags) ? await readKeys(flags) : {})
}
