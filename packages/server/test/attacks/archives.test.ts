/** Archives that are damaged, that lie, or that are meant to take what is somebody else's. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ACCOUNT, conversationRecord, idOf, messageRecord } from '../support/archives.ts'
import { tryUpload } from '../support/backups.ts'
import {
  type Contents,
  type Entry,
  filesOf,
  handMade,
  linesOf,
  manifestOf,
  tarballOf,
  tarOf,
} from '../support/hand-made-archives.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { keptRows } from '../support/stored-rows.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const MB = 1024 ** 2
const LIMIT_MB = 64

let server: TestServer
let ana: SignedIn
beforeAll(async () => {
  server = await startTestServer({ env: { VEKTOR_ARCHIVE_LIMIT: `${LIMIT_MB}mb` } })
  ana = await server.signUp('ana')
})
afterAll(() => server[Symbol.asyncDispose]())

/** Everything that there is: in the tables, in the storage and where uploads wait. */
async function everything(): Promise<unknown> {
  await using database = server.database.open()
  const files = await Promise.all(
    ['backups', 'spool'].map((folder) => readdir(join(server.folder, folder), { recursive: true })),
  )
  return { rows: await keptRows(database), files: files.map((names) => names.toSorted()) }
}

async function refusal(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const response = await tryUpload(ana, bytes)
  const { type, detail } = JSON.parse(await response.text())
  return `${response.status} ${type} ${detail}`
}

/** Refuses it, and nothing is another one than before. */
async function requireRefused(bytes: Uint8Array<ArrayBuffer>, code = 'archive-invalid'): Promise<void> {
  const before = await everything()
  expect(await refusal(bytes)).toMatch(`422 /problems/${code} `)
  expect(await everything()).toEqual(before)
}

test('the control: an archive that was made by hand, and well, is taken', async () => {
  expect((await tryUpload(ana, await handMade())).status).toBe(201)
})

describe('an archive is refused whose entries', () => {
  const [account, conversations, messages] = filesOf()
  const all = [account, conversations, messages]
  const manifest = manifestOf(all)
  const evil: Entry = { name: '../../../evil', content: 'x' }
  const rows: [string, readonly Entry[]][] = [
    ['climb out of it', [...all, evil, manifestOf([...all, evil])]],
    [
      'climb out instead of what belongs there',
      [account, conversations, { ...messages, name: '../messages.ndjson' }, manifest],
    ],
    ['are absolute', [{ ...account, name: '/account.json' }, conversations, messages, manifest]],
    ['are in a folder', [{ ...account, name: './account.json' }, conversations, messages, manifest]],
    [
      'are a symlink',
      [{ name: 'account.json', type: 'symlink', linkname: '/etc/passwd' }, conversations, messages, manifest],
    ],
    [
      'are a hard link',
      [{ name: 'account.json', type: 'link', linkname: 'manifest.json' }, conversations, messages, manifest],
    ],
    ['are a folder', [{ name: 'account.json/', type: 'directory' }, ...all, manifest]],
    ['are a device', [{ name: 'account.json', type: 'character-device' }, conversations, messages, manifest]],
    ['come twice', [account, account, conversations, messages, manifest]],
    ['come twice, as the manifest says', [...all, messages, manifestOf([...all, messages])]],
    ['are fewer', [account, conversations, manifest]],
    ['are fewer, as the manifest says', [account, conversations, manifestOf([account, conversations])]],
    ['come in another order', [account, messages, conversations, manifestOf([account, messages, conversations])]],
    ['come after the manifest', [account, conversations, manifest, messages]],
    ['have no manifest', all],
    ['have two manifests', [...all, manifest, manifest]],
    [
      'have a name with a NUL or a line break',
      [{ ...account, name: 'account.json\u2028\r\nX: y' }, conversations, messages, manifest],
    ],
    [
      'are there with another size',
      [account, conversations, { ...messages, content: `${messages.content} ` }, manifest],
    ],
    ['are renamed by PAX to what climbs', [...all.slice(0, 2), { ...messages, pax: { path: '../evil' } }, manifest]],
    [
      'are renamed by PAX to what is there already',
      [...all, { name: 'more', content: 'x', pax: { path: 'account.json' } }, manifest],
    ],
  ]
  test.each(rows)('%s', async (_, entries) => requireRefused(await tarballOf(entries)))

  test('are none', () => requireRefused(new Uint8Array(gzipSync(Buffer.alloc(1024)))))
  test('have no end', async () =>
    requireRefused(new Uint8Array(gzipSync((await tarOf([...all, manifest])).subarray(0, -1024)))))
})

describe('an archive is refused', () => {
  const line = (record: object, more: string) => `${JSON.stringify(record).slice(0, -1)},${more}}\n`
  const account = (more: string): Contents => ({ account: line(ACCOUNT, more) })
  const message = (more: object): Contents => ({ messages: linesOf([messageRecord(1, 1, more)]) })
  const conversation = (more: object): Contents => ({ conversations: linesOf([conversationRecord(1, more)]) })
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 1 }
  const rows: [string, Contents, object?][] = [
    ['whose line has no end', { messages: JSON.stringify(messageRecord(1, 1)) }],
    ['with a line too many', { messages: linesOf([messageRecord(1, 1)]).concat('\n') }],
    ['of blank lines', { messages: '\n'.repeat(5 * MB) }],
    ['with a BOM', { account: `\ufeff${linesOf([ACCOUNT])}` }],
    ['that is no UTF-8', { account: Buffer.from(linesOf([ACCOUNT]).replace('ana', 'an\xe1'), 'latin1') }],
    ['with half a surrogate pair', { messages: linesOf([messageRecord(1, 1, { content: '\ud800' })]) }],
    ['with NUL in a text', { messages: linesOf([messageRecord(1, 1, { content: 'a\0b' })]) }],
    ['with NUL in the name of a preference', account('"preferences":{"a\\u0000":1}')],
    ['with an account that is a list', { account: '[]\n' }],
    ['with two accounts', { account: linesOf([ACCOUNT, ACCOUNT]) }],
    ['with no account', { account: '' }],
    [
      'with a number that is endless',
      { messages: linesOf([messageRecord(1, 1, { usage })]).replace('"prompt_tokens":1', '"prompt_tokens":1e999') },
    ],
    ['whose record is nested deeper than anything', { messages: `${'['.repeat(100_000)}${']'.repeat(100_000)}\n` }],
    ['whose title ends a line', conversation({ title: 'a\r\nX-Evil: yes' })],
    ['whose title turns the text around', conversation({ title: 'a\u202eb' })],
    ['whose title is too long', conversation({ title: 'a'.repeat(201) })],
    ['whose id is none', conversation({ id: '../../etc/passwd' })],
    ['whose id is written in capitals', conversation({ id: idOf('conversation', 1).toUpperCase() })],
    ['whose role is another one', message({ role: 'administrator' })],
    ['whose status is another one', message({ status: 'exploded' })],
    [
      'with an image in a private network',
      message({ parts: [{ type: 'image_url', image_url: { url: 'http://169.254.169.254/latest' } }] }),
    ],
    [
      'with an image that is a file',
      message({ parts: [{ type: 'image_url', image_url: { url: 'file:///etc/passwd' } }] }),
    ],
    ['with a face that is a script', account('"avatar_url":"javascript:alert(1)"')],
    ['whose conversations come twice', { conversations: linesOf([conversationRecord(1), conversationRecord(1)]) }],
    [
      'whose messages are not beside each other',
      {
        conversations: linesOf([conversationRecord(1), conversationRecord(2)]),
        messages: linesOf([messageRecord(1, 2), messageRecord(2, 1)]),
      },
    ],
    ['whose time is a leap second', message({ created_at: '2016-12-31T23:59:60Z' })],
    ['whose time is too late', message({ created_at: '+275760-09-13T00:00:00.000Z' })],
    ['whose time is later than the last year elsewhere', conversation({ updated_at: '9999-12-31T23:59:59-23:59' })],
    ['whose time is before the first year', conversation({ created_at: '0000-01-01T00:00:00.000Z' })],
    ['whose time has no zone', message({ created_at: '2025-07-08T10:00:00' })],
    ['whose time is a number', message({ created_at: 1 })],
    ['that says it has more than it has', {}, { counts: { conversations: 1, messages: 2 } }],
    ['that was made at no time', {}, { created_at: '2016-12-31T23:59:60Z' }],
    ['of another format', {}, { format: 'other-backup' }],
    ['of version 0', {}, { version: 0 }],
    ['of version 1.5', {}, { version: 1.5 }],
    ['whose checksum is another one', {}, { files: [] }],
  ]
  test.each(rows)('%s', async (_, contents, more) => requireRefused(await handMade(contents, more)))
})

describe('an archive that goes off', () => {
  const spaces = Buffer.alloc((LIMIT_MB + 1) * MB, ' ')

  /** Refused as too large, with far less in memory than it holds. */
  async function requireDefused(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const before = process.memoryUsage().rss
    expect(bytes.length).toBeLessThan(2 * MB)
    const after = await everything()
    expect(await refusal(bytes)).toMatch(/VEKTOR_ARCHIVE_LIMIT|a line is longer/)
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * MB)
    expect(await everything()).toEqual(after)
  }

  test('in its lines is refused', async () => {
    const messages = Buffer.concat([spaces, Buffer.from('\n')])
    await requireDefused(await handMade({ messages }))
  })

  test('in a file that nobody asked for is refused', async () => {
    await requireDefused(await tarballOf([{ name: 'more', content: spaces }]))
  })

  test('in headers that name nothing is refused', async () => {
    const pax = { comment: 'x'.repeat(7 * MB) }
    const entries = Array.from({ length: 10 }, (_, at) => ({ name: `${at}`, content: '', pax }))
    await requireDefused(await tarballOf([...filesOf(), ...entries]))
  })

  test('behind its end is refused', async () => {
    const files = filesOf()
    const tar = await tarOf([...files, manifestOf(files)])
    await requireDefused(new Uint8Array(gzipSync(Buffer.concat([tar, Buffer.alloc(LIMIT_MB * MB)]))))
  })

  test('in its manifest is refused long before that', async () => {
    const manifest = { name: 'manifest.json', content: spaces }
    await requireRefused(await tarballOf([...filesOf(), manifest]))
  })
})

test('the control: an archive that holds little less than the limit is taken', async () => {
  const content = ' '.repeat(MB)
  const messages = Array.from({ length: LIMIT_MB - 1 }, (_, number) => messageRecord(number, 1, { content }))
  expect((await tryUpload(ana, await handMade({ messages: linesOf(messages) }))).status).toBe(201)
})

describe('an archive of a later version is told from one that is damaged', () => {
  test.each<[string, Contents]>([
    ['with records as they are now', {}],
    ['with records that this version cannot read', { messages: '{"kind":"hologram"}\n', conversations: 'no JSON\n' }],
  ])('%s', async (_, contents) => {
    const files = filesOf(contents)
    await requireRefused(await tarballOf([...files, manifestOf(files, { version: 2 })]), 'archive-too-new')
  })

  test('with files that this version does not know', async () => {
    const files: Entry[] = [...filesOf(), { name: 'holograms.ndjson', content: '{}\n' }]
    await requireRefused(await tarballOf([...files, manifestOf(files, { version: 2 })]), 'archive-too-new')
    await requireRefused(await tarballOf([...files, manifestOf(files)]))
  })
})

test('whoever sends an archive slowly holds up nobody else, and sends one at a time', async () => {
  const archive = await handMade()
  const arriving = Promise.withResolvers<void>()
  const sendSlowly = (who: SignedIn) => {
    const body = ReadableStream.from(
      (async function* () {
        yield archive.subarray(0, 100)
        await arriving.promise
        yield archive.subarray(100)
      })(),
    )
    const headers = { 'Content-Type': 'application/gzip' }
    return who.fetch('/sync/backup/upload', { method: 'POST', headers, body, duplex: 'half' })
  }
  const people = await Promise.all(['uno', 'dos', 'tres', 'cuatro', 'cinco'].map((name) => server.signUp(name)))
  const sending = people.map(sendSlowly)
  await expect.poll(() => readdir(join(server.folder, 'spool'))).toHaveLength(people.length)
  const refused = await tryUpload(people[0] ?? ana, archive)
  expect([refused.status, Object(await refused.json()).type]).toEqual([409, '/problems/upload-running'])
  expect((await tryUpload(ana, archive)).status).toBe(201)
  expect((await ana.fetch('/sync/restore', { method: 'POST' })).status).toBe(200)
  arriving.resolve()
  expect((await Promise.all(sending)).map(({ status }) => status)).toEqual(people.map(() => 201))
})
