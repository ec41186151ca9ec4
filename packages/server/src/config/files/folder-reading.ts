import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { isAbsolute, normalize, relative, resolve } from 'node:path'
import type { Environment } from '../config.ts'
import { type ConfigFault, faultText } from './config-fault.ts'
import { ConfigReader } from './config-reader.ts'

/** Why there is no text: goes on after the name of the file. */
export interface Unreadable {
  problem: string
  isAbsent: boolean
}

const LINKED_OUTSIDE: Unreadable = { problem: 'leads out of the config folder.', isAbsent: false }

/** Files of the config folder, read for one purpose: it remembers them, and can tell whether they are different now. */
export class FolderReading {
  readonly #folder: string
  readonly #environment: Environment
  /** What each path was like just before it was read. */
  readonly #states = new Map<string, string>()
  readonly #contents = new Map<string, string>()

  constructor(folder: string, environment: Environment) {
    this.#folder = folder
    this.#environment = environment
  }

  /** A fault in one sentence, with the whole path of the file. */
  describe(fault: ConfigFault): string {
    return faultText(fault, (path) => this.#pathOf(path))
  }

  /** `example` is what such a file may hold, for whoever has to repair it. */
  async read(path: string, example: string): Promise<ConfigReader | Unreadable> {
    await this.#see(path)
    const content = (await this.#isLinkedOutside(path)) ? LINKED_OUTSIDE : await this.#text(path)
    this.#contents.set(path, JSON.stringify(content))
    if (typeof content !== 'string') return content
    return new ConfigReader({ path, text: content, example, environment: this.#environment })
  }

  /** The names in a folder, in order; none if there is no such folder. */
  async list(path: string): Promise<string[]> {
    await this.#see(path)
    const names = await readdir(this.#pathOf(path)).catch(() => [])
    this.#contents.set(path, JSON.stringify(names.sort()))
    return names
  }

  /** What its files were like. */
  get seen(): string {
    return [...this.#states.values()].join()
  }

  /** What its files are like now: the same text as `seen`, if nobody has touched them. */
  async look(): Promise<string> {
    return (await Promise.all([...this.#states.keys()].map((path) => this.#stateOf(path)))).join()
  }

  /** Whether all that was read says the same in both. */
  equals(other: FolderReading): boolean {
    const [mine, theirs] = [this.#contents, other.#contents]
    return mine.size === theirs.size && [...mine].every(([path, content]) => theirs.get(path) === content)
  }

  #pathOf(path: string): string {
    return resolve(this.#folder, path)
  }

  async #see(path: string): Promise<void> {
    this.#states.set(path, await this.#stateOf(path))
  }

  /** Whatever editors do, one of these changes: a new file in the place of the old one has another inode. */
  async #stateOf(path: string): Promise<string> {
    try {
      const { ino, size, mtimeNs, ctimeNs } = await stat(this.#pathOf(path), { bigint: true })
      return [ino, size, mtimeNs, ctimeNs].join(' ')
    } catch (error) {
      return codeOf(error)
    }
  }

  async #isLinkedOutside(path: string): Promise<boolean> {
    try {
      return !isInside(relative(await realpath(this.#folder), await realpath(this.#pathOf(path))))
    } catch {
      return false
    }
  }

  async #text(path: string): Promise<string | Unreadable> {
    try {
      return await readFile(this.#pathOf(path), 'utf8')
    } catch (error) {
      const code = codeOf(error)
      const isAbsent = code === 'ENOENT'
      return { problem: isAbsent ? 'is not there.' : `cannot be read (${code}).`, isAbsent }
    }
  }
}

/** Whether a path of the config folder stays in it: relative, and not upwards. */
export function isInside(path: string): boolean {
  return !isAbsolute(path) && !/^\.\.?([/\\]|$)/.test(normalize(path))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
