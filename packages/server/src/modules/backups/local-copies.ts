import { join } from 'node:path'
import { AppError } from '../../app-error.ts'
import type { Spool } from '../../spool.ts'
import type { ArchiveStorage } from '../../storage/archive-storage.ts'
import { writeHashed } from './archive/hashed-file.ts'
import { type CompleteBackup, keyOf } from './backup.ts'

export interface LocalCopy extends AsyncDisposable {
  path: string
}

/** Copies of archives on the disk of this server: what is verified is what is read after it, whatever becomes of the original. */
export class LocalCopies {
  readonly #storage: ArchiveStorage
  readonly #spool: Spool

  constructor(storage: ArchiveStorage, spool: Spool) {
    this.#storage = storage
    this.#spool = spool
  }

  /** @throws AppError `archive-invalid` if it is not what was stored */
  async of(backup: CompleteBackup, signal?: AbortSignal): Promise<LocalCopy> {
    const folder = await this.#spool.makeFolder()
    const path = join(folder.path, 'archive')
    try {
      const stored = await this.#storage.read(keyOf(backup, backup.archiveId))
      const { sha256 } = await writeHashed(path, stored, signal)
      if (sha256 !== backup.sha256) {
        const detail = 'Use another backup: the archive of this one is damaged (its SHA-256 is another one).'
        throw new AppError('archive-invalid', detail)
      }
      return { path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
    } catch (error) {
      await folder[Symbol.asyncDispose]()
      throw error
    }
  }
}
