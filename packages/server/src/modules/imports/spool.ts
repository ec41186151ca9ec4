import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../app-error.ts'

/**
 * A folder for files that are too large for the memory, and are needed once. Each loses its name as soon as it is open: no
 * other process can open it, and whatever becomes of this one, the system takes it back.
 */
export class Spool {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Removes what a process left that died between a file's first moment and its second. */
  async sweep(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => [])
    await Promise.all(names.map((name) => rm(join(this.#folder, name), { force: true, recursive: true })))
  }

  /** Takes all of it in. */
  async receive(bytes: AsyncIterable<Uint8Array>): Promise<SpooledFile> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const path = join(this.#folder, randomBytes(12).toString('hex'))
    const handle = await open(path, 'wx+', 0o600)
    try {
      await unlink(path)
      let size = 0
      for await (const chunk of bytes) {
        await write(handle, chunk)
        size += chunk.length
      }
      return new SpooledFile(handle, size)
    } catch (error) {
      await handle.close()
      throw isFull(error) ? noRoom(error) : error
    }
  }
}

/** A file without a name, until it is disposed. */
export class SpooledFile implements AsyncDisposable {
  readonly size: number
  readonly #handle: FileHandle

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle
    this.size = size
  }

  get descriptor(): number {
    return this.#handle.fd
  }

  async beginning(length: number): Promise<Buffer> {
    const { buffer, bytesRead } = await this.#handle.read(Buffer.alloc(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  }

  read(): AsyncIterable<Uint8Array> {
    return this.#handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 256 * 1024 })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }
}

async function write(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, written)
    written += bytesWritten
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT'].includes(String(error.code))
}

function noRoom(cause: unknown): AppError {
  const detail = 'The server has no room for this file right now: ask its administrator.'
  return new AppError('busy', detail, { cause, retryAfterSeconds: 60 })
}
