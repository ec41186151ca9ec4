/** What an account sees of its backups over HTTP. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Backup, getBackup as get, makeBackup, post } from '../support/backups.ts'
import { CHAT } from '../support/sample-requests.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let number = 0

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

/** An account of its own for a test, with something to lose. */
async function newAccount(conversations = 1): Promise<SignedIn> {
  number += 1
  const ana = await server.signUp(`ana${number}`)
  for (let count = 0; count < conversations; count += 1) await (await post(ana, '/chat/stream', CHAT)).text()
  return ana
}

test('a backup is begun at once, and tells where it is and how it goes on', async () => {
  const ana = await newAccount()
  const response = await post(ana, '/sync/backup')
  expect(response.status).toBe(202)
  const begun: Backup = JSON.parse(await response.text())
  expect(begun).toMatchObject({ status: 'in_progress', task_id: begun.backup_id })
  expect(response.headers.get('location')).toBe(`/sync/backup/${begun.task_id}`)
  await expect.poll(async () => (await get(ana, begun.task_id)).status).toBe('completed')
  expect(await get(ana, begun.task_id)).toMatchObject({ progress: 1, counts: { conversations: 1, messages: 2 } })
})

test('the newest backup comes first in the list', async () => {
  const ana = await newAccount()
  const older = await makeBackup(ana)
  const newer = await makeBackup(ana)
  const listed: Backup[] = JSON.parse(await (await ana.fetch('/sync/backup')).text())
  expect(listed.map(({ backup_id: id }) => id)).toEqual([newer.backup_id, older.backup_id])
})

test('what is downloaded has the size and the checksum that the backup tells', async () => {
  const ana = await newAccount()
  const { backup_id: id, sha256, size } = await makeBackup(ana)
  const response = await ana.fetch(`/sync/backup/${id}/content`)
  const bytes = Buffer.from(await response.arrayBuffer())
  expect(bytes.length).toBe(size)
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256)
  expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="vektor-[\dT-]+Z\.tar\.gz"$/)
})

test('a download goes on where it broke off', async () => {
  const ana = await newAccount()
  const { backup_id: id, size } = await makeBackup(ana)
  const path = `/sync/backup/${id}/content`
  const whole = Buffer.from(await (await ana.fetch(path)).arrayBuffer())
  const tag = (await ana.fetch(path, { method: 'HEAD' })).headers.get('etag') ?? ''
  const rest = await ana.fetch(path, { headers: { Range: 'bytes=100-', 'If-Range': tag } })
  expect(rest.status).toBe(206)
  expect(rest.headers.get('content-range')).toBe(`bytes 100-${size - 1}/${size}`)
  expect(Buffer.from(await rest.arrayBuffer())).toEqual(whole.subarray(100))
  const last = await ana.fetch(path, { headers: { Range: 'bytes=-10' } })
  expect(Buffer.from(await last.arrayBuffer())).toEqual(whole.subarray(-10))
})

test('of an archive that is another one by now, all is sent', async () => {
  const ana = await newAccount()
  const { backup_id: id, size } = await makeBackup(ana)
  const headers = { Range: 'bytes=100-', 'If-Range': '"of another one"' }
  const response = await ana.fetch(`/sync/backup/${id}/content`, { headers })
  expect(response.status).toBe(200)
  expect((await response.arrayBuffer()).byteLength).toBe(size)
})

test('behind the end of the archive there is nothing to send', async () => {
  const ana = await newAccount()
  const { backup_id: id, size } = await makeBackup(ana)
  const response = await ana.fetch(`/sync/backup/${id}/content`, { headers: { Range: `bytes=${size}-` } })
  expect(response.status).toBe(416)
  expect(response.headers.get('content-range')).toBe(`bytes */${size}`)
})

test('a backup that is deleted is gone', async () => {
  const ana = await newAccount()
  const { backup_id: id } = await makeBackup(ana)
  expect((await ana.fetch(`/sync/backup/${id}`, { method: 'DELETE' })).status).toBe(204)
  for (const path of [`/sync/backup/${id}`, `/sync/backup/${id}/content`])
    expect((await ana.fetch(path)).status).toBe(404)
  expect(await (await ana.fetch('/sync/backup')).text()).toBe('[]')
})

test('a recipient that is no key of age is refused', async () => {
  const ana = await newAccount(0)
  const response = await post(ana, '/sync/backup', { recipients: ['age1nokey'] })
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({ errors: [{ pointer: '/recipients/0' }] })
})

test('a whole archive is said to be whole', async () => {
  const ana = await newAccount()
  const { backup_id: id } = await makeBackup(ana)
  const response = await post(ana, `/sync/backup/${id}/verify`)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ backup_id: id, status: 'completed' })
})
