import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** So much is written at once. */
const CHUNK_LENGTH = 262_144

/** A file that is written line by line before anybody knows how long it will be, and then read once. */
export class SpoolFile implements AsyncDisposable {
  readonly path: string
  readonly #handle: FileHandle
  readonly #hash = createHash('sha256')
  #text = ''
  /** In bytes, as far as it has been written. */
  size = 0

  private constructor(path: string, handle: FileHandle) {
    this.path = path
    this.#handle = handle
  }

  /** Only its owner may read it. */
  static async create(path: string): Promise<SpoolFile> {
    return new SpoolFile(path, await open(path, 'wx', 0o600))
  }

  async write(text: string): Promise<void> {
    this.#text += text
    if (this.#text.length >= CHUNK_LENGTH) await this.#flush()
  }

  /** Writes what is left. Answers the checksum of it all, in hexadecimal. */
  async finish(): Promise<string> {
    await this.#flush()
    await this.#handle.close()
    return this.#hash.digest('hex')
  }

  read(): AsyncIterable<Uint8Array> {
    return createReadStream(this.path, { highWaterMark: CHUNK_LENGTH })
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#text)
    this.#text = ''
    this.#hash.update(bytes)
    this.size += bytes.length
    await this.#handle.writeFile(bytes)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }
}
