import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type ReceivedEvent, readAllEvents, readEvents, textOf } from '../support/event-stream.ts'
import { answer, FakeUpstream } from '../support/fake-upstream.ts'
import type { SignedIn } from '../support/sign-up.ts'
import { startTestServer } from '../support/test-server.ts'

const QUESTION = { model: 'gpt-4-stream', messages: [{ role: 'user', content: 'Hola' }] }

function ask(who: SignedIn, body: object = QUESTION): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' }
  return who.fetch('/chat/stream', { method: 'POST', headers, body: JSON.stringify(body) })
}

async function messagesOf(who: SignedIn, [first]: readonly ReceivedEvent[]): Promise<unknown[]> {
  const conversation = await who.fetch(`/chat/history/${first?.data.conversation_id}`)
  return JSON.parse(await conversation.text()).messages
}

function reasoningOf(events: readonly ReceivedEvent[]): string {
  return events.map(({ data }) => (data.type === 'reasoning' ? data.content : '')).join('')
}

test('what a model thinks is streamed in events of its own, resumes exactly, and stands in the history', async () => {
  await using upstream = await FakeUpstream.start()
  await using server = await startTestServer({ env: { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: upstream.baseUrl } })
  const ana = await server.signUp('ana')
  const live = upstream.live()
  const asked = ask(ana)
  await live.request
  live.reasoning('They greet me ')
  const first: ReceivedEvent[] = []
  for await (const event of readEvents(await asked)) {
    first.push(event)
    if (event.data.type === 'reasoning') break
  }
  live.reasoning('in Spanish.')
  live.text('¡Hola!')
  live.finish('stop')
  live.end()
  const answerId = first[0]?.data.message_id
  const headers = { 'Last-Event-ID': first.at(-1)?.id ?? '' }
  const rest = await readAllEvents(await ana.fetch(`/chat/stream?message_id=${answerId}`, { headers }))
  const all = [...first, ...rest]
  expect(reasoningOf(all)).toBe('They greet me in Spanish.')
  expect(textOf(all)).toBe('¡Hola!')
  const [question, message] = await messagesOf(ana, first)
  expect(message).toMatchObject({ content: '¡Hola!', reasoning: 'They greet me in Spanish.' })
  expect(question).not.toHaveProperty('reasoning')
})

test('a conversation longer than its model can read is answered, and says in the stream and in the history what was left out', async () => {
  await using upstream = await FakeUpstream.start()
  upstream.always(answer('Sí.'))
  await using server = await startTestServer({ env: { OPENAI_API_KEY: 'key' } })
  const endpoints = [{ base_url: upstream.baseUrl }]
  const model = { description: '', provider: 'openai-compatible', model: 'm', context_tokens: 2_000, endpoints }
  await writeFile(join(server.folder, 'config/models/gpt4.json'), JSON.stringify(model))
  const ana = await server.signUp('ana')
  const long = 'palabra '.repeat(300)
  const messages = Array.from({ length: 9 }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: long,
  }))
  const noticeOf = (events: readonly ReceivedEvent[]) => events.find(({ data }) => data.type === 'notice')?.data
  await expect
    .poll(async () => noticeOf(await readAllEvents(await ask(ana, { ...QUESTION, messages }))), { timeout: 10_000 })
    .toMatchObject({ code: 'context-trimmed', detail: expect.stringMatching(/oldest \d+ messages/) })
  const events = await readAllEvents(await ask(ana, { ...QUESTION, messages }))
  const sent = upstream.requests.at(-1)?.body.messages ?? []
  expect(sent.length).toBeGreaterThan(0)
  expect(sent.length).toBeLessThan(messages.length)
  expect(textOf(events)).toBe('Sí.')
  const notice = noticeOf(events)
  expect((await messagesOf(ana, events)).at(-1)).toMatchObject({
    notices: [{ code: notice?.code, detail: notice?.detail }],
  })
})
