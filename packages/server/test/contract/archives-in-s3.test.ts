/** Backups in storage that speaks S3, from end to end. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accountState, download, makeBackup, post } from '../support/backups.ts'
import { type S3Server, startS3Server } from '../support/s3-server.ts'
import { chatOf } from '../support/sample-requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let storage: S3Server
let server: TestServer

beforeAll(async () => {
  storage = await startS3Server()
  const { accessKeyId, bucket, endpoint, prefix, region, secretAccessKey } = storage.options
  const env = {
    VEKTOR_BACKUP_STORAGE: `s3://${bucket}/${prefix}?region=${region}&endpoint=${endpoint}`,
    VEKTOR_S3_ACCESS_KEY_ID: accessKeyId,
    VEKTOR_S3_SECRET_ACCESS_KEY: secretAccessKey.reveal(),
  }
  server = await startTestServer({ env })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await storage[Symbol.asyncDispose]()
})

test('a backup is stored, downloaded in parts, restored and deleted there', async () => {
  const ana = await server.signUp('ana')
  const { conversationId } = await chatOf(ana)
  const before = await accountState(ana)
  const { backup_id: id, size } = await makeBackup(ana)
  const whole = Buffer.from(await download(ana, id))
  expect(whole).toHaveLength(size)
  const part = await ana.fetch(`/sync/backup/${id}/content`, { headers: { Range: 'bytes=10-19' } })
  expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(10, 20))
  await ana.fetch(`/chat/history/${conversationId}`, { method: 'DELETE' })
  expect((await post(ana, '/sync/restore')).status).toBe(200)
  expect(await accountState(ana)).toEqual(before)
  await ana.fetch(`/sync/backup/${id}`, { method: 'DELETE' })
  const stored = storage.requests.filter((request) => request.startsWith('PUT '))
  const deleted = storage.requests.filter((request) => request.startsWith('DELETE '))
  expect(deleted.map((request) => request.slice(7))).toEqual(stored.map((request) => request.slice(4)))
})

test('while the storage is away, whoever wants an archive is told so, and loses nothing', async () => {
  const bob = await server.signUp('bob')
  await chatOf(bob)
  const { backup_id: id } = await makeBackup(bob)
  storage.fault = (_request, response) => response.destroy()
  const refused = await bob.fetch(`/sync/backup/${id}/content`)
  expect(refused.status).toBe(503)
  expect(await refused.json()).toMatchObject({ type: '/problems/storage-unavailable' })
  expect((await post(bob, '/sync/restore')).status).toBe(503)
  storage.fault = undefined
  expect((await bob.fetch(`/sync/backup/${id}/content`)).status).toBe(200)
  expect((await post(bob, '/sync/restore')).status).toBe(200)
})
