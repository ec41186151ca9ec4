import type { Bytes } from '../transfer/to-stream.ts'
import { openUpload } from '../transfer/upload.ts'
import { hasKeys, type KeyFlags, readKeys } from './keys.ts'

/** A file, or standard input for `-`, as it is. */
export async function openArchive(path: string): Promise<ReadableStream<Bytes>> {
  const file = await openUpload(path, process.stdin)
  return file instanceof Blob ? file.stream() : file
}

/** An archive that can be read: decrypted, if it was encrypted. */
export async function decrypted(archive: ReadableStream<Bytes>, flags: KeyFlags): Promise<ReadableStream<Bytes>> {
  const { decryptArchive } = await import('@vektor/sdk/archive')
  return decryptArchive(archive, hasKeys(flags) ? await readKeys(flags) : {})
}
