import { expect, test } from 'vitest'
import { DATABASE_FAULTS, type DatabaseFault } from '../support/database-faults.ts'
import { type ReceivedEvent, readAllEvents, readEvents, textOf } from '../support/event-stream.ts'
import { FakeUpstream } from '../support/fake-upstream.ts'
import type { SignedIn } from '../support/sign-up.ts'

const FAULT_MS = 10_000
/** A machine that has other things to do takes its time. */
const PATIENT = { timeout: 15_000 }
/** Too long for what room a page of the file may have left. */
const LONG = 'palabra '.repeat(3_000)

interface StoredMessage {
  role: string
  content: string
  status: string
}

/** A server whose model the test plays, an answer of which `Before. ` is stored, and two who receive it. */
async function answering(fault: DatabaseFault) {
  const upstream = await FakeUpstream.start()
  const live = upstream.live()
  const server = await fault.start({ OPENAI_API_KEY: 'key', OPENAI_BASE_URL: upstream.baseUrl })
  const ana = await server.signUp('ana')
  const receive = (response: Response) => {
    const events: ReceivedEvent[] = []
    const ended = (async () => {
      for await (const event of readEvents(response)) events.push(event)
    })()
    // Whoever waits for it hears of it; where the test has failed before, nobody does.
    ended.catch(() => undefined)
    return { ended, events }
  }
  const asker = receive(await ask(ana, { model: 'gpt-4-stream', content: 'Hola' }))
  await live.request
  live.text('Before. ')
  await expect.poll(() => textOf(asker.events), PATIENT).toBe('Before. ')
  const { conversation_id: conversationId, message_id: messageId } = asker.events[0]?.data ?? {}
  const viewer = receive(await ana.fetch(`/chat/stream?message_id=${messageId}`))
  const stored = async () => {
    const response = await ana.fetch(`/chat/history/${conversationId}`)
    const { messages }: { messages: StoredMessage[] } = JSON.parse(await response.text())
    return messages.at(-1)
  }
  await expect.poll(stored, PATIENT).toMatchObject({ content: 'Before. ' })
  return {
    ana,
    live,
    received: [asker, viewer],
    server,
    stored,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
    },
  }
}

function ask(who: SignedIn, { content, key, model = 'eliza' }: { content: string; key?: string; model?: string }) {
  return who.fetch('/chat/stream', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(key !== undefined && { 'Idempotency-Key': key }) },
    body: JSON.stringify({ model, messages: [{ role: 'user', content }] }),
  })
}

async function promptsOf(who: SignedIn, content: string): Promise<number> {
  const list: { id: string }[] = JSON.parse(await (await who.fetch('/chat/history')).text())
  const shown = await Promise.all(list.map(async ({ id }) => (await who.fetch(`/chat/history/${id}`)).text()))
  const messages = shown.flatMap((text) => (JSON.parse(text) as { messages: StoredMessage[] }).messages)
  return messages.filter((message) => message.role === 'user' && message.content === content).length
}

test.each(DATABASE_FAULTS.map((fault) => [fault.name, fault] as const))(
  'a database that is %s for ten seconds of an answer costs nothing: it is sent on, then stored, and what was refused can be asked again',
  { timeout: 180_000 },
  async (_, fault) => {
    await using world = await answering(fault)
    const { ana, live, received, server, stored } = world
    const end = await fault.begin(server)
    const began = performance.now()
    live.text(LONG)
    for (const { events } of received) await expect.poll(() => textOf(events), PATIENT).toBe(`Before. ${LONG}`)
    do {
      const refused = await ask(ana, { content: LONG, key: 'once' })
      expect(refused.status).toBe(503)
      expect(refused.headers.get('Retry-After')).toMatch(/^\d+$/)
      expect(await refused.json()).toMatchObject({ type: '/problems/database-unavailable' })
      expect((await server.fetch('/health')).status).toBe(200)
      await new Promise((resolve) => setTimeout(resolve, 500))
    } while (performance.now() - began < FAULT_MS)
    live.text('After.')
    live.finish()
    live.end()
    for (const { events } of received) await expect.poll(() => textOf(events), PATIENT).toMatch(/After\.$/)
    expect(await stored(), 'the control: nothing could be stored').toMatchObject({
      content: 'Before. ',
      status: 'in_progress',
    })
    expect(received.map(({ events }) => events.at(-1)?.data.type)).toEqual(['delta', 'delta'])

    await end()
    await Promise.all(received.map(({ ended }) => ended))
    const text = `Before. ${LONG}After.`
    for (const { events } of received) {
      expect(textOf(events)).toBe(text)
      expect(events.at(-1)?.data).toMatchObject({ type: 'done', finish_reason: 'stop' })
    }
    expect(await stored()).toMatchObject({ content: text, status: 'completed' })
    const again = await ask(ana, { content: LONG, key: 'once' })
    expect((await readAllEvents(again)).at(-1)?.data.type).toBe('done')
    expect(await promptsOf(ana, LONG)).toBe(1)
    const log = server.lines.join('\n')
    expect(log.match(/answers-not-stored/g)).toHaveLength(1)
    expect(log.match(/answers-stored-again/g)).toHaveLength(1)
    expect(log).not.toContain('request-failed')
  },
)
