import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { createTarPacker, type TarPackController } from 'modern-tar'
import {
  type Counts,
  FILES,
  type FileEntry,
  type FileName,
  FORMAT,
  FORMAT_VERSION,
  MANIFEST,
  type Manifest,
} from './format.ts'
import { writeHashed } from './hashed-file.ts'
import { SpoolFile } from './spool-file.ts'

/** What goes into an archive, one file after the other; the records of a file come in batches. */
export type Content = {
  [Name in FileName]: AsyncIterable<readonly object[]>
}

export interface SpoolOptions {
  /** An empty folder for what is not finished yet: whoever made it removes it. */
  folder: string
  signal: AbortSignal
}

export interface PackOptions extends SpoolOptions {
  /** Epoch milliseconds: the moment that the archive shows. */
  createdAt: number
  /** The program and its version. */
  createdBy: string
  /** Public keys of age; without any the archive is not encrypted. */
  recipients: readonly string[]
  /** How much of the packing is done, from 0 to 1. */
  onPacked(fraction: number): void
}

export interface WrittenArchive {
  path: string
  /** In bytes. */
  size: number
  /** Of the whole file, in hexadecimal. */
  sha256: string
  counts: Counts
  /** The moment that it shows. */
  createdAt: number
}

/** Nobody else needs to know when and by whom: the manifest says it. */
const MODE = { mode: 0o600, uid: 0, gid: 0, type: 'file' } as const

/** The records of an archive, as they go into it. */
export interface SpooledContent {
  files: readonly SpooledFile[]
  counts: Counts
}

interface SpooledFile {
  entry: FileEntry
  spool: SpoolFile
}

/**
 * Writes what goes into an archive to plain files. A tar file tells the size of what comes next, so it has to be known; and
 * the snapshot that it comes from is over before anything is compressed.
 */
export async function spoolContent(content: Content, { folder, signal }: SpoolOptions): Promise<SpooledContent> {
  const files: SpooledFile[] = []
  const counts = new Map<FileName, number>()
  for (const name of FILES) {
    await using spool = await SpoolFile.create(join(folder, name))
    let count = 0
    for await (const records of content[name]) {
      signal.throwIfAborted()
      count += records.length
      await spool.write(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
    }
    const sha256 = await spool.finish()
    files.push({ entry: { name, size: spool.size, sha256 }, spool })
    counts.set(name, count)
  }
  const conversations = counts.get('conversations.ndjson') ?? 0
  return { files, counts: { conversations, messages: counts.get('messages.ndjson') ?? 0 } }
}

/** Makes an archive of it, in constant memory. */
export async function packArchive(content: SpooledContent, options: PackOptions): Promise<WrittenArchive> {
  const { folder, recipients, signal } = options
  const path = join(folder, 'archive')
  const { controller, readable } = createTarPacker()
  // The packer has no end of its own when what it is read by fails.
  const adding = addFiles(controller, content, options).catch((error: unknown) => controller.error(error))
  const write = (chunks: AsyncIterable<Uint8Array>) => writeHashed(path, chunks)
  const measured = await pipeline(Readable.fromWeb(readable), createGzip(), seal(recipients), write, { signal })
  await adding
  return { path, ...measured, counts: content.counts, createdAt: options.createdAt }
}

async function addFiles(controller: TarPackController, { files, counts }: SpooledContent, options: PackOptions) {
  const mtime = new Date(options.createdAt)
  const total = files.reduce((sum, { entry }) => sum + entry.size, 0)
  let packed = 0
  for (const { entry, spool } of files) {
    const writer = controller.add({ name: entry.name, size: entry.size, mtime, ...MODE }).getWriter()
    for await (const chunk of spool.read()) {
      await writer.ready
      await writer.write(chunk)
      packed += chunk.length
      options.onPacked(packed / total)
    }
    await writer.close()
  }
  const manifest: Manifest = {
    format: FORMAT,
    version: FORMAT_VERSION,
    created_at: mtime.toISOString(),
    created_by: options.createdBy,
    counts,
    files: files.map(({ entry }) => entry),
  }
  const bytes = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`)
  const writer = controller.add({ name: MANIFEST, size: bytes.length, mtime, ...MODE }).getWriter()
  await writer.write(bytes)
  await writer.close()
  controller.finalize()
}

/** Encrypts to the recipients, if there are any. */
function seal(recipients: readonly string[]) {
  return async function* (compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    if (recipients.length === 0) {
      yield* compressed
      return
    }
    // Loaded where it is needed: it is a third of what the server takes to start.
    const { Encrypter } = await import('age-encryption')
    const encrypter = new Encrypter()
    for (const recipient of recipients) encrypter.addRecipient(recipient)
    yield* await encrypter.encrypt(ReadableStream.from(compressed))
  }
}
