import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { VektorError } from '../vektor-error.ts'
import { damaged } from './failure.ts'
import { FILES, type FileEntry, FORMAT_VERSION, MANIFEST, type Manifest, readManifest } from './manifest.ts'
import { type Bytes, itemsOf, join, owned } from './streams.ts'

interface Header {
  name: string
  size: number
  type?: string | undefined
}

/** A file that was found. */
interface FoundFile extends FileEntry {
  /** How many there are; no number if the last one has no end. */
  lines: number
}

const NEWLINE = 0x0a

/** A manifest is short. */
const LONGEST_MANIFEST_BYTES = 1_000_000

/** What was found in an archive that is being read. */
export class Contents {
  readonly #found: FoundFile[] = []
  #manifest: Manifest | undefined

  async take({ name, size, type }: Header, body: ReadableStream<Uint8Array>): Promise<void> {
    if (this.#manifest) throw damaged(`there is something behind its ${MANIFEST}`)
    if (type !== 'file') throw damaged(`it holds ${quote(name)}, which is no plain file`)
    if (name === MANIFEST) this.#manifest = readManifest(await readText(body))
    else this.#found.push({ name, size, ...(await measure(body)) })
  }

  /** Whether all of it is as the manifest says. What a later version put there is its own: that is told first. */
  finish(): Manifest {
    const manifest = this.#manifest
    if (!manifest) throw damaged(`it has no ${MANIFEST}`)
    if (manifest.version > FORMAT_VERSION) throw tooNew(manifest.version)
    const names = [this.#found, manifest.files].map((files) => files.map(({ name }) => name).join(' '))
    if (names.some((list) => list !== FILES.join(' '))) throw damaged('its files are not those of a backup')
    for (const [index, { name, size, sha256: hash }] of manifest.files.entries()) {
      const found = this.#found[index]
      if (found?.size !== size || found.sha256 !== hash) throw damaged(`${name} is not what its ${MANIFEST} says`)
    }
    const [account, conversations, messages] = this.#found.map(({ lines }) => lines)
    const { counts } = manifest
    if (account !== 1 || conversations !== counts.conversations || messages !== counts.messages)
      throw damaged(`it has not as many records as its ${MANIFEST} says`)
    return manifest
  }
}

async function measure(body: ReadableStream<Uint8Array>): Promise<{ sha256: string; lines: number }> {
  const hash = sha256.create()
  let lines = 0
  let last = NEWLINE
  for await (const piece of itemsOf(body)) {
    hash.update(piece)
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, at + 1)) lines += 1
    last = piece.at(-1) ?? last
  }
  return { sha256: bytesToHex(hash.digest()), lines: last === NEWLINE ? lines : Number.NaN }
}

async function readText(body: ReadableStream<Uint8Array>): Promise<string> {
  const pieces: Bytes[] = []
  let size = 0
  for await (const piece of itemsOf(body)) {
    size += piece.length
    if (size > LONGEST_MANIFEST_BYTES) throw damaged(`its ${MANIFEST} is too long`)
    pieces.push(owned(piece))
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(join(pieces))
}

function quote(name: string): string {
  return JSON.stringify(name.slice(0, 100))
}

function tooNew(version: number): VektorError {
  return new VektorError(
    'archive-too-new',
    `Update first: the archive has version ${version} of the format, and this program reads up to ${FORMAT_VERSION}.`,
  )
}
