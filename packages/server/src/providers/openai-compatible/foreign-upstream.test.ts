import { LLMock } from '@copilotkit/aimock'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Secret } from '../../secret.ts'
import type { ProviderEvent } from '../provider.ts'
import { OpenAiCompatibleProvider } from './provider.ts'

/** An upstream that others wrote, so that we do not only understand ourselves. */
const upstream = new LLMock({ port: 0, chunkSize: 5 })
const TEXT = 'Hola 👋, ¿qué tal? — Muy bien: «gracias».'

beforeAll(() => upstream.start())
afterAll(() => upstream.stop())

async function ask(content: string, streaming: boolean): Promise<ProviderEvent[]> {
  const endpoints = [{ baseUrl: `${upstream.url}/v1`, apiKey: new Secret('sk-foreign-0123456789'), weight: 1 }]
  const options = {
    model: 'gpt-4.1',
    streaming,
    endpoints,
    idleTimeoutMs: 10_000,
    hasReasoningTags: false,
    log: pino({ level: 'silent' }),
  }
  const provider = new OpenAiCompatibleProvider(options)
  const events: ProviderEvent[] = []
  const request = { messages: [{ role: 'user' as const, content }], maxTokens: 100, temperature: 0 }
  for await (const event of provider.stream(request, new AbortController().signal)) events.push(event)
  return events
}

test.each([true, false])('a foreign upstream is understood (streaming: %s)', async (streaming) => {
  upstream.onMessage('saluda', { content: TEXT })
  const events = await ask('saluda', streaming)
  expect(events.map((event) => (event.type === 'text' ? event.text : '')).join('')).toBe(TEXT)
  const usage = {
    prompt_tokens: expect.any(Number),
    completion_tokens: expect.any(Number),
    total_tokens: expect.any(Number),
  }
  expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop', usage })
})

test('an answer that a foreign upstream cut says so', async () => {
  upstream.onMessage('corta', { content: 'Hasta aq', finishReason: 'length' })
  expect((await ask('corta', true)).at(-1)).toMatchObject({ type: 'finish', reason: 'length' })
})

test.each([
  [401, 'upstream-rejected'],
  [429, 'upstream-rate-limited'],
  [500, 'upstream-failed'],
])('a foreign %i is %s', async (status, code) => {
  upstream.nextRequestError(status, { message: 'Not today.' })
  await expect(ask('saluda', true)).rejects.toMatchObject({ code, message: expect.stringContaining('Not today.') })
})
