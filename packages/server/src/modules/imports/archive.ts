import type { Readable } from 'node:stream'
import type { Entry, ZipFile } from 'yauzl'
import { AppError } from '../../app-error.ts'
import { BrokenFile } from './json-elements.ts'

/** ChatGPT's own names, in whatever folder: the list, or its parts with their numbers. Nothing is ever written to a name. */
const CONVERSATIONS = /^(?:(?!\.{1,2}\/)[^/\\\0]+\/)*conversations(?:-\d{1,6})?\.json$/
/** No JSON that anybody wrote is made so much smaller. */
const LARGEST_RATIO = 250
const SMALL_BYTES = 1024 ** 2
const MOST_ENTRIES = 200_000

export const ZIP_SIGNATURE = Buffer.from('PK\x03\x04')

/** A ZIP archive with conversations in it. It is read where it stands: nothing is unpacked. */
export class ConversationArchive {
  readonly #zip: ZipFile
  readonly #entries: readonly Entry[]

  private constructor(zip: ZipFile, entries: readonly Entry[]) {
    this.#zip = zip
    this.#entries = entries
  }

  /** The descriptor stays the caller's. Throws `BrokenFile` for what is no archive, or a hostile one. */
  static async open(descriptor: number, limitBytes: number): Promise<ConversationArchive> {
    // Loaded where it is needed: most servers never see an archive.
    const { fromFdPromise } = await import('yauzl')
    // Names stay bytes: a strange one among the pictures must not spoil the rest.
    const zip = await fromFdPromise(descriptor, { autoClose: false, lazyEntries: true, decodeStrings: false }).catch(
      broken,
    )
    const entries = await findConversations(zip)
    if (entries.length === 0) throw new BrokenFile('The archive holds no conversations.json.')
    const size = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0)
    if (size > limitBytes) {
      throw new AppError(
        'payload-too-large',
        `Send an archive that holds at most ${limitBytes} bytes of conversations.`,
      )
    }
    return new ConversationArchive(zip, entries)
  }

  /** The contents of its files, one after the other; never more than the archive says. */
  async *files(): AsyncGenerator<AsyncIterable<Uint8Array>> {
    for (const entry of this.#entries) {
      const content: Readable = await this.#zip.openReadStreamPromise(entry).catch(broken)
      try {
        yield readable(content)
      } finally {
        content.destroy()
      }
    }
  }
}

async function findConversations(zip: ZipFile): Promise<Entry[]> {
  if (zip.entryCount > MOST_ENTRIES) throw new BrokenFile('The archive holds too many files.')
  const found: { name: string; entry: Entry }[] = []
  try {
    for await (const entry of zip.eachEntry()) {
      const name = entry.fileNameRaw.toString('latin1')
      if (CONVERSATIONS.test(name)) found.push({ name, entry })
    }
  } catch (cause) {
    throw new BrokenFile('The archive is damaged: export it again.', { cause })
  }
  for (const { entry } of found) requireHonest(entry)
  return found.sort((one, other) => (one.name < other.name ? -1 : 1)).map(({ entry }) => entry)
}

/** A few bytes that claim to be a great many are there to keep the server busy. */
function requireHonest(entry: Entry): void {
  const { compressedSize, uncompressedSize } = entry
  if (uncompressedSize > SMALL_BYTES && uncompressedSize > compressedSize * LARGEST_RATIO) {
    throw new BrokenFile('The archive holds far more than it may: it is no export of conversations.')
  }
  if (entry.isEncrypted()) throw new BrokenFile('The archive is encrypted: send it without a password.')
}

async function* readable(content: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* content
  } catch (cause) {
    throw new BrokenFile('The archive is damaged here: what comes after this cannot be read.', { cause })
  }
}

function broken(cause: unknown): never {
  throw new BrokenFile('The archive is damaged, or not whole: export it again.', { cause })
}
