import { access, constants, statfs } from 'node:fs/promises'

/** Enough for the database to write down what is on its way. */
const MIN_FREE_BYTES = 16 * 1024 ** 2

/** Why the server cannot write to a folder, in words; undefined if it can. */
export async function findDiskFault(folder: string, minFreeBytes = MIN_FREE_BYTES): Promise<string | undefined> {
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    const { bavail, blocks, bsize } = await statfs(folder)
    // File systems without a size, such as some network ones, report no blocks at all.
    const isFull = blocks > 0 && bavail * bsize < minFreeBytes
    return isFull ? 'the disk of the data folder is full' : undefined
  } catch {
    return 'the data folder cannot be written to'
  }
}
