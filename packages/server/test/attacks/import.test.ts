/** Files that are meant to break out, to fill up, or to take what is somebody else's. */
import { readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chatgptConversation, chatgptExchange, node } from '../support/chatgpt-export.ts'
import { exportAll, importFile, sendFile, show } from '../support/import-file.ts'
import { chatOf } from '../support/sample-requests.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { zip } from '../support/zip.ts'

const MB = 1024 ** 2

let server: TestServer
let count = 0
beforeAll(async () => {
  server = await startTestServer({ env: { VEKTOR_IMPORT_LIMIT: '64mb' } })
})
afterAll(() => server[Symbol.asyncDispose]())

const somebody = () => server.signUp(`attacker${++count}`)

async function refusal(who: SignedIn, file: Uint8Array<ArrayBuffer> | string, headers?: Record<string, string>) {
  const response = await sendFile(who, file, headers && { 'Content-Type': 'application/octet-stream', ...headers })
  const { type = '', detail = '' }: { type?: string; detail?: string } = JSON.parse(await response.text())
  return [response.status, type.replace('/problems/', ''), detail]
}

const storedFiles = async () => (await readdir(join(server.folder, 'spool')).catch(() => [])).length

describe('a bomb', () => {
  test('of spaces, zipped or compressed on its way, is refused before it goes off', async () => {
    const ana = await somebody()
    const spaces = Buffer.alloc(200 * MB, ' ')
    const bomb = zip([{ name: 'conversations.json', content: spaces }])
    const compressed = new Uint8Array(gzipSync(spaces))
    const before = process.memoryUsage().rss
    expect(bomb.length).toBeLessThan(MB)
    expect(await refusal(ana, bomb)).toMatchObject([422, 'no-export', expect.stringContaining('far more than it may')])
    expect((await refusal(ana, compressed, { 'Content-Encoding': 'gzip' })).slice(0, 2)).toEqual([
      413,
      'payload-too-large',
    ])
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * MB)
    expect(await storedFiles()).toBe(0)
  })

  test('that says it is none holds no more than it says', async () => {
    const ana = await somebody()
    const content = JSON.stringify(Array.from({ length: 500 }, (_, at) => chatgptExchange(`liar-${at}`)))
    const liar = zip([{ name: 'conversations.json', content, uncompressedSize: 1_000 }])
    const response = await sendFile(ana, liar)
    expect([200, 422]).toContain(response.status)
    if (response.status === 200) expect(await response.text()).toContain('damaged')
  })

  test('made of one conversation is passed over, and its neighbours are imported', async () => {
    const ana = await somebody()
    const huge = chatgptConversation('huge', [node({ id: 'q', parent: null, text: 'x'.repeat(33 * MB) })])
    const deep = `{"title":"deep","mapping":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`
    const file = `[${JSON.stringify(chatgptExchange('a'))},${JSON.stringify(huge)},${deep},${JSON.stringify(chatgptExchange('b'))}]`
    expect(await importFile(ana, file)).toMatchObject([
      { source_id: 'a', status: 'imported' },
      { source_id: null, status: 'refused', reason: 'It is larger than 32 MB.' },
      { source_id: null, status: 'refused', reason: 'It is nested too deeply.' },
      { source_id: 'b', status: 'imported' },
    ])
  })
})

test('a file may be as large as its limit, and not one byte larger', async () => {
  const ana = await somebody()
  expect((await sendFile(ana, `[${' '.repeat(64 * MB - 2)}]`)).status).toBe(200)
  expect((await refusal(ana, `[${' '.repeat(64 * MB - 1)}]`)).slice(0, 2)).toEqual([413, 'payload-too-large'])
})

test('a name in an archive is never a path, and one that climbs is passed over', async () => {
  const ana = await somebody()
  const content = JSON.stringify([chatgptExchange('outside')])
  for (const name of [
    '../conversations.json',
    '/conversations.json',
    'a/../conversations.json',
    '..\\conversations.json',
    'conversations.json.exe',
  ]) {
    expect(await refusal(ana, zip([{ name, content }]))).toMatchObject([
      422,
      'no-export',
      expect.stringContaining('holds no'),
    ])
  }
  const mixed = zip([
    { name: '../../evil.json', content: 'x' },
    { name: '\0', content: 'x' },
    { name: 'export/conversations.json', content },
  ])
  expect(await importFile(ana, mixed)).toMatchObject([{ source_id: 'outside', status: 'imported' }])
})

describe('a file that breaks off', () => {
  const whole = JSON.stringify(['a', 'b', 'c'].map((id) => chatgptExchange(id)))

  test('says so in the end, and what came before stays', async () => {
    const ana = await somebody()
    const reports = await importFile(ana, whole.slice(0, -200))
    expect(reports.map(({ status }) => status)).toEqual(['imported', 'imported', 'refused'])
    expect(reports.at(-1)).toMatchObject({ source_id: null, reason: expect.stringContaining('breaks off') })
    const broken = whole.replace('"Conversation b"', '"Conversation b" oops')
    expect((await importFile(ana, broken)).map(({ status }) => status)).toEqual(['already_there', 'refused'])
    expect(await exportAll(ana)).toHaveLength(2)
  })

  test.each([0.1, 0.5, 0.9, 0.99])('at %d of its archive is refused', async (part) => {
    const ana = await somebody()
    const archive = zip([{ name: 'conversations.json', content: whole }])
    const [status, code] = await refusal(ana, new Uint8Array(archive.subarray(0, Math.floor(archive.length * part))))
    expect([status, code]).toEqual([422, 'no-export'])
    expect(await exportAll(ana)).toEqual([])
  })

  test('in the middle of its archive, by a byte that is wrong, never fails in a way nobody foresaw', async () => {
    const ana = await somebody()
    const archive = zip([{ name: 'conversations.json', content: whole }])
    for (let at = 4; at < archive.length; at += Math.ceil(archive.length / 60)) {
      const bent = new Uint8Array(archive)
      bent[at] = (bent[at] ?? 0) ^ 0xff
      const response = await sendFile(ana, bent)
      await response.text()
      expect([200, 413, 422]).toContain(response.status)
    }
  })
})

test('a circle, a stranger as a parent, or oneself, holds nobody up and is told', async () => {
  const ana = await somebody()
  const circle = [
    node({ id: 'a', parent: 'c', text: 'A' }),
    node({ id: 'b', parent: 'a', text: 'B' }),
    node({ id: 'c', parent: 'b', text: 'C' }),
  ]
  const lost = [node({ id: 'x', parent: 'nobody', text: 'X' }), node({ id: 'y', parent: 'y', text: 'Y' })]
  const reports = await importFile(ana, [chatgptConversation('circle', circle), chatgptConversation('lost', lost)])
  expect(reports).toMatchObject([
    { status: 'imported', new_messages: 3, reason: expect.stringMatching(/^One message came/) },
    { status: 'imported', new_messages: 2, reason: expect.stringMatching(/^2 messages came/) },
  ])
  expect((await show(ana, reports[0]?.conversation_id ?? '')).messages).toHaveLength(3)
})

test('names such as __proto__ are names', async () => {
  const ana = await somebody()
  const nodes = JSON.stringify(chatgptExchange('x'))
    .replaceAll('x-question', '__proto__')
    .replaceAll('x-answer', 'constructor')
  const file = `[${nodes.replace('{"title"', '{"__proto__":{"isAdministrator":true},"title"')}]`
  const [report] = await importFile(ana, file)
  expect(report).toMatchObject({ status: 'imported', new_messages: 2 })
  expect((await show(ana, report?.conversation_id ?? '')).messages).toHaveLength(2)
  expect(Object.hasOwn(Object.prototype, 'isAdministrator')).toBe(false)
  const hollow =
    '[{"mapping":{"__proto__":{"message":{"author":{"role":"user"},"content":{"parts":["hi"]}}}}},{"__proto__":{"mapping":{}}}]'
  expect((await importFile(ana, hollow)).map(({ status }) => status)).toEqual(['imported', 'refused'])
})

test('controls, halves of characters and NULs are in no title, no header and no text', async () => {
  const ana = await somebody()
  const title = 'a\r\nSet-Cookie: x=1\0\u202e"; filename="evil.exe'
  const nodes = [node({ id: 'q', parent: null, text: 'one\0two\ud800' })]
  const [report] = await importFile(ana, [chatgptConversation('c\0\ud800', nodes, { title })])
  expect(report).toMatchObject({ source_id: 'c\ufffd\ufffd', title: 'a Set-Cookie: x=1\ufffd"; filename="evil.exe' })
  const response = await ana.fetch(`/chat/history/${report?.conversation_id}/export`)
  expect(response.headers.get('set-cookie')).toBeNull()
  expect(response.headers.get('content-disposition')).toBe(
    `attachment; filename="a Set-Cookie x=1_ ; filename= evil.exe.md"; filename*=UTF-8''a%20Set-Cookie%20x%3D1%EF%BF%BD%20%3B%20filename%3D%20evil.exe.md`,
  )
  expect(await response.text()).toContain('one\ufffdtwo\ufffd')
})

test("a file that names what is somebody else's gets neither that nor any hold on it", async () => {
  const [ana, eve] = [await somebody(), await somebody()]
  await chatOf(ana)
  const before = await exportAll(ana)
  const [stolen] = before
  if (!stolen) throw new TypeError('A conversation was expected.')
  const mine = {
    ...stolen,
    title: 'Mine now',
    messages: stolen.messages.map((message) => ({ ...message, content: 'Changed' })),
  }
  const [report] = await importFile(eve, [mine])
  expect(report).toMatchObject({ status: 'imported' })
  expect(report?.conversation_id).not.toBe(stolen.id)
  expect(await exportAll(ana)).toEqual(before)
  // A message of hers, in a conversation of one's own.
  const own = {
    ...mine,
    id: report?.conversation_id,
    messages: [...mine.messages, { ...mine.messages[0], id: `${stolen.messages[1]?.id}` }],
  }
  await importFile(eve, [own])
  const ids = (await exportAll(eve)).flatMap(({ messages }) => messages.map(({ id }) => id))
  for (const { id } of stolen.messages) expect(ids).not.toContain(id)
  expect(await exportAll(ana)).toEqual(before)
})

test('an address that only the model could reach is in no imported picture', async () => {
  const ana = await somebody()
  const url = (address: string) => ({ type: 'image_url', image_url: { url: address } })
  await chatOf(ana)
  const [exported] = await exportAll(ana)
  const parts = ['http://169.254.169.254/latest', 'javascript:alert(1)', 'https://example.org/a.png'].map(url)
  const messages = exported?.messages.map((message) => ({ ...message, parts })) ?? []
  const eve = await somebody()
  await importFile(eve, [{ ...exported, messages }])
  const text = JSON.stringify(await exportAll(eve))
  expect(text).toContain('https://example.org/a.png')
  expect(text).not.toContain('169.254')
  expect(text).not.toContain('javascript')
})

/** An import that goes on for as long as its sender likes. */
function hold({ fetch }: SignedIn, signal: AbortSignal) {
  const state = { isOver: false }
  const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(Buffer.from('[')) })
  const headers = { 'Content-Type': 'application/octet-stream' }
  const sent = fetch('/chat/history/import', { method: 'POST', headers, body, duplex: 'half', signal })
  const over = () => {
    state.isOver = true
  }
  sent.then(over, over)
  return { state, sent }
}

/** One that has begun: another file of this account is refused. Of two that come at once either may be first. */
async function holdSurely(who: SignedIn, signal: AbortSignal) {
  let held = hold(who, signal)
  for (;;) {
    const [status, code] = await refusal(who, 'nothing')
    if (status === 409) return { ...held, code }
    if (held.state.isOver) held = hold(who, signal)
  }
}

test('one file at a time is imported into an account, and the next one once that is done or given up', async () => {
  const ana = await somebody()
  const leaving = new AbortController()
  expect(await holdSurely(ana, leaving.signal)).toMatchObject({ code: 'import-running' })
  leaving.abort()
  while ((await refusal(ana, 'nothing'))[0] !== 422);
  expect(await storedFiles()).toBe(0)
})

test('an import whose session ends is told so at once, however much is still to be sent', async () => {
  const ana = await somebody()
  const device = await server.signIn(ana.username)
  const { sent } = await holdSurely(device, new AbortController().signal)
  await device.fetch('/auth/logout', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ refresh_token: device.refreshToken }),
  })
  expect((await sent).status).toBe(401)
  while ((await refusal(ana, 'nothing'))[0] !== 422);
})

test('an account that is deleted while it imports leaves nothing behind', async () => {
  const eve = await somebody()
  const file = JSON.stringify(Array.from({ length: 3_000 }, (_, at) => chatgptExchange(`late-${at}`)))
  const importing = sendFile(eve, file)
    .then((response) => response.text())
    .catch(() => 'cut off')
  await using database = server.database.open()
  const countRows = async (table: string) =>
    Number((await database.read(table).where({ owner_id: eve.accountId }).count({ n: '*' }))[0]?.n)
  while ((await countRows('conversations')) < 5);
  expect((await eve.fetch('/users/me', { method: 'DELETE' })).status).toBe(204)
  await importing
  for (const table of ['conversations', 'messages', 'message_search']) expect(await countRows(table)).toBe(0)
  expect(server.logs.filter((line) => line.includes('request-failed'))).toEqual([])
})

test('what is spooled has no name, and what a crash left of it is gone after the next start', async () => {
  const ana = await somebody()
  await importFile(ana, [chatgptExchange('spooled')])
  const spool = join(server.folder, 'spool')
  expect((await stat(spool)).mode & 0o777).toBe(0o700)
  await writeFile(join(spool, 'left'), 'of a process that was killed')
  // Where several servers may use the folder, only what is old is nobody's.
  const longAgo = new Date(Date.now() - 48 * 3_600_000)
  await utimes(join(spool, 'left'), longAgo, longAgo)
  await server.restart()
  expect(await storedFiles()).toBe(0)
})
