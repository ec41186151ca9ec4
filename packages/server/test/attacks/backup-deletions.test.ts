/** Whoever deletes an account while it is backed up, restored or sent an archive leaves nothing of it. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { archiveBytes, conversationRecord, messageRecord } from '../support/archives.ts'
import { makeBackup, post, tryUpload, upload } from '../support/backups.ts'
import { chatOf } from '../support/sample-requests.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { tablesMentioning } from '../support/stored-rows.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

type Person = SignedIn & { accountId: string }

const PATIENT = { timeout: 20_000 }
let server: TestServer
let archive: Uint8Array<ArrayBuffer>
let number = 0

beforeAll(async () => {
  server = await startTestServer()
  await server.signUp('root')
  const conversations = Array.from({ length: 20 }, (_, at) => conversationRecord(at + 1))
  const messages = Array.from({ length: 2_000 }, (_, at) => messageRecord(at + 1, Math.floor(at / 100) + 1))
  archive = await archiveBytes({ conversations, messages })
})
afterAll(() => server[Symbol.asyncDispose]())

/** Somebody with something to lose. */
async function somebody(): Promise<Person> {
  number += 1
  const ana = await server.signUp(`somebody${number}`)
  await chatOf(ana)
  await makeBackup(ana)
  await upload(ana, archive)
  return ana
}

async function leftOf({ accountId }: Person): Promise<string[]> {
  await using database = server.database.open()
  const folders = ['backups', 'spool'].map((name) => readdir(join(server.folder, name), { recursive: true }))
  const files = (await Promise.all(folders)).flat().filter((name) => name.includes(accountId))
  return [...(await tablesMentioning(database, [accountId])), ...files]
}

const spooled = () => readdir(join(server.folder, 'spool'))

const WORKS: Record<string, (who: Person) => Promise<Response>> = {
  backup: (who) => post(who, '/sync/backup'),
  'another backup': (who) => post(who, '/sync/backup'),
  merge: (who) => post(who, '/sync/restore', { mode: 'merge' }),
  replacement: (who) => post(who, '/sync/restore', { mode: 'replace' }),
  rehearsal: (who) => post(who, '/sync/restore', { mode: 'replace', dry_run: true }),
  upload: (who) => tryUpload(who, archive),
}

test('the control: an account that is there is found in tables and in the storage', async () => {
  const ana = await somebody()
  expect(await leftOf(ana)).toEqual(expect.arrayContaining(['accounts', 'backups', 'conversations', ana.accountId]))
})

test.each(Object.keys(WORKS))('at any moment of a %s', async (name) => {
  for (const afterMs of [0, 5, 15, 40, 100, 200, 400]) {
    const ana = await somebody()
    const working = WORKS[name]?.(ana)
    await delay(afterMs)
    const deleted = await ana.fetch('/users/me', { method: 'DELETE' })
    expect([deleted.status, (await working)?.status ?? 500], `${afterMs} ms`).toEqual([
      204,
      expect.toSatisfy((status) => status < 500),
    ])
    await expect.poll(() => leftOf(ana), PATIENT).toEqual([])
  }
  await expect.poll(spooled, PATIENT).toEqual([])
})

test('at any moment of all of it', async () => {
  for (const afterMs of [0, 10, 30, 60, 150, 300]) {
    const ana = await somebody()
    const working = Object.values(WORKS).map((work) => work(ana))
    await delay(afterMs)
    const deleted = await ana.fetch('/users/me', { method: 'DELETE' })
    const statuses = (await Promise.all(working)).map(({ status }) => status)
    expect([deleted.status, Math.max(...statuses)], `${afterMs} ms`).toEqual([
      204,
      expect.toSatisfy((status) => status < 500),
    ])
    await expect.poll(() => leftOf(ana), PATIENT).toEqual([])
  }
  await expect.poll(spooled, PATIENT).toEqual([])
})

test('while an archive is on its way, which then arrives', async () => {
  const ana = await somebody()
  const arriving = Promise.withResolvers<void>()
  const body = ReadableStream.from(
    (async function* () {
      yield archive.subarray(0, 100)
      await arriving.promise
      yield archive.subarray(100)
    })(),
  )
  const init = { method: 'POST', headers: { 'Content-Type': 'application/gzip' }, body, duplex: 'half' } as const
  const uploading = ana.fetch('/sync/backup/upload', init)
  await expect.poll(spooled).toHaveLength(1)
  expect((await ana.fetch('/users/me', { method: 'DELETE' })).status).toBe(204)
  arriving.resolve()
  expect((await uploading).status).toBe(401)
  expect(await leftOf(ana)).toEqual([])
  await expect.poll(spooled).toEqual([])
})
