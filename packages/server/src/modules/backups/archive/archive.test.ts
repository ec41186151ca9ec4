import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  ACCOUNT,
  archiveFolder,
  conversationRecord,
  messageRecord,
  sampleArchive,
} from '../../../../test/support/archives.ts'
import { type Records, readArchive } from './read-archive.ts'

const NO_LIMIT = { limitBytes: 1e12 }

async function recordsOf(path: string): Promise<Record<Records['name'], object[]>> {
  const found: Record<Records['name'], object[]> = {
    'account.json': [],
    'conversations.ndjson': [],
    'messages.ndjson': [],
  }
  const onRecords = async ({ name, records }: Records) => void found[name].push(...records)
  await readArchive(path, { ...NO_LIMIT, onRecords })
  return found
}

test('what was written is read again', async () => {
  await using folder = await archiveFolder()
  const conversations = [conversationRecord(1), conversationRecord(2)]
  const messages = [messageRecord(1, 1), messageRecord(2, 1), messageRecord(3, 2)]
  const { path, counts } = await sampleArchive(folder.path, { conversations, messages })
  expect(counts).toEqual({ conversations: 2, messages: 3 })
  expect(await recordsOf(path)).toEqual({
    'account.json': [ACCOUNT],
    'conversations.ndjson': conversations,
    'messages.ndjson': messages,
  })
})

test('every flipped bit is noticed, unless it means nothing', async () => {
  await using folder = await archiveFolder()
  const { path } = await sampleArchive(folder.path)
  const original = await recordsOf(path)
  const bytes = await readFile(path)
  const copy = join(folder.path, 'flipped')
  let harmless = 0
  for (let at = 0; at < bytes.length; at += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const flipped = Buffer.from(bytes)
      flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << bit), at)
      await writeFile(copy, flipped)
      const read = await recordsOf(copy).catch((error: unknown) => error)
      if (read instanceof Error) {
        expect(read, `${at}.${bit}`).toMatchObject({
          code: expect.stringMatching('^archive-invalid|backup-encrypted$'),
        })
        continue
      }
      expect(read, `${at}.${bit}`).toEqual(original)
      harmless += 1
    }
  }
  // The time and the system in gzip's header, and the bits that fill up a last byte.
  expect(harmless).toBeLessThan(100)
  expect(harmless, 'the control: bits that mean nothing are read as nothing').toBeGreaterThan(0)
})

test('every cut is noticed', async () => {
  await using folder = await archiveFolder()
  const { path } = await sampleArchive(folder.path)
  const bytes = await readFile(path)
  const copy = join(folder.path, 'cut')
  for (let length = 0; length < bytes.length; length += 1) {
    await writeFile(copy, bytes.subarray(0, length))
    await expect(readArchive(copy, NO_LIMIT), `${length}`).rejects.toMatchObject({ code: 'archive-invalid' })
  }
})

test('whoever fails with the records of an archive does not call it damaged', async () => {
  await using folder = await archiveFolder()
  const { path } = await sampleArchive(folder.path)
  const failure = new Error('The database is on fire.')
  await expect(readArchive(path, { ...NO_LIMIT, onRecords: () => Promise.reject(failure) })).rejects.toBe(failure)
})
