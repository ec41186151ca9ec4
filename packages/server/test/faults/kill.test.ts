import { expect, test } from 'vitest'
import { type ReceivedEvent, readAllEvents, readEvents, textOf } from '../support/event-stream.ts'
import { answer, FakeUpstream } from '../support/fake-upstream.ts'
import { type ServerProcess, startServerProcess } from '../support/server-process.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { DIALECT } from '../support/test-database.ts'

const ANSWER = Array.from({ length: 2_000 }, (_, index) => `palabra${index} `).join('')
/**
 * When to kill: from the first moments to some way into the second flush, so that what is stored and what is sent differ
 * nearly always. On a shared database each takes seconds: a lease has to run out first.
 */
const KILL_AFTER_MS = DIALECT === 'sqlite' ? Array.from({ length: 12 }, (_, round) => 30 * round) : [60, 180, 300]

interface StoredMessage {
  id: string
  content: string
  status: string
}

/** Asks, and kills the server after so many milliseconds of the answer. Gives what had come until then. */
async function askAndKill(server: ServerProcess, ana: SignedIn, killAfterMs: number): Promise<ReceivedEvent[]> {
  const response = await ana.fetch('/chat/stream', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-4-stream', messages: [{ role: 'user', content: `Pregunta ${killAfterMs}` }] }),
  })
  const received: ReceivedEvent[] = []
  setTimeout(() => server.kill('SIGKILL'), killAfterMs)
  try {
    for await (const event of readEvents(response)) received.push(event)
  } catch {
    // The connection broke with the server.
  }
  return received
}

/** What is stored, once nothing is in progress: within five seconds of the start. */
async function messagesOnceEnded(ana: SignedIn, conversationId: unknown): Promise<StoredMessage[]> {
  const read = async () => {
    const conversation = await ana.fetch(`/chat/history/${conversationId}`)
    const { messages }: { messages: StoredMessage[] } = JSON.parse(await conversation.text())
    return messages
  }
  await expect
    .poll(async () => (await read()).map(({ status }) => status), { timeout: 5_000 })
    .not.toContain('in_progress')
  return read()
}

test('after SIGKILL at any moment of an answer the prompt is there, and the answer interrupted, with what was stored', async () => {
  await using upstream = await FakeUpstream.start()
  upstream.always(answer(ANSWER, { pieces: 9, delayMs: 1 }))
  await using server = await startServerProcess({ env: { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: upstream.baseUrl } })
  const ana = await server.signUp('ana')
  let truncations = 0
  for (const killAfterMs of KILL_AFTER_MS) {
    const received = await askAndKill(server, ana, killAfterMs)
    await server.ended
    await server.start()
    const [answerId, conversationId] = [received[0]?.data.message_id, received[0]?.data.conversation_id]
    const messages = await messagesOnceEnded(ana, conversationId)
    expect(messages.map(({ content, status }) => [content, status])).toEqual([
      [`Pregunta ${killAfterMs}`, 'completed'],
      [expect.any(String), 'interrupted'],
    ])
    const stored = messages[1]?.content ?? ''
    expect(ANSWER.startsWith(stored)).toBe(true)

    const headers = { 'Last-Event-ID': received.at(-1)?.id ?? '' }
    const rest = await readAllEvents(await ana.fetch(`/chat/stream?message_id=${answerId}`, { headers }))
    expect(textOf([...received, ...rest]), 'what a viewer has in the end is what is stored').toBe(stored)
    expect(rest.at(-1)?.data).toMatchObject({ type: 'done', finish_reason: 'interrupted' })
    truncations += rest.filter(({ data }) => data.type === 'truncate').length
  }
  expect(truncations, 'the kills were late enough to lose what had only been sent').toBeGreaterThan(0)
}, 180_000)

test('whoever is in the middle of an answer when the server restarts learns in what state it is', async () => {
  await using upstream = await FakeUpstream.start()
  upstream.always(answer(ANSWER, { pieces: 9, delayMs: 1 }))
  await using server = await startServerProcess({ env: { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: upstream.baseUrl } })
  const ana = await server.signUp('ana')
  const received = await askAndKill(server, ana, 300)
  await server.ended
  await server.start()
  const conversation = received[0]?.data.conversation_id
  await messagesOnceEnded(ana, conversation)
  const again = await ana.fetch('/chat/stream', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      model: 'eliza',
      conversation_id: conversation,
      messages: [{ role: 'user', content: '¿Sigues ahí?' }],
    }),
  })
  const events = await readAllEvents(again)
  expect(events.at(-1)?.data, 'an interrupted conversation goes on').toMatchObject({
    type: 'done',
    finish_reason: 'stop',
  })
})
