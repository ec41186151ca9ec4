import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { newId } from './id.ts'

/** What is older was left by a server that is no more: nothing takes so long. */
const OLDEST_MS = 24 * 3_600_000

/** A place for files that nobody needs any more once a piece of work is done. */
export class Spool {
  readonly #path: string

  private constructor(path: string) {
    this.#path = path
  }

  /** `isOurs`: no other server uses the folder, so whatever lies there is of one that was killed. */
  static async open(path: string, { isOurs }: { isOurs: boolean }): Promise<Spool> {
    await mkdir(path, { recursive: true, mode: 0o700 })
    for (const name of await readdir(path)) {
      const entry = join(path, name)
      const { mtimeMs } = await stat(entry)
      if (isOurs || mtimeMs < Date.now() - OLDEST_MS) await rm(entry, { recursive: true, force: true })
    }
    return new Spool(path)
  }

  /** An empty folder, which goes with all that is in it. */
  async makeFolder(): Promise<SpoolFolder> {
    const path = join(this.#path, newId())
    await mkdir(path, { recursive: true, mode: 0o700 })
    return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
  }
}

export interface SpoolFolder extends AsyncDisposable {
  path: string
}
