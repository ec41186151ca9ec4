import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type S3Server, startS3Server } from '../../test/support/s3-server.ts'
import { newId } from '../id.ts'
import { ArchiveMissingError, type ArchiveStorage } from './archive-storage.ts'
import { openStorage } from './open-storage.ts'

let folder: string
let file: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vektor-storage-'))
  file = join(folder, 'finished')
})

afterEach(() => rm(folder, { recursive: true, force: true }))

interface Opened extends AsyncDisposable {
  storage: ArchiveStorage
}

const STORAGES: [name: string, open: () => Promise<Opened>][] = [
  [
    'a folder',
    async () => ({
      storage: await openStorage({ kind: 'folder', path: join(folder, 'archives') }),
      async [Symbol.asyncDispose]() {},
    }),
  ],
  [
    'S3',
    async () => {
      const server: S3Server = await startS3Server()
      return {
        storage: await openStorage({ kind: 's3', ...server.options }),
        [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
      }
    },
  ],
]

const ID = '01a22bad-c058-74aa-a742-0c718f59fd75'
const KEY = `${ID}/${newId()}.tar.gz`

/** Bytes none of which is where another one should be. */
function contentOf(size: number): Buffer {
  const content = Buffer.alloc(size)
  for (let index = 0; index + 4 <= size; index += 4) content.writeUInt32LE(index, index)
  return content
}

describe.each(STORAGES)('%s', (_name, open) => {
  async function store(storage: ArchiveStorage, key: string, content: Buffer): Promise<void> {
    await writeFile(file, content)
    await storage.store(key, file)
  }

  test.each([0, 1, 100_000, 8 * 1024 ** 2, 8 * 1024 ** 2 + 1, 20_000_003])(
    'gives back an archive of %i bytes as it was',
    async (size) => {
      await using opened = await open()
      const content = contentOf(size)
      await store(opened.storage, KEY, content)
      expect((await buffer(await opened.storage.read(KEY))).equals(content)).toBe(true)
    },
  )

  test('gives back any part of an archive', async () => {
    await using opened = await open()
    const content = contentOf(10_000)
    await store(opened.storage, KEY, content)
    const read = async (start: number, end: number) => buffer(await opened.storage.read(KEY, { start, end }))
    expect(await read(0, 0)).toEqual(content.subarray(0, 1))
    expect(await read(5_000, 5_099)).toEqual(content.subarray(5_000, 5_100))
    expect(await read(9_990, 20_000)).toEqual(content.subarray(9_990))
    expect(await read(10_000, 10_001)).toEqual(Buffer.alloc(0))
  })

  test('puts an archive in the place of another one', async () => {
    await using opened = await open()
    await store(opened.storage, KEY, contentOf(5_000))
    await store(opened.storage, KEY, contentOf(16))
    expect(await buffer(await opened.storage.read(KEY))).toEqual(contentOf(16))
  })

  test('keeps what there was where another archive cannot be stored', async () => {
    await using opened = await open()
    await store(opened.storage, KEY, contentOf(16))
    await expect(opened.storage.store(KEY, join(folder, 'nothing'))).rejects.toThrow('ENOENT')
    expect(await buffer(await opened.storage.read(KEY))).toEqual(contentOf(16))
  })

  test('stores nothing for whoever has left', async () => {
    await using opened = await open()
    await writeFile(file, contentOf(16))
    await expect(opened.storage.store(KEY, file, AbortSignal.abort(new Error('Left.')))).rejects.toThrow('Left.')
    await expect(opened.storage.read(KEY)).rejects.toThrow(ArchiveMissingError)
  })

  test('says of an archive that is not there that it is missing, whatever is asked of it', async () => {
    await using opened = await open()
    await expect(opened.storage.read(KEY)).rejects.toThrow(ArchiveMissingError)
    await expect(opened.storage.read(KEY, { start: 0, end: 9 })).rejects.toThrow(ArchiveMissingError)
  })

  test('deletes an archive and no other one, and does not mind if there is none', async () => {
    await using opened = await open()
    const other = `${ID}/${newId()}.tar.gz.age`
    await store(opened.storage, KEY, contentOf(16))
    await store(opened.storage, other, contentOf(20))
    for (let time = 0; time < 2; time += 1) await opened.storage.delete(KEY)
    await expect(opened.storage.read(KEY)).rejects.toThrow(ArchiveMissingError)
    expect(await buffer(await opened.storage.read(other))).toEqual(contentOf(20))
  })

  test('a reader who leaves in the middle disturbs nobody', async () => {
    await using opened = await open()
    await store(opened.storage, KEY, contentOf(5_000_000))
    const left = await opened.storage.read(KEY)
    for await (const _ of left) break
    expect(left.destroyed).toBe(true)
    expect((await buffer(await opened.storage.read(KEY))).length).toBe(5_000_000)
  })

  test.each([
    '',
    '../../etc/passwd',
    '/etc/passwd',
    `${ID}.tar.gz`,
    `${ID}/../${ID}.tar.gz`,
    `${ID}/${ID}.tar`,
    `${ID}/${ID}.tar.gz\n`,
    `${ID.toUpperCase()}/${ID}.tar.gz`,
  ])('takes no key like %j', async (key) => {
    await using opened = await open()
    await writeFile(file, 'content')
    await expect(opened.storage.store(key, file)).rejects.toThrow('no key of an archive')
    await expect(opened.storage.read(key)).rejects.toThrow('no key of an archive')
    await expect(opened.storage.delete(key)).rejects.toThrow('no key of an archive')
    expect(await readFile(file, 'utf8')).toBe('content')
  })

  test('that works passes its check, and keeps nothing of it', async () => {
    await using opened = await open()
    await opened.storage.check()
    const names = await readdir(folder, { recursive: true, withFileTypes: true })
    expect(names.filter((entry) => entry.isFile())).toEqual([])
  })
})
