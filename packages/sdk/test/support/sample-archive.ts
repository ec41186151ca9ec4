import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { packTar } from 'modern-tar'

const MTIME = new Date('2025-07-09T12:00:00Z')
export const CREATED_AT = MTIME.toISOString()

export interface SampleOptions {
  /** The files before the manifest, in their order. */
  files?: Record<string, string>
  /** What of the manifest is not as it should be. */
  manifest?: object
  /** Files behind the manifest. */
  after?: Record<string, string>
}

const FILES = {
  'account.json': '{"id":"a"}\n',
  'conversations.ndjson': '{"id":"c"}\n',
  'messages.ndjson': '{"id":"m","content":"¡Hola, señora Ñ! 👋"}\n{"id":"n"}\n',
}

/** What the manifest says about a file. */
function entryOf([name, text]: [string, string]) {
  return { name, size: Buffer.byteLength(text), sha256: createHash('sha256').update(text).digest('hex') }
}

/** What it says about them, but for one thing about one of them. */
export function entriesBut(name: string, wrong: object): object[] {
  return Object.entries(FILES).map((file) => ({ ...entryOf(file), ...(file[0] === name && wrong) }))
}

/** The bytes of an archive as a server makes it, or of one that is wrong. */
export async function sampleArchive(options: SampleOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { files = FILES, after = {} } = options
  const manifest = {
    format: 'vektor-backup',
    version: 1,
    created_at: CREATED_AT,
    created_by: 'vektor-server 0.0.0',
    counts: { conversations: 1, messages: 2 },
    files: Object.entries(files).map(entryOf),
    ...options.manifest,
  }
  const all = { ...files, 'manifest.json': JSON.stringify(manifest), ...after }
  const entries = Object.entries(all).map(([name, body]) => {
    const header = { name, size: Buffer.byteLength(body), type: 'file' as const, mtime: MTIME, mode: 0o600 }
    return { header, body }
  })
  return new Uint8Array(gzipSync(await packTar(entries)))
}
