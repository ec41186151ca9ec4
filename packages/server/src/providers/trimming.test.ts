import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PromptMessage, Provider, ProviderEvent, ProviderRequest } from './provider.ts'
import { trimming } from './trimming.ts'

/** Remembers what it was asked. */
function recorder(): Provider & { requests: ProviderRequest[] } {
  const requests: ProviderRequest[] = []
  return {
    requests,
    endpoints: [{ address: 'http://gpu-1/v1', state: 'ok' }],
    async *stream(request) {
      requests.push(request)
      yield { type: 'text', text: 'Sí.' }
    },
  }
}

/** What the model sees of it, and what whoever asks is told before the answer. */
async function ask(messages: PromptMessage[], contextTokens: number, request: Partial<ProviderRequest> = {}) {
  const provider = recorder()
  const events: ProviderEvent[] = []
  const stream = trimming(provider, contextTokens).stream({ ...request, messages }, new AbortController().signal)
  for await (const event of stream) events.push(event)
  expect(events.at(-1)).toEqual({ type: 'text', text: 'Sí.' })
  return { seen: provider.requests[0]?.messages ?? [], told: events.slice(0, -1), request: provider.requests[0] }
}

const user = (content: string): PromptMessage => ({ role: 'user', content })
const assistant = (content: string): PromptMessage => ({ role: 'assistant', content })
const system = (content: string): PromptMessage => ({ role: 'system', content })
/** A text that counts for so many tokens as a message. */
const text = (tokens: number, letter = 'x') => letter.repeat((tokens - 8) * 3)

test('a conversation that fits is sent as it is, and nobody is told anything', async () => {
  const messages = [system('Sé breve.'), user(text(300)), assistant(text(300)), user(text(300))]
  const { seen, told, request } = await ask(messages, 1300, { temperature: 0.5 })
  expect([seen, told, request?.temperature]).toEqual([messages, [], 0.5])
})

test('of one that does not, the oldest messages are left out up to a question, and that is said first', async () => {
  const messages = [user(text(100)), assistant(text(100)), user(text(100)), assistant(text(100)), user('¿Y ahora?')]
  const { seen, told } = await ask(messages, 400)
  expect(seen).toEqual(messages.slice(2))
  const detail =
    'The oldest 2 messages were left out: the whole conversation is longer than the 400 tokens that this model reads.'
  expect(told).toEqual([{ type: 'notice', code: 'context-trimmed', detail }])
})

test('instructions are always sent, wherever they stand', async () => {
  const messages = [system(text(100)), user(text(500)), system('Ahora en inglés.'), assistant(text(500)), user('Hola')]
  const { seen, told } = await ask(messages, 400)
  expect(seen).toEqual([messages[0], messages[2], messages[4]])
  expect(told).toMatchObject([{ detail: expect.stringContaining('oldest 2 messages') }])
})

test('instructions make no room: what they take is missing for what was said', async () => {
  const messages = [system(text(100)), user(text(100)), assistant(text(100)), user(text(92))]
  const { seen } = await ask(messages, 400)
  expect(seen).toEqual([messages[0], messages[3]])
})

test('a last question that does not fit is sent whole, for the upstream to judge', async () => {
  const messages = [user('Hola'), assistant('Hola.'), user(text(5000))]
  const { seen, told } = await ask(messages, 400)
  expect(seen).toEqual(messages.slice(2))
  expect(told).toHaveLength(1)
  expect((await ask(messages.slice(2), 400)).told).toEqual([])
})

test('room is kept for the answer: what the request allows, or a quarter, and never more than 4096 of it', async () => {
  const of = (tokens: number) => [user(text(100)), user(text(tokens - 100))]
  const isWhole = async (tokens: number, window: number, request = {}) =>
    (await ask(of(tokens), window, request)).told.length === 0
  expect([await isWhole(750, 1000), await isWhole(751, 1000)]).toEqual([true, false])
  expect([await isWhole(900, 1000, { maxTokens: 100 }), await isWhole(901, 1000, { maxTokens: 100 })]).toEqual([
    true,
    false,
  ])
  expect([await isWhole(95_904, 100_000), await isWhole(95_905, 100_000)]).toEqual([true, false])
  expect((await ask(of(300), 1000, { maxTokens: 5000 })).seen).toHaveLength(1)
})

test('letters that take more bytes count for more tokens', async () => {
  const messages = [user('我'.repeat(300)), user('Hola')]
  expect((await ask(messages, 430)).seen).toEqual(messages)
  expect((await ask(messages, 410)).seen).toEqual(messages.slice(1))
})

test('an image counts as 1024 tokens', async () => {
  const seen: PromptMessage = { ...user('¿Qué es?'), parts: [{ type: 'image', url: 'data:image/png;base64,AAAA' }] }
  expect((await ask([seen, user('Hola')], 1500)).told).toEqual([])
  expect((await ask([seen, user('Hola')], 1300)).told).toHaveLength(1)
})

test('a model that reads less has the endpoints that it has', () => {
  expect(trimming(recorder(), 1000).endpoints).toEqual([{ address: 'http://gpu-1/v1', state: 'ok' }])
})

test('whatever is left out, it is the oldest, and what is left begins with a question and ends with the last', async () => {
  const anyMessage = fc.record({
    role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const),
    content: fc.nat(300).map((tokens) => text(tokens + 9)),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(anyMessage), fc.integer({ min: 256, max: 4000 }), async (before, contextTokens) => {
      const messages = [...before, user('¿Y ahora?')]
      const { seen, told } = await ask(messages, contextTokens)
      const said = (list: readonly PromptMessage[]) => list.filter(({ role }) => role !== 'system')
      const leftOut = messages.length - seen.length
      expect(said(seen)).toEqual(said(messages).slice(leftOut))
      expect(seen.filter(({ role }) => role === 'system')).toEqual(messages.filter(({ role }) => role === 'system'))
      expect(told).toHaveLength(leftOut > 0 ? 1 : 0)
      if (leftOut > 0) expect(said(seen)[0]?.role).toBe('user')
    }),
  )
})
