/** What an upstream may do wrong, seen from outside: by who asked, by who follows, in the history, and in what comes next. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ReceivedEvent, readAllEvents, readEvents, textOf } from '../support/event-stream.ts'
import {
  answer,
  breakOff,
  echoKey,
  errorInStream,
  FakeUpstream,
  fail,
  failPage,
  halfJson,
  type Responder,
  redirect,
  silence,
  stall,
} from '../support/fake-upstream.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const KEY = 'sk-canary-8f2c61d07a'
const IDLE_SECONDS = 3
const TEXT = '¡Hola! 日本 👩‍👩‍👧 "sí"'

let upstream: FakeUpstream
let elsewhere: FakeUpstream
let server: TestServer
let ana: SignedIn
beforeAll(async () => {
  upstream = await FakeUpstream.start()
  elsewhere = await FakeUpstream.start()
  const idle = { VEKTOR_UPSTREAM_IDLE_TIMEOUT: String(IDLE_SECONDS) }
  server = await startTestServer({ env: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: upstream.baseUrl, ...idle } })
  ana = await server.signUp('ana')
})
afterAll(async () => {
  for (const each of [server, upstream, elsewhere]) await each[Symbol.asyncDispose]()
})

function ask(conversationId?: unknown): Promise<Response> {
  const body = { model: 'gpt-4-stream', messages: [{ role: 'user', content: 'Hola' }], conversation_id: conversationId }
  const headers = { 'Content-Type': 'application/json' }
  return ana.fetch('/chat/stream', { method: 'POST', headers, body: JSON.stringify(body) })
}

/** Asks, and has a second viewer from the beginning. */
async function receive(): Promise<{ asker: ReceivedEvent[]; viewer: ReceivedEvent[] }> {
  const asker: ReceivedEvent[] = []
  let following: Promise<ReceivedEvent[]> | undefined
  for await (const event of readEvents(await ask())) {
    asker.push(event)
    following ??= ana
      .fetch(`/chat/stream?message_id=${event.data.message_id}`, { headers: { 'Last-Event-ID': event.id } })
      .then(async (response) => [event, ...(await readAllEvents(response))])
  }
  return { asker, viewer: (await following) ?? [] }
}

interface StoredMessage {
  content: string
  status: string
  finish_reason?: string
  error?: { type: string }
}

async function storedAnswer(conversationId: unknown): Promise<StoredMessage | undefined> {
  const response = await ana.fetch(`/chat/history/${conversationId}`)
  const { messages }: { messages: StoredMessage[] } = JSON.parse(await response.text())
  return messages.at(-1)
}

const away = () => redirect(`${elsewhere.baseUrl}/chat/completions`)
/** Each with the text that is kept, and how the answer ends: with a problem, or else so. */
const CASES: [string, () => Responder, { text?: string; problem?: string; reason?: string }][] = [
  ['a good answer (the control)', () => answer(TEXT), { text: TEXT, reason: 'stop' }],
  ['too many requests', () => fail(429, { headers: { 'retry-after': '7' } }), { problem: 'upstream-rate-limited' }],
  ['a failure', () => fail(500), { problem: 'upstream-failed' }],
  ['a page', () => failPage(502), { problem: 'upstream-failed' }],
  ['a page that is called a success', () => failPage(200), { problem: 'upstream-failed' }],
  ['half a JSON', halfJson, { problem: 'upstream-failed' }],
  ['a redirect', away, { problem: 'upstream-failed' }],
  ['a refusal that repeats the key', () => echoKey(401), { problem: 'upstream-rejected' }],
  [
    'an error after some text',
    () => errorInStream({ message: KEY }, { after: 'Hal' }),
    { text: 'Hal', problem: 'upstream-failed' },
  ],
  ['a connection that breaks after some text', () => breakOff('Hal'), { text: 'Hal', problem: 'upstream-failed' }],
  ['nothing at all', silence, { problem: 'upstream-timeout' }],
  ['nothing but comments', () => stall({ heartbeatMs: 50 }), { problem: 'upstream-timeout' }],
  [
    'nothing but comments after some text',
    () => stall({ after: 'Hal', heartbeatMs: 50 }),
    { text: 'Hal', problem: 'upstream-timeout' },
  ],
  [
    'an end without a reason and without [DONE]',
    () => answer('Hal', { finishReason: null, isDoneSent: false }),
    { text: 'Hal', reason: 'incomplete' },
  ],
  ['every byte on its own', () => answer(TEXT, { cuts: [...Array(2_000).keys()] }), { text: TEXT, reason: 'stop' }],
]

test.each(CASES)(
  'what an upstream sends is told to all alike, kept, and in the way of nothing: %s',
  async (_, responder, { text = '', problem, reason }) => {
    upstream.will(responder())
    const { asker, viewer } = await receive()
    expect(textOf(asker)).toBe(text)
    expect(textOf(viewer)).toBe(text)
    const { conversation_id: conversationId } = asker[0]?.data ?? {}
    const stored = await storedAnswer(conversationId)
    expect(stored?.content).toBe(text)
    for (const last of [asker.at(-1)?.data, viewer.at(-1)?.data]) {
      if (problem) expect(last).toMatchObject({ type: 'error', problem: { type: `/problems/${problem}` } })
      else expect(last).toMatchObject({ type: 'done', finish_reason: reason })
    }
    if (problem) expect(stored).toMatchObject({ status: 'failed', error: { type: `/problems/${problem}` } })
    else expect(stored).toMatchObject({ finish_reason: reason })
    expect(JSON.stringify([asker, viewer, stored])).not.toContain(KEY)

    upstream.will(answer('Otra vez.'))
    expect(textOf(await readAllEvents(await ask(conversationId))), 'the conversation goes on').toBe('Otra vez.')
  },
)

test('none of that told the key to anybody, or asked where it was led', () => {
  expect(upstream.requests.every(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true)
  expect(server.logs.join('')).not.toContain(KEY)
  expect(server.logs.join('')).not.toContain('request-failed')
  expect(elsewhere.requests).toEqual([])
})

test('an answer may take longer than the wait for its next word', async () => {
  const words = Array.from({ length: 8 }, (_, index) => `${index} `)
  upstream.will(answer(words.join(''), { pieces: words, delayMs: (IDLE_SECONDS * 1000) / 4 }))
  const events = await readAllEvents(await ask())
  expect(textOf(events)).toBe(words.join(''))
  expect(events.at(-1)?.data).toMatchObject({ type: 'done', finish_reason: 'stop' })
})

test('the control: whoever decodes each piece on its own breaks what came byte by byte', async () => {
  upstream.will(answer(TEXT, { cuts: [...Array(2_000).keys()] }))
  const init = { method: 'POST', body: JSON.stringify({ stream: true }) }
  const { body } = await fetch(`${upstream.baseUrl}/chat/completions`, init)
  let naive = ''
  for await (const bytes of body ?? []) naive += new TextDecoder().decode(bytes)
  expect(naive).toContain('\ufffd')
})
