import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { Encrypter } from 'age-encryption'
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
import { SpoolFile } from './spool-file.ts'

/** What goes into an archive, one file after the other; the records of a file come in batches. */
export type Content = {
  [Name in FileName]: AsyncIterable<readonly object[]>
}

export interface ArchiveOptions {
  /** An empty folder for what is not finished yet: whoever made it removes it. */
  folder: string
  /** Epoch milliseconds: the moment that the archive shows. */
  createdAt: number
  /** The program and its version. */
  createdBy: string
  /** Public keys of age; without any the archive is not encrypted. */
  recipients: readonly string[]
  signal: AbortSignal
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
}

/** Nobody else needs to know when and by whom: the manifest says it. */
const MODE = { mode: 0o600, uid: 0, gid: 0, type: 'file' } as const

/**
 * Writes an archive in constant memory. A tar file tells the size of what comes next, so the records are written to plain
 * files first: the snapshot that they come from is over before anything is compressed.
 */
export async function writeArchive(content: Content, options: ArchiveOptions): Promise<WrittenArchive> {
  const spooled: { entry: FileEntry; spool: SpoolFile; count: number }[] = []
  for (const name of FILES) spooled.push(await spool(name, content[name], options))
  const counts = { conversations: 0, messages: 0 }
  for (const { entry, count } of spooled) {
    if (entry.name === 'conversations.ndjson') counts.conversations = count
    if (entry.name === 'messages.ndjson') counts.messages = count
  }
  const manifest: Manifest = {
    format: FORMAT,
    version: FORMAT_VERSION,
    created_at: new Date(options.createdAt).toISOString(),
    created_by: options.createdBy,
    counts,
    files: spooled.map(({ entry }) => entry),
  }
  return {
    ...(await pack(
      spooled.map(({ spool }) => spool),
      manifest,
      options,
    )),
    counts,
  }
}

async function spool(name: FileName, batches: AsyncIterable<readonly object[]>, { folder, signal }: ArchiveOptions) {
  await using file = await SpoolFile.create(join(folder, name))
  let count = 0
  for await (const records of batches) {
    signal.throwIfAborted()
    let lines = ''
    for (const record of records) lines += `${JSON.stringify(record)}\n`
    count += records.length
    await file.write(lines)
  }
  const sha256 = await file.finish()
  return { entry: { name, size: file.size, sha256 }, spool: file, count }
}

async function pack(spools: readonly SpoolFile[], manifest: Manifest, options: ArchiveOptions) {
  const { recipients, signal } = options
  const path = join(options.folder, 'archive')
  await using file = await open(path, 'wx', 0o600)
  const { controller, readable } = createTarPacker()
  const hash = createHash('sha256')
  let size = 0
  // The packer has no end of its own when what it is read by fails.
  const adding = addFiles(controller, { spools, manifest }, options).catch((error: unknown) => controller.error(error))
  const write = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) {
      hash.update(chunk)
      size += chunk.length
      await file.writeFile(chunk)
    }
  }
  await pipeline(Readable.fromWeb(readable), createGzip(), seal(recipients), write, { signal })
  await adding
  await file.sync()
  return { path, size, sha256: hash.digest('hex') }
}

interface Files {
  spools: readonly SpoolFile[]
  manifest: Manifest
}

async function addFiles(controller: TarPackController, { spools, manifest }: Files, options: ArchiveOptions) {
  const mtime = new Date(options.createdAt)
  const total = spools.reduce((sum, { size }) => sum + size, 0)
  let packed = 0
  for (const [index, spool] of spools.entries()) {
    const writer = controller.add({ name: FILES[index] ?? '', size: spool.size, mtime, ...MODE }).getWriter()
    for await (const chunk of spool.read()) {
      await writer.ready
      await writer.write(chunk)
      packed += chunk.length
      options.onPacked(packed / total)
    }
    await writer.close()
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
    const encrypter = new Encrypter()
    for (const recipient of recipients) encrypter.addRecipient(recipient)
    yield* await encrypter.encrypt(ReadableStream.from(compressed))
  }
}
