/** What an archive is: see `docs/backup-format.md`, which says the same to people. */

export const FORMAT = 'vektor-backup'

/** Grows when a reader of the version before would take something for what it is not. */
export const FORMAT_VERSION = 1

/** The files of an archive, in their order. What is in each is known before the last one, which tells their checksums. */
export const FILES = ['account.json', 'conversations.ndjson', 'messages.ndjson'] as const
export const MANIFEST = 'manifest.json'
export type FileName = (typeof FILES)[number]

export interface Counts {
  conversations: number
  messages: number
}

/** What stands in the manifest about one file. */
export interface FileEntry {
  name: FileName
  /** In bytes. */
  size: number
  /** In hexadecimal. */
  sha256: string
}

/** `manifest.json`, the last file of an archive. */
export interface Manifest {
  format: typeof FORMAT
  version: number
  created_at: string
  /** The program and its version. */
  created_by: string
  counts: Counts
  files: FileEntry[]
}
