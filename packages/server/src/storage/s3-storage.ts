import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { S3mini, type UploadPart } from 's3mini'
import { newId } from '../id.ts'
import type { Secret } from '../secret.ts'
import {
  ArchiveMissingError,
  type ArchiveStorage,
  type ByteRange,
  requireKey,
  StorageError,
} from './archive-storage.ts'
import { chunksOf, patientFetch } from './patient-fetch.ts'
import { isBehindEnd, isMissingObject, mayPass, toStorageError } from './s3-errors.ts'

export interface S3Options {
  /** The address of the storage, to which the bucket is added as a path. */
  endpoint: string
  region: string
  bucket: string
  /** What all keys begin with, without a slash at its end; empty for none. */
  prefix: string
  accessKeyId: string
  secretAccessKey: Secret
  /** How long the storage may be silent. */
  silenceMs?: number
  /** How long to wait before a question that has failed is asked again, twice as long each time. */
  pauseMs?: number
}

/** What is read of a file at a time; S3 takes no parts below five megabytes, but for the last. */
const PART_BYTES = 8 * 1024 ** 2
const MOST_PARTS = 10_000
const MOST_TRIES = 4
const PAUSE_MS = 500
const SILENCE_MS = 30_000

/** How long to try to give up what could not be finished. */
const GIVE_UP_MS = 5_000

interface Upload {
  name: string
  file: FileHandle
  size: number
  signal: AbortSignal | undefined
}

/** Archives as objects of a bucket. S3 shows an object when all of it is there, and not before. */
export class S3Storage implements ArchiveStorage {
  readonly #options: S3Options

  constructor(options: S3Options) {
    this.#options = options
  }

  async store(key: string, path: string, signal?: AbortSignal): Promise<void> {
    const name = this.#nameOf(requireKey(key))
    await using file = await open(path, 'r')
    const { size } = await file.stat()
    if (size > PART_BYTES) return await this.#storeInParts({ name, file, size, signal })
    const content = Buffer.allocUnsafe(size)
    await fill(content, file, 0)
    await this.#ask((s3) => s3.putObject(name, content), signal)
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    return this.#read(this.#nameOf(requireKey(key)), range)
  }

  async delete(key: string): Promise<void> {
    await this.#delete(this.#nameOf(requireKey(key)))
  }

  async check(): Promise<void> {
    const content = newId()
    const name = this.#nameOf(`check-${content}`)
    await this.#ask((s3) => s3.putObject(name, content))
    const stored = await (await this.#read(name)).toArray()
    if (Buffer.concat(stored).toString() !== content) {
      throw new StorageError('The storage gives back something else than it was given.')
    }
    await this.#delete(name)
  }

  async #storeInParts(upload: Upload): Promise<void> {
    const { name, signal } = upload
    const id = await this.#ask((s3) => s3.getMultipartUploadId(name), signal)
    try {
      const parts = await this.#uploadParts(upload, id)
      await this.#ask(async (s3) => {
        const { etag } = await s3.completeMultipartUpload(name, id, parts)
        // A failure at the end comes with the status of a success: the library does not look at it.
        if (!etag) throw new StorageError('The storage did not put the parts of an archive together.')
      }, signal)
    } catch (error) {
      // Parts that belong to nothing are not seen, but paid for.
      const s3 = this.#client(AbortSignal.timeout(GIVE_UP_MS))
      await s3.abortMultipartUpload(name, id).catch(() => undefined)
      throw error
    }
  }

  async #uploadParts({ name, file, size, signal }: Upload, id: string): Promise<UploadPart[]> {
    const partBytes = Math.max(PART_BYTES, Math.ceil(size / MOST_PARTS))
    const room = Buffer.allocUnsafe(partBytes)
    const parts: UploadPart[] = []
    for (let start = 0; start < size; start += partBytes) {
      const content = room.subarray(0, size - start)
      await fill(content, file, start)
      parts.push(await this.#ask((s3) => s3.uploadPart(name, id, content, parts.length + 1), signal))
    }
    return parts
  }

  async #read(name: string, range?: ByteRange): Promise<Readable> {
    const leaving = new AbortController()
    // The library counts to the byte after the last.
    const get = (s3: S3mini) =>
      s3.getObjectRaw(name, !range, range?.start, range && range.end + 1).catch(explainAbsence)
    const response = await this.#ask(get, leaving.signal)
    if (!response) return Readable.from([], { objectMode: false })
    if (range && response.status !== 206) {
      leaving.abort()
      throw new StorageError('The storage sends all of an object where a part was asked for.')
    }
    const chunks = this.#translating(chunksOf(response, this.#silenceMs))
    // A reader who leaves does not wait for what is under way.
    return Readable.from(chunks, { objectMode: false }).once('close', () => leaving.abort())
  }

  async *#translating(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks
    } catch (error) {
      throw toStorageError(error, this.#options)
    }
  }

  async #delete(name: string): Promise<void> {
    await this.#ask((s3) => s3.deleteObject(name).catch(explainAbsence)).catch((error: unknown) => {
      if (!(error instanceof ArchiveMissingError)) throw error
    })
  }

  /** A storage that is busy, or a line that broke, is asked again. */
  async #ask<T>(question: (s3: S3mini) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { pauseMs = PAUSE_MS } = this.#options
    const s3 = this.#client(signal)
    for (let tries = 1; ; tries += 1) {
      try {
        return await question(s3)
      } catch (error) {
        signal?.throwIfAborted()
        if (tries === MOST_TRIES || !mayPass(error)) throw toStorageError(error, this.#options)
      }
      await delay(pauseMs * 2 ** (tries - 1) * (0.5 + Math.random()), undefined, { signal })
    }
  }

  #client(signal?: AbortSignal): S3mini {
    const { accessKeyId, bucket, endpoint, region, secretAccessKey } = this.#options
    return new S3mini({
      accessKeyId,
      secretAccessKey: secretAccessKey.reveal(),
      endpoint: `${endpoint}/${bucket}`,
      region,
      fetch: patientFetch({ silenceMs: this.#silenceMs, signal }),
    })
  }

  get #silenceMs(): number {
    return this.#options.silenceMs ?? SILENCE_MS
  }

  #nameOf(key: string): string {
    const { prefix } = this.#options
    return prefix === '' ? key : `${prefix}/${key}`
  }
}

async function fill(content: Buffer, file: FileHandle, start: number): Promise<void> {
  for (let filled = 0; filled < content.length; ) {
    const { bytesRead } = await file.read(content, filled, content.length - filled, start + filled)
    if (bytesRead === 0) throw new Error('The file has become shorter while it was stored.')
    filled += bytesRead
  }
}

/** Undefined for a range that begins behind the end. */
function explainAbsence(error: unknown): undefined {
  if (isMissingObject(error)) throw new ArchiveMissingError()
  if (!isBehindEnd(error)) throw error
}
