import { expect } from 'vitest'
import { type ReceivedEvent, readEvents, textOf } from './event-stream.ts'
import { FakeUpstream } from './fake-upstream.ts'
import type { SignedIn } from './sign-up.ts'
import type { TestDatabase } from './test-database.ts'
import { startTestServer } from './test-server.ts'

export const JSON_BODY = { 'Content-Type': 'application/json' }

export function ask(who: SignedIn, more: object = {}, headers: Record<string, string> = {}): Promise<Response> {
  return who.fetch('/chat/stream', {
    method: 'POST',
    headers: { ...JSON_BODY, ...headers },
    body: JSON.stringify({ model: 'gpt-4-stream', messages: [{ role: 'user', content: 'Hola' }], ...more }),
  })
}

/** What comes of a stream, as it comes; `ended` resolves when it is over, however that came about. */
export function receive(response: Response): { events: ReceivedEvent[]; ended: Promise<void> } {
  const events: ReceivedEvent[] = []
  const read = async () => {
    for await (const event of readEvents(response)) events.push(event)
  }
  return { events, ended: read().catch(() => undefined) }
}

export interface TwoServersOptions {
  /** One of the test's own. */
  database?: TestDatabase
  /** What is set for one of the two alone. */
  oneEnv?: Readonly<Record<string, string>>
  otherEnv?: Readonly<Record<string, string>>
}

/** Two servers on one database, ana signed in on both, and a model that says what the test tells it to. */
export async function startTwo({ database, oneEnv, otherEnv }: TwoServersOptions = {}) {
  const upstream = await FakeUpstream.start()
  const live = upstream.live()
  const env = { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: upstream.baseUrl }
  const one = await startTestServer({ env: { ...env, ...oneEnv }, ...(database && { beside: { database } }) })
  const other = await startTestServer({ env: { ...env, ...otherEnv }, beside: one })
  const here = await one.signUp('ana')
  const there = await other.signIn('ana')
  return {
    here,
    live,
    one,
    other,
    there,
    upstream,
    /** Begins an answer on the first server; `events` grows as the asker receives it. */
    async begin(answer = live) {
      const { events, ended } = receive(await ask(here))
      await answer.request
      answer.text('Uno. ')
      await expect.poll(() => textOf(events)).toBe('Uno. ')
      const { message_id: messageId, conversation_id: conversationId } = events[0]?.data ?? {}
      return { ended, events, messageId, conversationId }
    },
    async [Symbol.asyncDispose]() {
      await other[Symbol.asyncDispose]()
      await one[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
    },
  }
}
