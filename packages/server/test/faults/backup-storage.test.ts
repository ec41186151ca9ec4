/** What keeps the archives fails: whoever asks is told so in one sentence, nothing is lost, and it goes on once it is mended. */
import { randomBytes } from 'node:crypto'
import { appendFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { archiveBytes, messageRecord } from '../support/archives.ts'
import {
  accountState,
  type Backup,
  download,
  getBackup,
  makeBackup,
  post,
  tryUpload,
  upload,
} from '../support/backups.ts'
import { refuse, startS3Server } from '../support/s3-server.ts'
import { chatOf } from '../support/sample-requests.ts'
import { startServerProcess } from '../support/server-process.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const PATIENT = { timeout: 40_000 }
const AWAY = '503 /problems/storage-unavailable'

async function answerOf(response: Response): Promise<string> {
  const { type, detail } = JSON.parse(await response.text())
  expect(detail).toMatch(/^[A-Z][^.]+(\. [^.]+)?\.$/)
  return `${response.status} ${type}`
}

async function archiveOf(server: TestServer, { accountId }: { accountId: string }, backup: Backup): Promise<string> {
  await using database = server.database.open()
  const { archive_id: id } = await database.read('backups').where({ id: backup.backup_id }).first()
  return join(server.folder, 'backups', accountId, `${id}.tar.gz`)
}

async function begin(who: SignedIn): Promise<Backup> {
  return JSON.parse(await (await post(who, '/sync/backup')).text())
}

test('an archive that has become shorter, longer or another one is not restored, and the account stays as it is', async () => {
  await using server = await startTestServer()
  const ana = await server.signUp('ana')
  await chatOf(ana)
  const backup = await makeBackup(ana)
  const { backup_id: id } = backup
  const path = await archiveOf(server, ana, backup)
  await chatOf(ana)
  const before = await accountState(ana)
  const damages = [
    () => truncate(path, backup.size - 1),
    () => appendFile(path, 'xx'),
    () => writeFile(path, randomBytes(backup.size + 1)),
    () => writeFile(path, ''),
  ]
  for (const damage of damages) {
    await damage()
    for (const mode of ['merge', 'replace'])
      expect(await answerOf(await post(ana, '/sync/restore', { backup_id: id, mode }))).toBe(
        '422 /problems/archive-invalid',
      )
    expect(await answerOf(await post(ana, `/sync/backup/${id}/verify`))).toBe('422 /problems/archive-invalid')
    await expect(download(ana, id), 'what is missing shows').rejects.toThrow(/terminated|fetch failed/)
    expect(await accountState(ana)).toEqual(before)
  }
  expect((await post(ana, '/sync/restore', { backup_id: (await makeBackup(ana)).backup_id })).status).toBe(200)
})

test('where the folder for archives vanishes, old backups are missing and new ones are made', async () => {
  await using server = await startTestServer()
  const ana = await server.signUp('ana')
  await chatOf(ana)
  const { backup_id: id } = await makeBackup(ana)
  await rm(join(server.folder, 'backups'), { recursive: true })
  for (const asking of [ana.fetch(`/sync/backup/${id}/content`), post(ana, '/sync/restore', { backup_id: id })])
    expect(await answerOf(await asking)).toBe('404 /problems/backup-not-found')
  const again = await makeBackup(ana)
  expect((await post(ana, '/sync/restore', { backup_id: again.backup_id, mode: 'replace' })).status).toBe(200)
})

test('where archives cannot be written nothing is replaced, and it goes on once they can', PATIENT, async () => {
  await using server = await startTestServer()
  const ana = await server.signUp('ana')
  await chatOf(ana)
  const older = await makeBackup(ana)
  await chatOf(ana)
  const before = await accountState(ana)
  const [folder, aside] = [join(server.folder, 'backups'), join(server.folder, 'aside')]
  await rename(folder, aside)
  await writeFile(folder, 'no folder')
  const failing = await begin(ana)
  expect(await answerOf(await tryUpload(ana, await archiveBytes()))).toBe(AWAY)
  expect(await answerOf(await ana.fetch(`/sync/backup/${older.backup_id}/content`))).toBe(AWAY)
  expect(await answerOf(await post(ana, '/sync/restore', { backup_id: older.backup_id, mode: 'replace' }))).toBe(AWAY)
  await expect
    .poll(() => getBackup(ana, failing.backup_id), PATIENT)
    .toMatchObject({ status: 'failed', error: expect.stringMatching(/^The storage .*\.$/) })
  expect(await accountState(ana)).toEqual(before)
  await rm(folder)
  await rename(aside, folder)
  expect((await post(ana, '/sync/restore', { backup_id: older.backup_id, mode: 'replace' })).status).toBe(200)
})

test('an account whose archives cannot be deleted now is gone at once, and they go later', async () => {
  await using server = await startTestServer()
  const ana = await server.signUp('ana')
  await chatOf(ana)
  await makeBackup(ana)
  const [folder, aside] = [join(server.folder, 'backups'), join(server.folder, 'aside')]
  await rename(folder, aside)
  await writeFile(folder, 'no folder')
  expect(await answerOf(await ana.fetch('/users/me', { method: 'DELETE' }))).toBe(AWAY)
  expect((await ana.fetch('/users/me')).status).toBe(401)
})

test('where files cannot wait an archive is neither taken nor restored, and is once they can', async () => {
  await using server = await startTestServer()
  const ana = await server.signUp('ana')
  await chatOf(ana)
  await makeBackup(ana)
  const spool = join(server.folder, 'spool')
  await rm(spool, { recursive: true })
  await writeFile(spool, 'no folder')
  expect(await answerOf(await tryUpload(ana, await archiveBytes()))).toBe(AWAY)
  expect(await answerOf(await post(ana, '/sync/restore'))).toBe(AWAY)
  await rm(spool)
  expect((await post(ana, '/sync/restore')).status).toBe(200)
})

test('for a large archive there is no room, for a small one there is', async () => {
  await using server = await startServerProcess({ longestFileKb: 20_000 })
  const ana = await server.signUp('ana')
  const content = randomBytes(21_000_000).toString('base64')
  const large = await archiveBytes({ messages: [messageRecord(1, 1, { content })] })
  expect(large.length).toBeGreaterThan(20_480_000)
  const before = await accountState(ana)
  expect(await answerOf(await tryUpload(ana, large))).toBe(AWAY)
  expect(await accountState(ana)).toEqual(before)
  expect(await (await ana.fetch('/sync/backup')).text()).toBe('[]')
  await upload(ana, await archiveBytes())
  expect((await post(ana, '/sync/restore')).status).toBe(200)
})

test('while the storage is away nothing is taken, sent or replaced, and backups that were begun are made once it is back', {
  timeout: 90_000,
}, async () => {
  await using storage = await startS3Server()
  const { accessKeyId, bucket, endpoint, prefix, region, secretAccessKey } = storage.options
  const env = {
    VEKTOR_BACKUP_STORAGE: `s3://${bucket}/${prefix}?region=${region}&endpoint=${endpoint}`,
    VEKTOR_S3_ACCESS_KEY_ID: accessKeyId,
    VEKTOR_S3_SECRET_ACCESS_KEY: secretAccessKey.reveal(),
  }
  await using server = await startTestServer({ env })
  const ana = await server.signUp('ana')
  await chatOf(ana)
  const { backup_id: id } = await makeBackup(ana)
  await chatOf(ana)
  const before = await accountState(ana)
  storage.fault = (_, response) => refuse(response, 503, 'SlowDown')
  const begun = await begin(ana)
  const asked = [
    tryUpload(ana, await archiveBytes()),
    ana.fetch(`/sync/backup/${id}/content`),
    post(ana, `/sync/backup/${id}/verify`),
    post(ana, '/sync/restore', { backup_id: id }),
  ]
  for (const asking of asked) expect(await answerOf(await asking)).toBe(AWAY)
  expect(await accountState(ana)).toEqual(before)
  storage.fault = undefined
  await expect.poll(async () => (await getBackup(ana, begun.backup_id)).status, PATIENT).toBe('completed')
  expect((await post(ana, '/sync/restore', { backup_id: id, mode: 'replace' })).status).toBe(200)
  expect(server.logs.join('')).not.toContain(secretAccessKey.reveal())
})
