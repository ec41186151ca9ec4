import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'

/** What a file holds, in bytes and in hexadecimal. */
export interface Measured {
  size: number
  sha256: string
}

/** Writes a new file that only its owner may read. Whoever stores it sees to it that it is on the disk. */
export async function writeHashed(
  path: string,
  chunks: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<Measured> {
  await using file = await open(path, 'wx', 0o600)
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of chunks) {
    signal?.throwIfAborted()
    hash.update(chunk)
    size += chunk.length
    await file.writeFile(chunk)
  }
  return { size, sha256: hash.digest('hex') }
}
