/** What a restore does to an account, over HTTP. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accountState, type Backup, download, makeBackup, post, upload } from '../support/backups.ts'
import { chatOf } from '../support/sample-requests.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

let server: TestServer
let number = 0

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

interface Report {
  detail: string
  backup_id: string
  dry_run: boolean
  safety_backup_id?: string
  restored: Record<string, unknown>
  changes?: { action: string; title: string; conversation_id: string }[]
}

type Person = SignedIn & { accountId: string }

async function newAccount(): Promise<Person> {
  number += 1
  return server.signUp(`ana${number}`)
}

async function restore(who: SignedIn, body?: unknown): Promise<Report> {
  const response = await post(who, '/sync/restore', body)
  expect(response.status, await response.clone().text()).toBe(200)
  return JSON.parse(await response.text())
}

const remove = (who: SignedIn, id: string) => who.fetch(`/chat/history/${id}`, { method: 'DELETE' })
const rename = (who: SignedIn, id: string, title: string) =>
  who.fetch(`/chat/history/${id}`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ title }),
  })

async function say(who: SignedIn, conversationId: string): Promise<void> {
  const messages = [{ role: 'user', content: 'Otro secreto' }]
  const body = { model: 'eliza', messages, conversation_id: conversationId }
  await (await post(who, '/chat/stream', body)).text()
}

const NOTHING = {
  conversations_added: 0,
  conversations_changed: 0,
  conversations_removed: 0,
  messages_added: 0,
  messages_changed: 0,
  messages_removed: 0,
  preferences: [],
}

test('what was deleted comes back as it was', async () => {
  const ana = await newAccount()
  const { conversationId } = await chatOf(ana)
  await say(ana, conversationId)
  await chatOf(ana)
  const before = await accountState(ana)
  const { backup_id: id } = await makeBackup(ana)
  await remove(ana, conversationId)
  const report = await restore(ana)
  expect(report).toMatchObject({ detail: 'Restauración completada', backup_id: id, dry_run: false })
  expect(report.restored).toEqual({ ...NOTHING, conversations_added: 1, messages_added: 4 })
  expect(await accountState(ana)).toEqual(before)
})

test('a merge brings back what is another now, and keeps what came later', async () => {
  const ana = await newAccount()
  const { conversationId } = await chatOf(ana)
  await makeBackup(ana)
  await rename(ana, conversationId, 'Otro título')
  await say(ana, conversationId)
  const later = await chatOf(ana)
  const before = await accountState(ana)
  const report = await restore(ana, { mode: 'merge' })
  expect(report.restored).toEqual({ ...NOTHING, conversations_changed: 1 })
  const after = JSON.parse(JSON.stringify(before).replaceAll('Otro título', 'El secreto de Ana'))
  expect(await accountState(ana)).toEqual(after)
  expect(JSON.stringify(after)).toContain(later.conversationId)
})

test('restored twice, it is as if it was restored once', async () => {
  const ana = await newAccount()
  const { conversationId } = await chatOf(ana)
  await makeBackup(ana)
  await remove(ana, conversationId)
  await restore(ana)
  const once = await accountState(ana)
  expect((await restore(ana)).restored).toEqual(NOTHING)
  expect(await accountState(ana)).toEqual(once)
})

test('replaced, an account is what the backup shows; and what it was is in a backup made before', async () => {
  const ana = await newAccount()
  const [kept, deleted] = [await chatOf(ana), await chatOf(ana)]
  await post(ana, '/users/preferences')
  const shown = await accountState(ana)
  const { backup_id: id } = await makeBackup(ana)
  await remove(ana, deleted.conversationId)
  await say(ana, kept.conversationId)
  await rename(ana, kept.conversationId, 'Otro título')
  await chatOf(ana)
  await ana.fetch('/users/preferences', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ theme: 'dark' }),
  })
  const replaced = await accountState(ana)
  const report = await restore(ana, { backup_id: id, mode: 'replace' })
  expect(report.restored).toEqual({
    conversations_added: 1,
    conversations_changed: 1,
    conversations_removed: 1,
    messages_added: 2,
    messages_changed: 0,
    messages_removed: 4,
    preferences: ['theme'],
  })
  expect(await accountState(ana)).toEqual(shown)
  expect((await restore(ana, { backup_id: report.safety_backup_id, mode: 'replace' })).detail).toBe(
    'Restauración completada',
  )
  expect(await accountState(ana)).toEqual(replaced)
})

test('replaced twice, without a word about which backup, an account is what the backup shows; what it was is not the last backup', async () => {
  const ana = await newAccount()
  await chatOf(ana)
  const shown = await accountState(ana)
  const { backup_id: id } = await makeBackup(ana)
  await chatOf(ana)
  for (const time of ['once', 'twice']) {
    expect(await restore(ana, { mode: 'replace' }), time).toMatchObject({ backup_id: id })
    expect(await accountState(ana), time).toEqual(shown)
  }
})

test('whoever replaces an account again and again loses no other backup', async () => {
  const ana = await newAccount()
  await chatOf(ana)
  await ana.fetch('/users/preferences', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ backup_keep: 2 }),
  })
  const made = [await makeBackup(ana), await makeBackup(ana)].map(({ backup_id }) => backup_id)
  for (let time = 0; time < 4; time += 1) {
    await chatOf(ana)
    await restore(ana, { backup_id: made[0], mode: 'replace' })
  }
  const listed: Backup[] = JSON.parse(await (await ana.fetch('/sync/backup')).text())
  const idsOf = (origin: string) =>
    listed.filter((backup) => backup.origin === origin).map(({ backup_id }) => backup_id)
  expect(idsOf('requested').toSorted()).toEqual(made.toSorted())
  expect(idsOf('safety')).toHaveLength(2)
})

test('a rehearsal tells what would be done, and does nothing', async () => {
  const ana = await newAccount()
  const [kept, deleted] = [await chatOf(ana), await chatOf(ana)]
  await makeBackup(ana)
  await remove(ana, deleted.conversationId)
  await say(ana, kept.conversationId)
  const later = await chatOf(ana)
  const before = await accountState(ana)
  const report = await restore(ana, { mode: 'replace', dry_run: true })
  expect(report.detail).toBe('Simulación completada: no se ha cambiado nada')
  expect(report.changes?.map(({ action, conversation_id: id }) => [action, id])).toEqual([
    ['add', deleted.conversationId],
    ['change', kept.conversationId],
    ['remove', later.conversationId],
  ])
  expect(await accountState(ana)).toEqual(before)
  const listed: Backup[] = JSON.parse(await (await ana.fetch('/sync/backup')).text())
  expect(listed.map(({ origin }) => origin)).toEqual(['requested'])
  expect((await restore(ana, { mode: 'replace' })).restored).toEqual(report.restored)
})

test('without a backup there is nothing to restore', async () => {
  const ana = await newAccount()
  expect((await post(ana, '/sync/restore')).status).toBe(404)
})

test("somebody else's backup is none", async () => {
  const [ana, bob] = [await newAccount(), await newAccount()]
  const { backup_id: id } = await makeBackup(ana)
  expect((await post(bob, '/sync/restore', { backup_id: id })).status).toBe(404)
})

test('an account moves to another server, and back, and is the same', async () => {
  await using other = await startTestServer()
  const ana = await newAccount()
  const [kept] = [await chatOf(ana), await chatOf(ana)]
  await say(ana, kept.conversationId)
  await rename(ana, kept.conversationId, 'Otro título')
  const before = await accountState(ana)
  const there = await other.signUp('ana')
  await upload(there, await download(ana, (await makeBackup(ana)).backup_id))
  expect((await restore(there)).restored).toMatchObject({ conversations_added: 2, messages_added: 6 })
  expect(await accountState(there)).toEqual(before)
  await upload(ana, await download(there, (await makeBackup(there)).backup_id))
  expect((await restore(ana, { mode: 'replace' })).restored).toEqual(NOTHING)
  expect(await accountState(ana)).toEqual(before)
})

test("somebody else's archive brings copies, with ids of their own, once", async () => {
  const [ana, bob] = [await newAccount(), await newAccount()]
  const { conversationId } = await chatOf(ana)
  await say(ana, conversationId)
  const anas = await accountState(ana)
  const bytes = await download(ana, (await makeBackup(ana)).backup_id)
  await upload(bob, bytes)
  expect((await restore(bob)).restored).toEqual({ ...NOTHING, conversations_added: 1, messages_added: 4 })
  const once = JSON.stringify(await accountState(bob))
  expect((await restore(bob)).restored).toEqual(NOTHING)
  expect(JSON.stringify(await accountState(bob))).toBe(once)
  expect(await accountState(ana)).toEqual(anas)
  const ids: string[] = JSON.stringify(anas).match(/[0-9a-f-]{36}/g) ?? []
  expect(ids.filter((id) => once.includes(id))).toEqual([])
})
