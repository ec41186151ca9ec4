import type { Readable } from 'node:stream'

/** Bytes from `start` to `end`, both included. */
export interface ByteRange {
  start: number
  end: number
}

/** Where archives are kept. One is there whole or not at all: nobody ever reads half of it. */
export interface ArchiveStorage {
  /**
   * Takes a finished file of this machine, in the place of what was kept under that key. The file may be gone afterwards,
   * and after a failure too. An aborted `signal` makes it fail soon.
   */
  store(key: string, path: string, signal?: AbortSignal): Promise<void>
  /** All of it, or a part; nothing where the range begins behind the end. Throws `ArchiveMissingError`. */
  read(key: string, range?: ByteRange): Promise<Readable>
  /** Nothing there is fine. */
  delete(key: string): Promise<void>
  /** Writes, reads and deletes a few bytes. Throws a `StorageError` that says in one sentence what to change. */
  check(): Promise<void>
}

/** Nothing is kept under this key. */
export class ArchiveMissingError extends Error {
  override name = 'ArchiveMissingError'
  constructor(options?: ErrorOptions) {
    super('There is no such archive.', options)
  }
}

/** The storage cannot be used; the message is for whoever runs the server. */
export class StorageError extends Error {
  override name = 'StorageError'
}

const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const KEY = new RegExp(`^${UUID}/${UUID}\\.tar\\.gz(\\.age)?$`)

/** Whose archive it is and which one: `<uuid>/<uuid>.tar.gz`, or `.tar.gz.age`. Nothing else is ever made a path of. */
export function requireKey(key: string): string {
  if (!KEY.test(key)) throw new TypeError('This is no key of an archive.')
  return key
}
