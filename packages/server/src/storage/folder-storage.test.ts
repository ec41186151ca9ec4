import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newId } from '../id.ts'
import { ArchiveMissingError, StorageError } from './archive-storage.ts'
import { FolderStorage } from './folder-storage.ts'

const KEY = `${newId()}/${newId()}.tar.gz`
const RUN = promisify(execFile)
const STORE = fileURLToPath(new URL('../../test/support/store-in-folder.ts', import.meta.url))
/** A file system of its own, in memory, on every Linux. */
const OTHER_DEVICE = '/dev/shm'

let folder: string
let archives: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vektor-folder-'))
  archives = join(folder, 'archives')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

test("archives are the server's alone, whoever might read the file that was stored", async () => {
  const storage = await FolderStorage.open(archives)
  const file = join(folder, 'finished')
  await writeFile(file, 'content', { mode: 0o644 })
  await storage.store(KEY, file)
  const modes = [archives, join(archives, KEY, '..'), join(archives, KEY)].map(async (path) => (await stat(path)).mode)
  expect((await Promise.all(modes)).map((mode) => (mode & 0o777).toString(8))).toEqual(['700', '700', '600'])
})

test('what a killed process has left is removed, and nothing that somebody may be writing or has put there', async () => {
  const drafts = join(archives, 'drafts')
  await mkdir(drafts, { recursive: true })
  const names = { left: `${'a'.repeat(24)}.draft`, begun: `${'b'.repeat(24)}.draft`, strange: 'mine.draft' }
  for (const name of Object.values(names)) await writeFile(join(drafts, name), 'half')
  const longAgo = new Date(Date.now() - 3_600_000)
  for (const name of [names.left, names.strange]) await utimes(join(drafts, name), longAgo, longAgo)
  await FolderStorage.open(archives)
  expect((await readdir(drafts)).toSorted()).toEqual([names.begun, names.strange])
})

test('an archive that cannot take its name leaves nothing behind', async () => {
  const storage = await FolderStorage.open(archives)
  const file = join(folder, 'finished')
  await writeFile(file, 'content')
  await mkdir(join(archives, KEY), { recursive: true })
  await expect(storage.store(KEY, file)).rejects.toMatchObject({ name: 'StorageError', cause: { code: 'EISDIR' } })
  expect(await filesIn(archives)).toEqual([])
})

test('the last archive of somebody that is deleted leaves nothing that names them', async () => {
  const storage = await FolderStorage.open(archives)
  const file = join(folder, 'finished')
  await writeFile(file, 'content')
  await storage.store(KEY, file)
  await storage.delete(KEY)
  expect(await readdir(archives)).toEqual(['drafts'])
})

test('a folder that cannot be used says so when it is checked, and what to set', async () => {
  await writeFile(join(folder, 'file'), '')
  const storage = await FolderStorage.open(join(folder, 'file', 'archives'))
  const checked = storage.check()
  await expect(checked).rejects.toThrow(StorageError)
  await expect(checked).rejects.toThrow(
    /^Archives cannot be kept in [^\n]+ \(ENOTDIR\): [^\n]+VEKTOR_BACKUP_STORAGE[^\n]+\.$/,
  )
})

describe.skipIf(await isMissingDevice())('a file of another device', () => {
  let file: string

  beforeEach(async () => {
    file = join(await mkdtemp(join(OTHER_DEVICE, 'vektor-folder-')), 'finished')
  })

  afterEach(() => rm(join(file, '..'), { recursive: true, force: true }))

  test('is copied', async () => {
    const storage = await FolderStorage.open(archives)
    await writeFile(file, 'from elsewhere')
    await storage.store(KEY, file)
    expect((await buffer(await storage.read(KEY))).toString()).toBe('from elsewhere')
    expect(await filesIn(archives)).toHaveLength(1)
  })

  test('for which there is no room leaves nothing behind, and is still there', async () => {
    await writeFile(file, Buffer.alloc(1_000_000))
    // The most that a process may write to a file: its copy fails in the middle, as on a full disk.
    const command = `ulimit -f 100; exec "$0" "$@"`
    const { stdout } = await RUN('sh', ['-c', command, process.execPath, STORE, archives, KEY, file])
    expect(stdout).toBe('StorageError: EFBIG\n')
    expect(await filesIn(archives)).toEqual([])
    expect((await readFile(file)).length).toBe(1_000_000)
    const storage = await FolderStorage.open(archives)
    await expect(storage.read(KEY)).rejects.toThrow(ArchiveMissingError)
  })
})

async function isMissingDevice(): Promise<boolean> {
  const [here, there] = await Promise.all([stat(tmpdir()), stat(OTHER_DEVICE).catch(() => undefined)])
  return !there || here.dev === there.dev
}
