/** Archives that are well made, and whose records do not go together, or not with what there is. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { derivedId } from '../../src/modules/conversations/restore/derived-id.ts'
import {
  ACCOUNT,
  archiveBytes,
  conversationRecord,
  idOf,
  messageRecord,
  type SampleArchive,
} from '../support/archives.ts'
import { download, makeBackup, post, upload } from '../support/backups.ts'
import { type Contents, handMade, linesOf } from '../support/hand-made-archives.ts'
import { chatOf } from '../support/sample-requests.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { keptRows } from '../support/stored-rows.ts'
import { DIALECT } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

type Person = SignedIn & { accountId: string }

const MODES = ['merge', 'replace'] as const

let server: TestServer
let number = 0
beforeAll(async () => {
  server = await startTestServer()
  await server.signUp('root')
})
afterAll(() => server[Symbol.asyncDispose]())

const somebody = (): Promise<Person> => server.signUp(`somebody${++number}`)

/** Everything but the backups, which those who try make. */
async function rows(): Promise<Record<string, string[]>> {
  await using database = server.database.open()
  const { backups, ...others } = await keptRows(database)
  return others
}

/** What was staged goes in small steps, a hundred megabytes in many. */
const PATIENT = { timeout: 20_000 }

/** The same, once what was planned and staged is swept away. */
async function settledRows(): Promise<Record<string, string[]>> {
  await expect.poll(async () => (await rows()).restores, PATIENT).toEqual([])
  return rows()
}

async function restore(who: SignedIn, archive: Uint8Array<ArrayBuffer>, mode: string): Promise<string> {
  const { backup_id: id } = await upload(who, archive)
  const response = await post(who, '/sync/restore', { backup_id: id, mode })
  const { type = '', detail } = JSON.parse(await response.text())
  return `${response.status} ${type} ${detail}`
}

/** In both modes, and nothing is another one than before once what was staged is gone. */
async function requireRefused(who: SignedIn, archive: Uint8Array<ArrayBuffer>): Promise<void> {
  const before = await settledRows()
  for (const mode of MODES) {
    expect(await restore(who, archive, mode), mode).toMatch('422 /problems/archive-invalid ')
    expect(await settledRows()).toEqual(before)
  }
}

const conversations = [conversationRecord(1), conversationRecord(2)]
const m = (id: number) => idOf('message', id)

describe('an archive is refused, and nothing of it is left,', () => {
  const cases: [string, SampleArchive][] = [
    ['in which a message follows itself', { conversations, messages: [messageRecord(1, 1, { parent_id: m(1) })] }],
    [
      'in which two messages follow each other',
      { conversations, messages: [messageRecord(1, 1, { parent_id: m(2) }), messageRecord(2, 1, { parent_id: m(1) })] },
    ],
    [
      'in which a message follows one that is not there',
      { conversations, messages: [messageRecord(1, 1, { parent_id: m(9) })] },
    ],
    [
      'in which a message follows one of another conversation',
      { conversations, messages: [messageRecord(1, 1), messageRecord(2, 2, { parent_id: m(1) })] },
    ],
    ['in which a message comes twice', { conversations, messages: [messageRecord(1, 1), messageRecord(1, 1)] }],
    [
      'in which a message is in two conversations',
      { conversations, messages: [messageRecord(1, 1), messageRecord(1, 2)] },
    ],
    ['in which a message is in no conversation', { conversations, messages: [messageRecord(1, 3)] }],
    ['in which a conversation ends nowhere', { conversations: [conversationRecord(1, { current_message_id: m(9) })] }],
    [
      'in which a conversation ends in another one',
      {
        conversations: [conversationRecord(1, { current_message_id: m(2) }), conversationRecord(2)],
        messages: [messageRecord(1, 1), messageRecord(2, 2)],
      },
    ],
  ]
  test.each(cases)('%s', async (_, sample) => requireRefused(await somebody(), await archiveBytes(sample)))

  /** So many messages that they come in several batches. */
  const many = (more: (at: number) => object = () => ({})) =>
    Array.from({ length: 3_000 }, (_, at) => messageRecord(at + 1, 1, more(at)))

  test('in which a message comes twice, far apart', async () =>
    requireRefused(await somebody(), await archiveBytes({ conversations, messages: [...many(), messageRecord(1, 1)] })))

  test('in which messages follow each other in a circle, far apart', async () => {
    const messages = many((at) => ({ parent_id: at === 0 ? m(3_000) : m(at) }))
    await requireRefused(await somebody(), await archiveBytes({ conversations, messages }))
  })

  test('in which a message that is there comes twice with another text, far apart', async () => {
    const ana = await somebody()
    expect(await restore(ana, await archiveBytes({ conversations, messages: many() }), 'merge')).toMatch('200')
    const messages = [
      messageRecord(1, 1, { content: 'otro' }),
      ...many().slice(1),
      messageRecord(1, 1, { content: 'más' }),
    ]
    await requireRefused(ana, await archiveBytes({ conversations, messages }))
  })

  test('which has the same thing under the id of another account and under the one that it has here', async () => {
    const [ana, bob] = [await somebody(), await somebody()]
    const { conversationId } = await chatOf(ana)
    const same = derivedId(bob.accountId, conversationId)
    const twice = [conversationId, same].toSorted().map((id) => conversationRecord(1, { id }))
    await requireRefused(bob, await archiveBytes({ conversations: twice, messages: [] }))
    expect(await restore(bob, await archiveBytes({ conversations: twice.slice(0, 1), messages: [] }), 'merge')).toMatch(
      '200',
    )
    await requireRefused(bob, await archiveBytes({ conversations: twice, messages: [] }))
  })

  test('which has the same message under the id of another account and under the one that it has here', async () => {
    const [ana, bob] = [await somebody(), await somebody()]
    const { messageId } = await chatOf(ana)
    const own = { ...conversationRecord(1), id: (await chatOf(bob)).conversationId }
    const messages = [messageId, derivedId(bob.accountId, messageId)].map((id) =>
      messageRecord(1, 1, { id, conversation_id: own.id }),
    )
    await requireRefused(bob, await archiveBytes({ conversations: [own], messages }))
  })
})

test('to replace an account, what follows a message needs that message in the archive; to merge, the one that is there', async () => {
  const ana = await somebody()
  const messages = [messageRecord(101, 7), messageRecord(102, 7, { parent_id: m(101) })]
  const whole = { conversations: [conversationRecord(7)], messages }
  expect(await restore(ana, await archiveBytes(whole), 'merge')).toMatch('200')
  const before = await settledRows()
  for (const follower of [messageRecord(102, 7, { parent_id: m(101) }), messageRecord(103, 7, { parent_id: m(101) })]) {
    const orphan = await archiveBytes({ ...whole, messages: [follower] })
    expect(await restore(ana, orphan, 'replace')).toMatch('422')
    expect(await settledRows()).toEqual(before)
  }
  expect(await restore(ana, await archiveBytes({ ...whole, messages: [messages[1] ?? {}] }), 'merge')).toMatch('200')
  expect((await ana.fetch('/users/me', { method: 'DELETE' })).status).toBe(204)
})

describe("what is somebody else's stays theirs:", () => {
  /** Whoever else there is keeps every row, whatever the archive says. */
  async function requireUntouched(mallory: Person, archive: Uint8Array<ArrayBuffer>): Promise<void> {
    const of = async () =>
      Object.fromEntries(
        Object.entries(await settledRows()).map(([table, lines]) => [
          table,
          lines.filter((line) => !line.includes(mallory.accountId)),
        ]),
      )
    const before = await of()
    for (const mode of MODES) {
      expect(await restore(mallory, archive, mode)).not.toMatch(/^5/)
      expect(await of()).toEqual(before)
    }
  }

  async function victim() {
    const ana = await somebody()
    const { conversationId, messageId } = await chatOf(ana)
    return {
      ana,
      conversation: conversationRecord(1, { id: conversationId, title: 'Mío' }),
      id: conversationId,
      messageId,
    }
  }

  test('a conversation whose id an archive has', async () => {
    const { conversation, id } = await victim()
    await requireUntouched(
      await somebody(),
      await archiveBytes({
        conversations: [conversation],
        messages: [{ ...messageRecord(1, 1), conversation_id: id }],
      }),
    )
  })

  test('a message whose id an archive has', async () => {
    const { messageId } = await victim()
    const messages = [messageRecord(1, 1, { id: messageId, content: 'Mío' })]
    await requireUntouched(
      await somebody(),
      await archiveBytes({ conversations: [conversationRecord(1, { current_message_id: messageId })], messages }),
    )
  })

  test('a message that one of an archive follows', async () => {
    const { messageId } = await victim()
    await requireUntouched(
      await somebody(),
      await archiveBytes({ messages: [messageRecord(1, 1, { parent_id: messageId })] }),
    )
    await requireRefused(
      await somebody(),
      await archiveBytes({ messages: [messageRecord(1, 1, { parent_id: messageId })] }),
    )
  })

  test('a message that a conversation of an archive ends with', async () => {
    const { messageId } = await victim()
    await requireRefused(
      await somebody(),
      await archiveBytes({ conversations: [conversationRecord(1, { current_message_id: messageId })] }),
    )
  })

  test('a conversation that is mixed with one of the own', async () => {
    const { id, messageId } = await victim()
    const mallory = await somebody()
    const own = await chatOf(mallory)
    const ids = [id, own.conversationId].toSorted()
    const messages = ids.flatMap((of) => [
      messageRecord(1, 1, { id: of === id ? own.messageId : messageId, conversation_id: of }),
    ])
    await requireUntouched(
      mallory,
      await archiveBytes({ conversations: ids.map((one) => conversationRecord(1, { id: one })), messages }),
    )
  })
})

test('what an archive says of roles, secrets, owners and ends is left alone', async () => {
  const ana = await somebody()
  await using database = server.database.open()
  const [before] = await database.read('accounts').where({ id: ana.accountId })
  const powers = {
    role: 'administrator',
    password_hash: 'x',
    is_admin: true,
    owner_id: idOf('message', 1),
    deleted_at: 1,
  }
  const more = {
    ...powers,
    expires_at: 1,
    restore_id: 'x',
    lease_expires_at: 1,
    conversation_count: 9,
    message_count: 9,
  }
  const archive = await archiveBytes({
    account: { ...ACCOUNT, ...powers, preferences: { role: 'administrator' } },
    conversations: [conversationRecord(1, more)],
    messages: [messageRecord(1, 1, { ...more, role: 'user' })],
  })
  for (const mode of MODES) expect(await restore(ana, archive, mode)).toMatch('200')
  const [after] = await database.read('accounts').where({ id: ana.accountId })
  expect({ ...after, updated_at: 0 }).toEqual({ ...before, updated_at: 0 })
  const [conversation] = await database.read('conversations').where({ owner_id: ana.accountId })
  expect(conversation).toMatchObject({ expires_at: null, restore_id: null, message_count: 1 })
})

test('preferences that are none are left out, and those that are some are taken', async () => {
  const ana = await somebody()
  const nonsense = `{"__proto__":{"theme":"dark"},"constructor":1,"theme":"pink","notifications":"yes","language":7,"default_model":${'['.repeat(1_000)}${']'.repeat(1_000)},"backup_keep":1e999,"backup_schedule":"* * * * * *","backup_recipients":["x"]}`
  const account = (preferences: string): Contents => ({
    account: linesOf([{ ...ACCOUNT, preferences: 'HERE' }]).replace('"HERE"', preferences),
  })
  const defaults = await (await ana.fetch('/users/preferences')).json()
  for (const mode of MODES) {
    expect(await restore(ana, await handMade(account(nonsense)), mode)).toMatch('200')
    expect(await (await ana.fetch('/users/preferences')).json()).toEqual(defaults)
  }
  expect(await restore(ana, await handMade(account('{"theme":"dark","backup_keep":null}')), 'merge')).toMatch('200')
  expect(await (await ana.fetch('/users/preferences')).json()).toMatchObject({ theme: 'dark' })
})

test('times at the ends of the calendar come back as they were', async () => {
  const ana = await somebody()
  const [first, last] = ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z']
  const archive = await archiveBytes({
    conversations: [conversationRecord(1, { created_at: first, updated_at: last })],
    messages: [messageRecord(1, 1, { created_at: first })],
  })
  expect(await restore(ana, archive, 'merge')).toMatch('200')
  const [listed] = JSON.parse(await (await ana.fetch('/chat/history?limit=1')).text())
  expect(listed).toMatchObject({ created_at: first, updated_at: last })
  const again = await download(ana, (await makeBackup(ana)).backup_id)
  expect(await restore(ana, again, 'replace')).toMatch('200')
  expect(await (await ana.fetch('/chat/history')).json()).toEqual([listed])
})

test('what is said in the archive, and what a conversation is called there, is found from then on, once; what it was is not', async () => {
  const ana = await somebody()
  const saying = (word: string) =>
    archiveBytes({
      conversations: [conversationRecord(1, { title: `${word}s` })],
      messages: [messageRecord(1, 1, { content: word })],
    })
  const find = async (word: string) => JSON.parse(await (await ana.fetch(`/chat/history?q=${word}`)).text())
  let before = 'ninguno'
  for (const [word, mode] of [
    ['zorro', 'merge'],
    ['garza', 'merge'],
    ['lince', 'replace'],
    ['zorro', 'replace'],
  ] as const) {
    expect(await restore(ana, await saying(word), mode)).toMatch('200')
    for (const found of [word, `${word}s`]) expect(await find(found), found).toHaveLength(1)
    for (const lost of [before, `${before}s`]) expect(await find(lost), lost).toEqual([])
    before = word
  }
  await using database = server.database.open()
  const words = () =>
    database.read('message_search').where({ owner_id: ana.accountId }).orderBy('id').pluck('message_id')
  // What it was is put aside, and goes soon.
  await expect.poll(words, PATIENT).toHaveLength(2)
  expect((await words()).filter((id) => id === null)).toHaveLength(1)
})

test('what would change so much at once that everybody waits is refused where everybody would wait', {
  timeout: 60_000,
}, async () => {
  const ana = await somebody()
  const numbers = Array.from({ length: 70 }, (_, at) => at + 1)
  const saying = (letter: string) =>
    archiveBytes({ messages: numbers.map((number) => messageRecord(number, 1, { content: letter.repeat(1024 ** 2) })) })
  expect(await restore(ana, await saying('a'), 'merge')).toMatch('200')
  const other = await saying('b')
  const before = await settledRows()
  for (const mode of MODES) {
    const answer = await restore(ana, other, mode)
    if (DIALECT === 'postgresql') expect(answer).toMatch('200')
    else
      expect(answer).toMatch(
        /^422 .*\/restore-too-large Restore a smaller backup, .* \(conversations that change: 1, messages that change: 70, bytes of messages that change: 73,[0-9,]+\)\.$/,
      )
  }
  if (DIALECT === 'sqlite') expect(await settledRows()).toEqual(before)
})

test('a conversation that is not to be kept stays so, whatever an archive says that has its id', async () => {
  const ana = await somebody()
  const asked = { model: 'eliza', messages: [{ role: 'user', content: 'Hola' }], store: false }
  const [, id = ''] = /"conversation_id":"([^"]+)"/.exec(await (await post(ana, '/chat/stream', asked)).text()) ?? []
  const archive = await archiveBytes({ conversations: [conversationRecord(1, { id })], messages: [] })
  for (const mode of MODES)
    expect(await restore(ana, archive, mode)).toMatch(/^422 .*\/archive-invalid .* not to be kept/)
  expect(await (await ana.fetch('/chat/history')).json()).toEqual([])
})
