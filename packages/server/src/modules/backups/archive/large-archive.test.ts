/** A large archive: `VEKTOR_TEST_FLIPS` says how many bits of it are flipped, and how often it is cut. */
import { randomBytes } from 'node:crypto'
import { copyFile, open, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { archiveFolder, conversationRecord, messageRecord, sampleArchive } from '../../../../test/support/archives.ts'
import { SeededRandom } from '../../../../test/support/seeded-random.ts'
import { readArchive } from './read-archive.ts'

const FLIPS = Number(process.env.VEKTOR_TEST_FLIPS ?? 25)
const random = new SeededRandom(71)

test(`of an archive of 50 MB, ${FLIPS} flipped bits and as many cuts are noticed`, {
  timeout: 60_000 + FLIPS * 4_000,
}, async () => {
  await using folder = await archiveFolder()
  const conversations = Array.from({ length: 50 }, (_, at) => conversationRecord(at + 1))
  const messages = conversations.flatMap((_, at) =>
    Array.from({ length: 20 }, (_, number) =>
      messageRecord(at * 100 + number, at + 1, { content: randomBytes(50_000).toString('base64') }),
    ),
  )
  const { path, size } = await sampleArchive(folder.path, { conversations, messages })
  expect(size).toBeGreaterThan(50_000_000)
  const read = (archive: string) => readArchive(archive, { limitBytes: 1e12 })
  await using file = await open(path, 'r+')
  const byte = Buffer.alloc(1)
  for (let count = 0; count < FLIPS; count += 1) {
    const at = random.between(10, size - 1)
    await file.read(byte, 0, 1, at)
    await file.write(Buffer.of(byte.readUInt8() ^ (1 << random.between(0, 7))), 0, 1, at)
    await expect(read(path), `${at}`).rejects.toMatchObject({ code: 'archive-invalid' })
    await file.write(byte, 0, 1, at)
  }
  await expect(read(path), 'the control: as it was, it is whole').resolves.toMatchObject({
    counts: { messages: 1_000 },
  })
  const cut = join(folder.path, 'cut')
  await copyFile(path, cut)
  const lengths = Array.from({ length: FLIPS }, () => random.between(0, size - 1)).toSorted((a, b) => b - a)
  for (const length of lengths) {
    await truncate(cut, length)
    await expect(read(cut), `${length}`).rejects.toMatchObject({ code: 'archive-invalid' })
  }
})
