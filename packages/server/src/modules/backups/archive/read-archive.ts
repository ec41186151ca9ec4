import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { createTarDecoder } from 'modern-tar'
import { AppError } from '../../../app-error.ts'
import { type FoundManifest, RecordChecker, RecordFault } from './check-record.ts'
import { type Counts, FILES, type FileName, FORMAT_VERSION, MANIFEST } from './format.ts'
import { readLines } from './lines.ts'
import type { AccountRecord, ConversationRecord, MessageRecord } from './records.ts'

/** Some records of one file of an archive, in their order. */
export type Records =
  | { name: 'account.json'; records: readonly AccountRecord[] }
  | { name: 'conversations.ndjson'; records: readonly ConversationRecord[] }
  | { name: 'messages.ndjson'; records: readonly MessageRecord[] }

export interface ReadOptions {
  /** How much there may be in it, in bytes, once it is decompressed. */
  limitBytes: number
  /** How much one record may be, in bytes: each is in memory whole. */
  lineLimitBytes?: number
  signal?: AbortSignal
  /** Called with all records before it is known whether the archive is whole. */
  onRecords?(records: Records): Promise<void>
}

export interface VerifiedArchive {
  createdAt: number
  counts: Counts
}

const CHUNK_BYTES = 256 * 1024

/** The magic numbers of gzip (RFC 1952) and of age. */
const GZIP = Buffer.from([0x1f, 0x8b])
const AGE = Buffer.from('age-encryption.org/')

/** Longer lines are written by nobody: of what this server has stored itself, no message is as long. */
const LONGEST_LINE_BYTES = 256 * 1024 ** 2

/** Made where it is needed: it is more than an eighth of what the server takes to start. */
let checker: RecordChecker | undefined

/**
 * Reads an archive from a local file to its end, in constant memory, and checks everything: that it is whole (gzip's checksum,
 * and the SHA-256 of each file that its manifest tells), of a version that is known, and that each record is what it should be.
 *
 * @throws AppError `archive-invalid`, `archive-too-new` or `backup-encrypted`, which says what is wrong in one sentence
 */
export async function readArchive(path: string, options: ReadOptions): Promise<VerifiedArchive> {
  const reading = new Reading(options)
  try {
    await requireGzip(path)
    const file = createReadStream(path, { highWaterMark: CHUNK_BYTES })
    await pipeline(file, createGunzip({ chunkSize: CHUNK_BYTES }), async (plain: AsyncIterable<Uint8Array>) => {
      const entries = ReadableStream.from(atMost(options.limitBytes, plain)).pipeThrough(
        createTarDecoder({ strict: true }),
      )
      for await (const { header, body } of entries) await reading.take(header, body)
    })
    return reading.finish()
  } catch (error) {
    throw toAppError(error, options.signal)
  }
}

/** What comes out is counted, not what the archive says of itself: headers, and what lies behind its end, fill a memory too. */
async function* atMost(limitBytes: number, plain: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of plain) {
    bytes += chunk.length
    if (bytes > limitBytes) throw tooLarge(limitBytes)
    yield chunk
  }
}

async function requireGzip(path: string): Promise<void> {
  const beginning: Buffer[] = await createReadStream(path, { end: AGE.length - 1 }).toArray()
  const bytes = Buffer.concat(beginning)
  if (bytes.equals(AGE)) {
    throw new AppError(
      'backup-encrypted',
      'Decrypt the archive first, with "age --decrypt" or "vektor sync restore --identity": this server has no key to it.',
    )
  }
  if (!bytes.subarray(0, GZIP.length).equals(GZIP)) throw damaged('it is no gzip file')
}

/** Whoever was given the records has failed: the archive may be as it should be. */
class NotOfArchive extends Error {
  constructor(cause: unknown) {
    super('What became of the records failed.', { cause })
  }
}

/** What is known of an archive that is being read. */
class Reading {
  readonly #options: ReadOptions
  readonly #checker: RecordChecker
  readonly #found: { name: string; size: number; sha256: string }[] = []
  readonly #counts = { conversations: 0, messages: 0 }
  #lastConversation = ''
  #lastMessageOf = ''
  #manifest: FoundManifest | undefined
  /** A record that this version cannot read may be one of a later version: the manifest comes last. */
  #fault: unknown

  constructor(options: ReadOptions) {
    checker ??= new RecordChecker()
    this.#checker = checker
    this.#options = options
  }

  async take(
    { name, size, type }: { name: string; size: number; type?: string },
    body: AsyncIterable<Uint8Array>,
  ): Promise<void> {
    if (this.#manifest) throw damaged(`there is something behind its ${MANIFEST}`)
    if (type !== 'file') throw damaged(`it holds ${JSON.stringify(name.slice(0, 100))}, which is no plain file`)
    if (name === MANIFEST) {
      this.#manifest = await readManifest(this.#checker, body)
      return
    }
    const hash = createHash('sha256')
    const expected = FILES[this.#found.length]
    if (name === expected) await this.#readRecords(expected, body, hash)
    else {
      this.#fault ??= damaged(`it holds ${JSON.stringify(name.slice(0, 100))} where ${expected ?? MANIFEST} belongs`)
      for await (const chunk of body) hash.update(chunk)
    }
    this.#found.push({ name, size, sha256: hash.digest('hex') })
  }

  finish(): VerifiedArchive {
    const manifest = this.#manifest
    if (!manifest) throw damaged(`it has no ${MANIFEST}`)
    if (manifest.version > FORMAT_VERSION) {
      throw new AppError(
        'archive-too-new',
        `Update this server first: the archive has version ${manifest.version} of the format, and this one reads up to ${FORMAT_VERSION}.`,
      )
    }
    const told = manifest.files.map(({ name, size, sha256 }) => ({ name, size, sha256 }))
    for (const [index, { name, size, sha256 }] of this.#found.entries()) {
      const entry = told[index]
      if (!entry || entry.name !== name || entry.size !== size || entry.sha256 !== sha256)
        throw damaged(`${name} is not what its ${MANIFEST} says`)
    }
    if (this.#fault) throw this.#fault
    if (this.#found.length !== FILES.length || told.length !== FILES.length) throw damaged('a file is missing')
    const { conversations, messages } = this.#counts
    if (manifest.counts.conversations !== conversations || manifest.counts.messages !== messages)
      throw damaged(`it has not as many records as its ${MANIFEST} says`)
    return { createdAt: Date.parse(manifest.created_at), counts: { conversations, messages } }
  }

  async #readRecords(
    name: FileName,
    body: AsyncIterable<Uint8Array>,
    hash: { update(chunk: Uint8Array): unknown },
  ): Promise<void> {
    let line = 0
    for await (const lines of readLines(body, { hash, longest: this.#options.lineLimitBytes ?? LONGEST_LINE_BYTES })) {
      this.#options.signal?.throwIfAborted()
      if (this.#fault) continue
      try {
        const records = this.#check(name, lines)
        line += lines.length
        await this.#options.onRecords?.(records).catch((cause: unknown) => {
          throw new NotOfArchive(cause)
        })
      } catch (error) {
        if (!(error instanceof RecordFault)) throw error
        this.#fault = damaged(`a record of ${name} after line ${line} is wrong: ${error.message}`, error)
      }
    }
    if (name === 'account.json' && line !== 1) this.#fault ??= damaged('account.json is not one line')
  }

  #check(name: FileName, lines: readonly string[]): Records {
    switch (name) {
      case 'account.json':
        return { name, records: lines.map((line) => this.#checker.account(line)) }
      case 'conversations.ndjson':
        return { name, records: lines.map((line) => this.#conversation(line)) }
      case 'messages.ndjson':
        return { name, records: lines.map((line) => this.#message(line)) }
    }
  }

  #conversation(line: string): ConversationRecord {
    const record = this.#checker.conversation(line)
    if (record.id <= this.#lastConversation)
      throw new RecordFault('the conversations are not in the order of their ids')
    this.#lastConversation = record.id
    this.#counts.conversations += 1
    return record
  }

  #message(line: string): MessageRecord {
    const record = this.#checker.message(line)
    if (record.conversation_id < this.#lastMessageOf)
      throw new RecordFault('the messages are not in the order of their conversations')
    this.#lastMessageOf = record.conversation_id
    this.#counts.messages += 1
    return record
  }
}

/** A manifest is short. */
const LONGEST_MANIFEST_BYTES = 1_000_000

async function readManifest(checker: RecordChecker, body: AsyncIterable<Uint8Array>): Promise<FoundManifest> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > LONGEST_MANIFEST_BYTES) throw damaged(`its ${MANIFEST} is too long`)
    chunks.push(chunk)
  }
  try {
    return checker.manifest(Buffer.concat(chunks).toString())
  } catch (error) {
    throw error instanceof RecordFault ? damaged(`its ${MANIFEST} is wrong: ${error.message}`, error) : error
  }
}

function damaged(what: string, cause?: unknown): AppError {
  return new AppError('archive-invalid', `Use another archive: this one is damaged, or no backup at all (${what}).`, {
    cause,
  })
}

function tooLarge(limitBytes: number): AppError {
  return new AppError(
    'archive-invalid',
    `Use a smaller archive: this one holds more than the ${limitBytes} bytes that this server takes (VEKTOR_ARCHIVE_LIMIT).`,
  )
}

/** What gzip and tar say about a file that they cannot read. */
function toAppError(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason
  if (error instanceof NotOfArchive) return error.cause
  if (error instanceof AppError || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : ''
  // The disk's own failures are not the archive's.
  if (/^E[A-Z]+$/.test(code)) return error
  return damaged(error.message.toLowerCase(), error)
}
