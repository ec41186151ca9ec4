import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lock, tryLock } from './lock.ts'

const HOLD = `
const { lock } = await import(process.argv[1])
globalThis.held = await lock(process.argv[2])
console.log('held')
setInterval(() => {}, 1000)
`

test('one process has the lock, and the system gives it to the next one when that process is killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vektor-lock-'))
  const file = join(folder, 'lock')
  const args = ['--input-type=module', '--eval', HOLD, new URL('./lock.ts', import.meta.url).href, file]
  const holder = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await once(holder.stdout, 'data')
    expect(await tryLock(file)).toBeUndefined()
    const next = lock(file)
    holder.kill('SIGKILL')
    using taken = await next
    expect(taken).toBeDefined()
    expect(await tryLock(file)).toBeUndefined()
  } finally {
    holder.kill('SIGKILL')
    await rm(folder, { recursive: true })
  }
})
