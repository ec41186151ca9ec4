/** An account that moves from one database to the other, and back. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { accountState, download, makeBackup, post, upload } from '../support/backups.ts'
import { chatOf } from '../support/sample-requests.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { sqliteDatabase } from '../support/test-database.ts'
import { startTestServer } from '../support/test-server.ts'

async function restore(who: SignedIn, bytes: Uint8Array<ArrayBuffer>, mode: 'merge' | 'replace'): Promise<unknown> {
  const { backup_id: id } = await upload(who, bytes)
  const response = await post(who, '/sync/restore', { backup_id: id, mode })
  return Object(await response.json()).restored
}

const backedUp = async (who: SignedIn) => download(who, (await makeBackup(who)).backup_id)

test('from SQLite to PostgreSQL and back, an account is the same', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vektor-across-'))
  await using postgres = await startTestServer()
  await using sqlite = await startTestServer({ beside: { database: sqliteDatabase(folder) } })
  const [here, there] = [await sqlite.signUp('ana'), await postgres.signUp('ana')]
  for (let count = 0; count < 5; count += 1) await chatOf(here)
  const before = await accountState(here)
  const bytes = await backedUp(here)
  expect(await restore(there, bytes, 'merge')).toMatchObject({ conversations_added: 5, messages_added: 10 })
  expect(await accountState(there)).toEqual(before)
  const nothing = { conversations_added: 0, conversations_changed: 0, conversations_removed: 0, messages_changed: 0 }
  expect(await restore(here, await backedUp(there), 'replace')).toMatchObject(nothing)
  expect(await accountState(here)).toEqual(before)
  await rm(folder, { recursive: true, force: true })
})
