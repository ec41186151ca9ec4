import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from './app-error.ts'

/** What is older was left by a server that is no more: nothing takes so long. */
const OLDEST_MS = 24 * 3_600_000

/** A place for files that are too large for the memory, and are needed once. */
export class Spool {
  readonly #path: string

  private constructor(path: string) {
    this.#path = path
  }

  /** `isOurs`: no other server uses the folder, so whatever lies there is of one that was killed. */
  static async open(path: string, { isOurs }: { isOurs: boolean }): Promise<Spool> {
    await mkdir(path, { recursive: true, mode: 0o700 })
    for (const name of await readdir(path)) {
      const entry = join(path, name)
      // Another server may be clearing up, too.
      const found = await stat(entry).catch(() => undefined)
      if (found && (isOurs || found.mtimeMs < Date.now() - OLDEST_MS)) await rm(entry, { recursive: true, force: true })
    }
    return new Spool(path)
  }

  /** An empty folder, which goes with all that is in it. */
  async makeFolder(): Promise<SpoolFolder> {
    const path = this.#newPath()
    await mkdir(path, { recursive: true, mode: 0o700 })
    return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
  }

  /**
   * Takes all of it in. The file loses its name as soon as it is open: no other process can open it, and whatever becomes of
   * this one, the system takes it back.
   */
  async receive(bytes: AsyncIterable<Uint8Array>): Promise<SpooledFile> {
    await mkdir(this.#path, { recursive: true, mode: 0o700 })
    const path = this.#newPath()
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

  #newPath(): string {
    return join(this.#path, randomBytes(12).toString('hex'))
  }
}

export interface SpoolFolder extends AsyncDisposable {
  path: string
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
