import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { tryLock } from '../support/lock.ts'
import { inRoot } from '../support/root.ts'

/** Where one run keeps its server's data, its account and the profile of the command line: nothing is anywhere else. */
export interface Folder extends Disposable {
  path: string
  /** As a reader in the root of the repository would write it. */
  name: string
}

/** Takes the first folder that no other run is using, so that a run finds again what the last one left. */
export async function takeFolder(parent = inRoot('.quickstart')): Promise<Folder> {
  for (let number = 1; ; number += 1) {
    const path = join(parent, String(number))
    await mkdir(path, { recursive: true, mode: 0o700 })
    const lock = await tryLock(join(path, 'lock'))
    if (lock) return { path, name: `.quickstart/${number}`, [Symbol.dispose]: () => lock[Symbol.dispose]() }
  }
}

/** The environment without settings of a Vektor that has nothing to do with this one. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VEKTOR_')))
}
