import { randomBytes } from 'node:crypto'
import { chmod, copyFile, mkdir, open, readdir, rename, rm, rmdir, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { newId } from '../id.ts'
import { syncFolder } from '../private-file.ts'
import {
  ArchiveMissingError,
  type ArchiveStorage,
  type ByteRange,
  requireKey,
  StorageError,
} from './archive-storage.ts'

/** Where files lie that are not archives yet: on the same device, so that they become archives all at once. */
const DRAFTS = 'drafts'
const DRAFT = /^[0-9a-f]{24}\.draft$/
/** A draft that nobody has touched for so long belongs to a process that was killed. Other servers may share the folder. */
const LEFT_AFTER_MS = 10 * 60_000

const MOST_ATTEMPTS = 5

/** Archives as files of one folder, which only the server's user may read. */
export class FolderStorage implements ArchiveStorage {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Makes the folder. One that cannot be used does not stop the server: `check` says so. */
  static async open(folder: string): Promise<FolderStorage> {
    const storage = new FolderStorage(folder)
    await storage.#removeLeftDrafts().catch(() => undefined)
    return storage
  }

  async store(key: string, path: string, signal?: AbortSignal): Promise<void> {
    const target = this.#pathOf(requireKey(key))
    signal?.throwIfAborted()
    await this.#using(() => this.#storeAt(target, path))
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    const path = this.#pathOf(requireKey(key))
    const file = await this.#using(() =>
      open(path, 'r').catch((cause: unknown) => {
        throw isMissing(cause) ? new ArchiveMissingError({ cause }) : cause
      }),
    )
    return file.createReadStream({ ...range })
  }

  async delete(key: string): Promise<void> {
    const path = this.#pathOf(requireKey(key))
    await this.#using(async () => {
      await rm(path, { force: true })
      // The last archive of somebody leaves nothing that tells of them.
      await rmdir(dirname(path)).catch(() => syncFolder(dirname(path)).catch(ignoreMissing))
    })
  }

  async check(): Promise<void> {
    const name = newId()
    const source = join(this.#folder, DRAFTS, newDraftName())
    const path = join(this.#folder, name)
    try {
      await this.#makeDrafts()
      await using file = await open(source, 'wx', 0o600)
      await file.writeFile(name)
      await this.#storeAt(path, source)
      await using stored = await open(path, 'r')
      if ((await stored.readFile('utf8')) !== name) throw new Error('It reads otherwise than it was written.')
    } catch (cause) {
      throw this.#unusable(cause)
    } finally {
      await Promise.all([source, path].map((each) => rm(each, { force: true }).catch(() => undefined)))
    }
  }

  async #storeAt(target: string, path: string): Promise<void> {
    await this.#makeDrafts()
    await this.#removeLeftDrafts()
    const draft = join(this.#folder, DRAFTS, newDraftName())
    try {
      await moveOrCopy(path, draft)
      await chmod(draft, 0o600)
      await utimes(draft, new Date(), new Date())
      await sync(draft)
      await makeFolderAnd(dirname(target), () => rename(draft, target))
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
    await syncFolder(dirname(target))
    await syncFolder(this.#folder)
  }

  async #using<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw error instanceof ArchiveMissingError ? error : this.#unusable(error)
    }
  }

  #unusable(cause: unknown): StorageError {
    return new StorageError(
      `Archives cannot be kept in ${this.#folder} (${reasonOf(cause)}): let the server's user write there, make room, or set VEKTOR_BACKUP_STORAGE to another folder.`,
      { cause },
    )
  }

  async #makeDrafts(): Promise<void> {
    await mkdir(join(this.#folder, DRAFTS), { recursive: true, mode: 0o700 })
  }

  async #removeLeftDrafts(): Promise<void> {
    await this.#makeDrafts()
    const folder = join(this.#folder, DRAFTS)
    for (const name of await readdir(folder)) {
      const path = join(folder, name)
      const { mtimeMs } = (DRAFT.test(name) && (await stat(path).catch(ignoreMissing))) || {}
      if (mtimeMs !== undefined && mtimeMs < Date.now() - LEFT_AFTER_MS) await rm(path, { force: true })
    }
  }

  #pathOf(key: string): string {
    return join(this.#folder, key)
  }
}

function newDraftName(): string {
  return `${randomBytes(12).toString('hex')}.draft`
}

/** Only a file of another device has to be copied. */
async function moveOrCopy(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error
    await copyFile(from, to)
    await rm(from, { force: true })
  }
}

async function sync(path: string): Promise<void> {
  await using file = await open(path, 'r')
  await file.sync()
}

function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT'
}

function reasonOf(error: unknown): string {
  return codeOf(error) ?? String(error)
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

/** Whoever deletes the last archive of somebody may remove the folder in between. */
async function makeFolderAnd(path: string, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    await mkdir(path, { recursive: true, mode: 0o700 })
    try {
      await work()
      return
    } catch (error) {
      if (!isMissing(error) || attempt === MOST_ATTEMPTS) throw error
    }
  }
}
