/** Answers that are being written while their account is backed up or restored. */
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { download, makeBackup, post, upload } from '../support/backups.ts'
import { textOf } from '../support/event-stream.ts'
import { FakeUpstream } from '../support/fake-upstream.ts'
import { chatOf } from '../support/sample-requests.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { ask, receive } from '../support/two-servers.ts'

interface Stored {
  content: string
  status: string
}

let server: TestServer
let upstream: FakeUpstream
let number = 0
beforeAll(async () => {
  upstream = await FakeUpstream.start()
  server = await startTestServer({ env: { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: upstream.baseUrl } })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
})

async function lastMessage(who: SignedIn, conversationId: unknown): Promise<Stored | undefined> {
  const { messages }: { messages: Stored[] } = JSON.parse(
    await (await who.fetch(`/chat/history/${conversationId}`)).text(),
  )
  return messages.at(-1)
}

/** Somebody with a backup, and an answer of which `Uno. ` is stored. */
async function answering() {
  number += 1
  const ana = await server.signUp(`ana${number}`)
  await chatOf(ana)
  const { backup_id: older } = await makeBackup(ana)
  const live = upstream.live()
  const { events, ended } = receive(await ask(ana))
  await live.request
  live.text('Uno. ')
  await expect.poll(() => textOf(events)).toBe('Uno. ')
  const conversationId = events[0]?.data.conversation_id
  await expect.poll(() => lastMessage(ana, conversationId)).toMatchObject({ content: 'Uno. ', status: 'in_progress' })
  return { ana, conversationId, ended, events, live, older }
}

test('an answer that is being written is in a backup as far as it has come, and elsewhere ends there', async () => {
  const { ana, conversationId, ended, live } = await answering()
  const archive = await download(ana, (await makeBackup(ana)).backup_id)
  live.text('Dos.')
  live.finish('stop')
  live.end()
  await ended
  const bob = await server.signUp(`bob${number}`)
  await upload(bob, archive)
  expect((await post(bob, '/sync/restore')).status).toBe(200)
  const list: { id: string }[] = JSON.parse(await (await bob.fetch('/chat/history')).text())
  const lasts = await Promise.all(list.map(({ id }) => lastMessage(bob, id)))
  expect(lasts).toContainEqual(expect.objectContaining({ content: 'Uno. ', status: 'interrupted' }))
  expect((await post(ana, '/sync/restore')).status).toBe(200)
  expect(await lastMessage(ana, conversationId), 'a merge takes nothing back').toMatchObject({
    content: 'Uno. Dos.',
    status: 'completed',
  })
})

test('an answer that is being written goes on through a merge, with its own beginning in it', async () => {
  const { ana, conversationId, ended, events, live } = await answering()
  const { backup_id: id } = await makeBackup(ana)
  expect((await post(ana, '/sync/restore', { backup_id: id })).status).toBe(200)
  expect(await lastMessage(ana, conversationId)).toMatchObject({ content: 'Uno. ', status: 'in_progress' })
  live.text('Dos.')
  live.finish('stop')
  live.end()
  await ended
  expect(textOf(events)).toBe('Uno. Dos.')
  expect(events.at(-1)?.data).toMatchObject({ type: 'done', finish_reason: 'stop' })
  expect(await lastMessage(ana, conversationId)).toMatchObject({ content: 'Uno. Dos.', status: 'completed' })
})

test('an answer that is being written ends with a replacement, and what there was of it is in a backup', async () => {
  const { ana, conversationId, ended, events, older } = await answering()
  const response = await post(ana, '/sync/restore', { backup_id: older, mode: 'replace' })
  const { safety_backup_id: safety }: { safety_backup_id: string } = JSON.parse(await response.text())
  await ended
  expect(events.at(-1)?.data).toMatchObject({ type: 'done', finish_reason: 'cancelled' })
  expect((await ana.fetch(`/chat/history/${conversationId}`)).status).toBe(404)
  expect(gunzipSync(await download(ana, safety)).toString()).toContain('"content":"Uno. "')
})
