/** Archives of which a bit or an end is another one, as a server meets them. What reads them is tried in `archive/*.test.ts`. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accountState, download, makeBackup, post, tryUpload } from '../support/backups.ts'
import { chatOf } from '../support/sample-requests.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { keptRows } from '../support/stored-rows.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const random = new SeededRandom(71)

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ env: { OPENAI_API_KEY: 'canary-of-the-operator' } })
  await server.signUp('root')
})
afterAll(() => server[Symbol.asyncDispose]())

function flipped(bytes: Uint8Array, at: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes)
  copy[at] = (copy[at] ?? 0) ^ (1 << random.between(0, 7))
  return copy
}

async function rows(): Promise<unknown> {
  await using database = server.database.open()
  return await keptRows(database)
}

/** Somebody, a backup of theirs, and where its archive is. */
async function prepare(name: string) {
  const ana = await server.signUp(name)
  await chatOf(ana)
  const { backup_id: id } = await makeBackup(ana)
  await using database = server.database.open()
  const { archive_id: archive } = await database.read('backups').where({ id }).first()
  return { ana, id, path: join(server.folder, 'backups', ana.accountId, `${archive}.tar.gz`) }
}

/** Where a bit may mean nothing: the time and the system in the header of gzip, and what fills up its last byte (RFC 1952). */
const HEADER_BYTES = 10
const TRAILER_BYTES = 9

test('sent with a flipped bit or cut off, an archive is refused', async () => {
  const { ana, id } = await prepare('ana')
  const bytes = await download(ana, id)
  const before = await rows()
  for (let count = 0; count < 150; count += 1) {
    const at = random.between(HEADER_BYTES, bytes.length - 1 - TRAILER_BYTES)
    const sent = count % 3 === 0 ? bytes.slice(0, at) : flipped(bytes, at)
    expect((await tryUpload(ana, sent)).status, `${at}`).toBe(422)
  }
  expect(await rows()).toEqual(before)
})

test('the control: a bit that means nothing changes nothing for whoever restores the archive', async () => {
  const { ana, id } = await prepare('eva')
  const state = await accountState(ana)
  expect((await tryUpload(ana, flipped(await download(ana, id), 4))).status).toBe(201)
  expect((await post(ana, '/sync/restore', { mode: 'replace' })).status).toBe(200)
  expect(await accountState(ana)).toEqual(state)
})

test('with a flipped bit or cut off where it is stored, an archive is not restored, and no row changes', async () => {
  const { ana, id, path } = await prepare('bob')
  const bytes = new Uint8Array(await readFile(path))
  const before = await rows()
  for (let count = 0; count < 60; count += 1) {
    const at = random.between(0, bytes.length - 1)
    await writeFile(path, count % 3 === 0 ? bytes.slice(0, at) : flipped(bytes, at))
    for (const mode of ['merge', 'replace'])
      expect((await post(ana, '/sync/restore', { backup_id: id, mode })).status, `${at}`).toBe(422)
  }
  await expect.poll(rows).toEqual(before)
  await writeFile(path, bytes)
  expect((await post(ana, '/sync/restore', { backup_id: id })).status, 'the control: as it was, it is').toBe(200)
})

test('no password, token or key of anybody is in an archive or in the log', async () => {
  const secrets = { password: 'Canario-De-La-Mina-71', operator: 'canary-of-the-operator' }
  const kim = await server.signUp('kim', secrets.password)
  const identity = await generateIdentity()
  const recipient = await identityToRecipient(identity)
  await chatOf(kim)
  const { backup_id: id } = await makeBackup(kim)
  await makeBackup(kim, { recipients: [recipient] })
  expect((await post(kim, '/sync/restore', { backup_id: id, mode: 'replace' })).status).toBe(200)
  const archive = gunzipSync(await download(kim, id)).toString()
  await using database = server.database.open()
  const { password_hash: hash } = await database.read('accounts').where({ id: kim.accountId }).first()
  const canaries = [...Object.values(secrets), hash, kim.accessToken, kim.refreshToken, identity]
  const found = (text: string) => canaries.filter((canary) => text.includes(canary))
  expect(found(archive)).toEqual([])
  expect(found(server.logs.join(''))).toEqual([])
  expect(server.logs.join('')).not.toContain(recipient)
  expect(archive, 'the control: what is no secret is in it').toContain('El secreto de Ana')
})
