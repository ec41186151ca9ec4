/** A large restore is the work of one account: nobody else waits for it. The times are printed, and asserted only with a wide margin. */
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { archiveBytes, conversationRecord, idOf, messageRecord } from '../support/archives.ts'
import { post, upload } from '../support/backups.ts'
import { readEvents } from '../support/event-stream.ts'
import { CHAT } from '../support/sample-requests.ts'
import { startServerProcess } from '../support/server-process.ts'
import type { SignedIn } from '../support/sign-up.ts'

const CONVERSATIONS = 2_000
const MESSAGES_EACH = 10
/** As long as a chat may wait for its first event at the worst. */
const MARGIN_MS = 5_000

/** All that differs between two of them is what each conversation is called and its last message says. */
function archiveOf(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const numbers = Array.from({ length: CONVERSATIONS }, (_, at) => at + 1)
  const minute = name === 'x' ? 10 : 20
  return archiveBytes({
    conversations: numbers.map((number) =>
      conversationRecord(number, { title: `${name} ${number}`, updated_at: `2025-07-08T10:${minute}:00.000Z` }),
    ),
    messages: numbers.flatMap((number) =>
      Array.from({ length: MESSAGES_EACH }, (_, at) => {
        const id = number * 1_000 + at
        const content = `${at === MESSAGES_EACH - 1 ? name : ''} ${'palabra '.repeat(40)} ${id}`
        return messageRecord(id, number, { content, parent_id: at === 0 ? null : idOf('message', id - 1) })
      }),
    ),
  })
}

/** Asks again and again until `work` is done. Answers how long each waited for its first event, in milliseconds. */
async function waits(who: SignedIn, work: Promise<Response>): Promise<number[]> {
  const found: number[] = []
  let isOver = false
  const asking = (async () => {
    while (!isOver) {
      const started = performance.now()
      for await (const _ of readEvents(await post(who, '/chat/stream', CHAT))) {
        found.push(performance.now() - started)
        break
      }
      await delay(10)
    }
  })()
  const { status } = await work
  isOver = true
  await asking
  expect(status).toBe(200)
  return found.toSorted((one, other) => one - other)
}

test(`while ${CONVERSATIONS * MESSAGES_EACH} messages are restored, the chats of others begin to answer`, {
  timeout: 300_000,
}, async () => {
  await using server = await startServerProcess({
    env: { VEKTOR_RATE_LIMIT: '10000000', VEKTOR_STREAM_LIMIT: '10000' },
  })
  const [ana, bob] = [await server.signUp('ana'), await server.signUp('bob')]
  const [x, y] = [await upload(ana, await archiveOf('x')), await upload(ana, await archiveOf('y'))]
  const works = [
    ['nothing', () => delay(2_000, new Response())],
    ['adding all', () => post(ana, '/sync/restore', { backup_id: x.backup_id })],
    ['changing all', () => post(ana, '/sync/restore', { backup_id: y.backup_id })],
    ['replacing all', () => post(ana, '/sync/restore', { backup_id: x.backup_id, mode: 'replace' })],
  ] as const
  for (const [name, work] of works) {
    const started = performance.now()
    const times = await waits(bob, work())
    const [median = 0, longest = 0] = [times[times.length >> 1], times.at(-1)]
    const told = { work: name, seconds: (performance.now() - started) / 1_000, chats: times.length, median, longest }
    process.stdout.write(
      `${JSON.stringify(told, (_, value) => (typeof value === 'number' ? Math.round(value * 10) / 10 : value))}\n`,
    )
    expect(longest, name).toBeLessThan(MARGIN_MS)
  }
})
