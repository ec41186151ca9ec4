import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'

/**
 * Takes the lock that this file stands for, or nothing if another process has it. It is an open transaction, so the
 * operating system drops it with the process, however that ends: no lock is ever stale.
 */
export async function tryLock(file: string): Promise<Disposable | undefined> {
  await mkdir(dirname(file), { recursive: true })
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return undefined
    throw error
  }
  return { [Symbol.dispose]: () => database.close() }
}

const SQLITE_BUSY = 5

/** Waits for the lock as long as another process has it. */
export async function lock(file: string): Promise<Disposable> {
  for (;;) {
    const taken = await tryLock(file)
    if (taken) return taken
    await setTimeout(100)
  }
}
