/** What others see and do while something is restored. */
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { archiveBytes, conversationRecord, idOf, messageRecord } from '../support/archives.ts'
import { accountState, type Backup, download, makeBackup, post, upload } from '../support/backups.ts'
import { chatOf } from '../support/sample-requests.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const MODES = ['merge', 'replace'] as const

let server: TestServer
let other: TestServer
let large: Uint8Array<ArrayBuffer>
let number = 0

beforeAll(async () => {
  server = await startTestServer()
  // Of a SQLite file there is one server.
  await using database = server.database.open()
  other = database.dialect.isExclusive ? server : await startTestServer({ beside: server })
  await server.signUp('root')
  large = await archiveOf('grande')
})
afterAll(async () => {
  if (other !== server) await other[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const somebody = () => server.signUp(`somebody${++number}`)

/** So much that whoever restores it can be watched. */
function archiveOf(word: string, messagesEach = 60): Promise<Uint8Array<ArrayBuffer>> {
  const numbers = Array.from({ length: 50 }, (_, at) => at + 1)
  return archiveBytes({
    conversations: numbers.map((one) => conversationRecord(one, { title: `${word} ${one}` })),
    messages: numbers.flatMap((one) =>
      Array.from({ length: messagesEach }, (_, at) => {
        const parent = at < 60 ? null : idOf('message', one * 100 + at - 1)
        return messageRecord(one * 100 + at, one, { content: `${word} secreto ${at}`, parent_id: parent })
      }),
    ),
  })
}

async function restore(
  who: SignedIn,
  body: object,
): Promise<{ status: number; type?: string; safety_backup_id?: string }> {
  const response = await post(who, '/sync/restore', body)
  return { ...JSON.parse(await response.text()), status: response.status }
}

/** Reads these again and again until `work` is done: each has to show the old state and then the new one. */
async function watch(who: SignedIn, paths: readonly string[], work: Promise<unknown>): Promise<number> {
  const read = async (path: string) => {
    const response = await who.fetch(path)
    const text = await response.text()
    // A stream has cursors of its own each time, and a problem its request.
    return response.ok && !path.startsWith('/chat/stream') ? text : String(response.status)
  }
  const seen = new Map(paths.map((path) => [path, [] as string[]]))
  let isOver = false
  const watching = paths.map(async (path) => {
    do seen.get(path)?.push(await read(path))
    while (!isOver)
  })
  await work.finally(() => {
    isOver = true
  })
  await Promise.all(watching)
  for (const [path, states] of seen) {
    const [old, after] = [states[0], await read(path)]
    const change = states.indexOf(after)
    expect(
      states.slice(0, change < 0 ? states.length : change).filter((state) => state !== old),
      path,
    ).toEqual([])
    expect(change < 0 ? [] : states.slice(change).filter((state) => state !== after), path).toEqual([])
  }
  return Math.min(...[...seen.values()].map((states) => states.length))
}

test.each(MODES)('of a %s nobody sees anything until all of it is there', async (mode) => {
  const ana = await somebody()
  const first = await upload(ana, large)
  expect(await restore(ana, { backup_id: first.backup_id })).toMatchObject({ status: 200 })
  const [{ id: kept }, { id: gone }] = JSON.parse(await (await ana.fetch('/chat/history?limit=2')).text())
  const { messages } = JSON.parse(await (await ana.fetch(`/chat/history/${gone}?tree=true`)).text())
  await ana.fetch(`/chat/history/${gone}`, { method: 'DELETE' })
  await ana.fetch(`/chat/history/${kept}`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: '{"title":"otro"}',
  })
  await chatOf(ana)
  const paths = [
    '/chat/history',
    '/chat/history?q=secreto',
    '/chat/history?q=otro',
    `/chat/history/${kept}?tree=true`,
    `/chat/history/${gone}?tree=true`,
    `/chat/stream?message_id=${messages[0].id}`,
    '/users/preferences',
  ]
  const restoring = restore(ana, { backup_id: first.backup_id, mode })
  const rounds = await watch(ana, paths, restoring)
  expect(await restoring).toMatchObject({ status: 200 })
  expect(rounds, 'the control: it took longer than a few glances').toBeGreaterThan(3)
})

test('the control: whoever watches notices what is there one after the other', async () => {
  const ana = await somebody()
  const work = async () => {
    for (let count = 0; count < 3; count += 1) await chatOf(ana)
  }
  await expect(watch(ana, ['/chat/history'], work())).rejects.toThrow('/chat/history')
})

test.each([
  ['on one server', () => server],
  ['on two servers', () => other],
])('of two restores at once one is refused, %s', async (_, second) => {
  const ana = await somebody()
  const there = await second().signIn(ana.username)
  const { backup_id: id } = await upload(ana, large)
  const both = await Promise.all([restore(ana, { backup_id: id }), restore(there, { backup_id: id })])
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
  expect(both.find(({ status }) => status === 409)).toMatchObject({ type: '/problems/restore-running' })
  const state = await accountState(ana, 'grande')
  expect(await restore(ana, { backup_id: id })).toMatchObject({ status: 200 })
  expect(await accountState(ana, 'grande')).toEqual(state)
})

test('two accounts that restore one archive at the same moment get it both, each with ids of its own', async () => {
  const archive = await archiveOf('mellizos')
  const [ana, bob] = [await somebody(), await somebody()]
  const there = await other.signIn(bob.username)
  const backups = [await upload(ana, archive), await upload(bob, archive)]
  const both = await Promise.all([
    restore(ana, { backup_id: backups[0]?.backup_id }),
    restore(there, { backup_id: backups[1]?.backup_id }),
  ])
  expect(both.map(({ status }) => status)).toEqual([200, 200])
  const lists = await Promise.all(
    [ana, bob].map(
      async (who): Promise<{ id: string; message_count: number }[]> =>
        JSON.parse(await (await who.fetch('/chat/history')).text()),
    ),
  )
  const found = lists.flat()
  expect(found.map(({ message_count: count }) => count)).toEqual(found.map(() => 60))
  expect(new Set(found.map(({ id }) => id)).size).toBe(100)
})

test('retention never takes the archive that is being restored', async () => {
  const ana = await somebody()
  await ana.fetch('/users/preferences', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: '{"backup_keep":1}',
  })
  const { backup_id: id } = await upload(ana, large)
  await chatOf(ana)
  const restoring = restore(ana, { backup_id: id, mode: 'replace' })
  await makeBackup(ana)
  expect(await restoring).toMatchObject({ status: 200 })
  const listed: Backup[] = JSON.parse(await (await ana.fetch('/sync/backup')).text())
  expect(listed.map(({ origin }) => origin)).toContain('safety')
})

test.each(MODES)(
  'a %s of what somebody deletes meanwhile does not say that all is there',
  { timeout: 60_000 },
  async (mode) => {
    const ana = await somebody()
    const { backup_id: id } = await upload(ana, large)
    expect(await restore(ana, { backup_id: id })).toMatchObject({ status: 200 })
    // Each of its conversations gets a message more, which follows one that is there.
    const longer = await archiveOf('grande', 61)
    const { backup_id: longerId } = await upload(ana, longer)
    await using database = server.database.open()
    const running = { account_id: ana.accountId, is_over: false }
    const staged = () =>
      database
        .read('restore_conversations')
        .whereIn('restore_id', database.read('restores').where(running).select('id'))
    const restoring = restore(ana, { backup_id: longerId, mode })
    // What is staged of it follows one of its messages.
    const growing = async () => (await staged().where('added_count', '>', 0).first())?.conversation_id
    await expect.poll(growing, { interval: 5, timeout: 5_000 }).toBeDefined()
    const deletedId = await growing()
    expect((await ana.fetch(`/chat/history/${deletedId}`, { method: 'DELETE' })).status).toBe(204)
    expect(await restoring).toMatchObject({ status: 409, type: '/problems/account-busy' })
    expect(await restore(ana, { backup_id: longerId, mode })).toMatchObject({ status: 200 })
    const conversation = JSON.parse(await (await ana.fetch(`/chat/history/${deletedId}?tree=true`)).text())
    expect(conversation.messages).toHaveLength(61)
  },
)

test.each(MODES)('a %s whose lease is lost, as of a server that was taken for dead, changes nothing', async (mode) => {
  const ana = await somebody()
  await chatOf(ana)
  const { backup_id: id } = await upload(ana, large)
  const before = await accountState(ana)
  const restoring = restore(ana, { backup_id: id, mode })
  await using database = server.database.open()
  const running = { account_id: ana.accountId, is_over: false }
  await expect
    .poll(async () => database.read('restores').where(running), { interval: 5, timeout: 5_000 })
    .toHaveLength(1)
  await database.transaction((transaction) => transaction('restores').where(running).update({ is_over: true }))
  expect(await restoring).toMatchObject({ status: 409, type: '/problems/restore-running' })
  expect(await accountState(ana)).toEqual(before)
  expect(await restore(ana, { backup_id: id, mode })).toMatchObject({ status: 200 })
})

test('where what there is cannot be kept, because somebody deletes that backup, nothing is replaced', async () => {
  const ana = await somebody()
  const { backup_id: id } = await upload(ana, large)
  expect(await restore(ana, { backup_id: id })).toMatchObject({ status: 200 })
  const listSafety = async () => {
    const listed: Backup[] = JSON.parse(await (await ana.fetch('/sync/backup')).text())
    return listed.filter(({ origin }) => origin === 'safety').map(({ backup_id }) => backup_id)
  }
  // On a busy machine the restore may be over before anybody has seen its backup.
  for (let attempt = 1; attempt <= 10; attempt += 1) {
    await chatOf(ana)
    const [before, earlier] = [await accountState(ana), await listSafety()]
    const restoring = restore(ana, { backup_id: id, mode: 'replace' })
    await expect.poll(listSafety, { interval: 1, timeout: 5_000 }).not.toEqual(earlier)
    for (const safety of await listSafety()) await ana.fetch(`/sync/backup/${safety}`, { method: 'DELETE' })
    const { status, type } = await restoring
    if (status === 200) continue
    expect([status, type]).toEqual([404, '/problems/backup-not-found'])
    expect(await accountState(ana)).toEqual(before)
    return
  }
  expect.fail('Each restore was over before its backup was deleted.')
})

/** Says one thing after the other until it is told to stop. Answers what the server has said that it has. */
function talk(who: SignedIn, conversationId?: string) {
  const said: string[] = []
  let isOver = false
  const talking = (async () => {
    for (let count = 0; !isOver; count += 1) {
      const content = `dicho-${number}-${count}-${conversationId === undefined}`
      const response = await post(who, '/chat/stream', {
        model: 'eliza',
        messages: [{ role: 'user', content }],
        conversation_id: conversationId,
      })
      const text = await response.text()
      expect(response.status, text).toBeLessThan(500)
      if (response.ok && text.includes('"type":"start"')) said.push(content)
    }
  })()
  return {
    async stop(): Promise<string[]> {
      isOver = true
      await talking
      return said
    },
  }
}

test('what is said during a merge is there after it', async () => {
  const ana = await somebody()
  const { conversationId } = await chatOf(ana)
  const { backup_id: id } = await upload(ana, large)
  const talks = [talk(ana, conversationId), talk(ana)]
  expect(await restore(ana, { backup_id: id })).toMatchObject({ status: 200 })
  const said = (await Promise.all(talks.map((each) => each.stop()))).flat()
  const state = JSON.stringify(await accountState(ana))
  expect(said.filter((content) => !state.includes(`"${content}"`))).toEqual([])
  expect(said.length, 'the control: something was said').toBeGreaterThan(3)
})

test('what is said during a replacement is there after it, or in a backup; and who never stops is told to', async () => {
  const ana = await somebody()
  const { conversationId } = await chatOf(ana)
  const { backup_id: id } = await upload(ana, large)
  const talks = [talk(ana, conversationId), talk(ana)]
  const busy = await restore(ana, { backup_id: id, mode: 'replace' })
  const during = (await Promise.all(talks.map((each) => each.stop()))).flat()
  expect([200, 409]).toContain(busy.status)
  if (busy.status === 409) expect(busy).toMatchObject({ type: '/problems/account-busy' })
  const later = talk(ana)
  const again = restore(ana, { backup_id: id, mode: 'replace' })
  const shortly = await later.stop()
  expect(await again).toMatchObject({ status: 200 })
  const state = JSON.stringify(await accountState(ana))
  const listed: Backup[] = JSON.parse(await (await ana.fetch('/sync/backup')).text())
  const kept = await Promise.all(
    listed.map(async ({ backup_id }) => gunzipSync(await download(ana, backup_id)).toString()),
  )
  const isKept = (content: string) => [state, ...kept].some((text) => text.includes(`"${content}"`))
  expect([...during, ...shortly].filter((content) => !isKept(content))).toEqual([])
  expect(during.length, 'the control: something was said').toBeGreaterThan(3)
})
