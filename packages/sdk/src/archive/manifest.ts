import { damaged } from './failure.ts'

/** What an archive is: see `docs/backup-format.md`. A later version is one that this reader would take for what it is not. */
export const FORMAT_VERSION = 1
const FORMAT = 'vektor-backup'

/** The files of an archive, in their order; the manifest is the last one. */
export const FILES: readonly string[] = ['account.json', 'conversations.ndjson', 'messages.ndjson']
export const MANIFEST = 'manifest.json'

/** What stands in the manifest about one file. */
export interface FileEntry {
  name: string
  /** In bytes. */
  size: number
  /** In hexadecimal. */
  sha256: string
}

/** `manifest.json`. */
export interface Manifest {
  version: number
  created_at: string
  created_by: string
  counts: { conversations: number; messages: number }
  files: FileEntry[]
}

export function readManifest(json: string): Manifest {
  const value = parse(json)
  if (!isRecord(value) || value.format !== FORMAT) throw wrong('format')
  const { version, created_at, created_by, counts, files } = value
  if (!isCount(version) || version === 0) throw wrong('version')
  if (typeof created_at !== 'string' || Number.isNaN(Date.parse(created_at))) throw wrong('created_at')
  if (typeof created_by !== 'string') throw wrong('created_by')
  if (!isCounts(counts)) throw wrong('counts')
  if (!Array.isArray(files) || !files.every(isFileEntry)) throw wrong('files')
  return { version, created_at, created_by, counts, files }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw damaged(`its ${MANIFEST} is not JSON`, cause)
  }
}

function wrong(field: string): Error {
  return damaged(`"${field}" in its ${MANIFEST} is wrong`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isCounts(value: unknown): value is Manifest['counts'] {
  return isRecord(value) && isCount(value.conversations) && isCount(value.messages)
}

function isFileEntry(value: unknown): value is FileEntry {
  return isRecord(value) && typeof value.name === 'string' && isCount(value.size) && typeof value.sha256 === 'string'
}
