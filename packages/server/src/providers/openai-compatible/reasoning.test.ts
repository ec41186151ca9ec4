import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chunk, FakeUpstream, frame, type Responder } from '../../../test/support/fake-upstream.ts'
import type { ProviderEvent } from '../provider.ts'
import { OpenAiCompatibleProvider } from './provider.ts'
import { ReasoningTags } from './reasoning-tags.ts'

let upstream: FakeUpstream
beforeAll(async () => {
  upstream = await FakeUpstream.start()
})
afterAll(() => upstream[Symbol.asyncDispose]())

async function ask(responder: Responder, { streaming = true, hasReasoningTags = false } = {}) {
  upstream.will(responder)
  const endpoints = [{ baseUrl: upstream.baseUrl, weight: 1 }]
  const options = { model: 'm', streaming, hasReasoningTags, endpoints, idleTimeoutMs: 600_000 }
  const provider = new OpenAiCompatibleProvider({ ...options, log: pino({ level: 'silent' }) })
  const events: ProviderEvent[] = []
  for await (const event of provider.stream({ messages: [] }, new AbortController().signal)) events.push(event)
  return events
}

/** A stream of these deltas, as it was recorded, in one write. */
function stream(deltas: readonly object[]): Responder {
  return ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.end([...deltas.map((delta) => frame(chunk(delta))), frame(chunk({}, 'stop'))].join(''))
  }
}

const recorded: [name: string, deltas: object[]][] = [
  [
    'DeepSeek',
    [
      { role: 'assistant', content: null, reasoning_content: '' },
      { content: null, reasoning_content: 'El saludo ' },
      { content: null, reasoning_content: 'pide otro.' },
      { content: '¡Ho', reasoning_content: null },
      { content: 'la!', reasoning_content: null },
    ],
  ],
  [
    'vLLM',
    [
      { role: 'assistant', content: '' },
      { reasoning_content: 'El saludo ' },
      { reasoning_content: 'pide otro.' },
      { content: '¡Hola!' },
    ],
  ],
  [
    'OpenRouter',
    [
      {
        role: 'assistant',
        content: '',
        reasoning: 'El saludo pide otro.',
        reasoning_details: [{ type: 'reasoning.text', text: 'El saludo pide otro.', index: 0 }],
      },
      { role: 'assistant', content: '¡Hola!' },
    ],
  ],
  [
    'Ollama',
    [
      { role: 'assistant', content: '', reasoning: 'El saludo ' },
      { role: 'assistant', content: '', reasoning: 'pide otro.' },
      { role: 'assistant', content: '¡Hola!' },
    ],
  ],
  [
    'both names at once',
    [{ reasoning: 'El saludo pide otro.', reasoning_content: 'El saludo pide otro.' }, { content: '¡Hola!' }],
  ],
]

const SPOKEN = [
  { type: 'reasoning', text: 'El saludo pide otro.' },
  { type: 'text', text: '¡Hola!' },
  { type: 'finish', reason: 'stop' },
]

test.each(recorded)('what a model tells itself is no part of its answer: %s', async (_, deltas) => {
  expect(await ask(stream(deltas))).toEqual(SPOKEN)
})

test.each(['reasoning_content', 'reasoning'])('an answer that comes all at once has its %s too', async (field) => {
  const message = { role: 'assistant', content: '¡Hola!', [field]: 'El saludo pide otro.' }
  const whole: Responder = ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] }))
  }
  expect(await ask(whole, { streaming: false })).toEqual(SPOKEN)
})

test('reasoning between tags is taken out of the text where the model file says that it has them, and nowhere else', async () => {
  const tagged = stream([
    { content: '<thi' },
    { content: 'nk>\nEl saludo pide otro.</th' },
    { content: 'ink>\n\n¡Hola!' },
  ])
  expect(await ask(tagged, { hasReasoningTags: true })).toEqual([
    { type: 'reasoning', text: '\nEl saludo pide otro.' },
    ...SPOKEN.slice(1),
  ])
  expect((await ask(tagged))[0]).toEqual({ type: 'text', text: '<think>\nEl saludo pide otro.</think>\n\n¡Hola!' })
})

function split(pieces: readonly string[]): { text: string; reasoning: string } {
  const tags = new ReasoningTags()
  const spoken = [...pieces.flatMap((piece) => tags.split(piece)), ...tags.end()]
  const of = (type: string) =>
    spoken
      .filter((piece) => piece.type === type)
      .map(({ text }) => text)
      .join('')
  return { text: of('text'), reasoning: of('reasoning') }
}

test.each([
  ['<think>uno</think>dos', 'uno', 'dos'],
  ['\n <think>uno</think>\n\n dos', 'uno', 'dos'],
  ['<think></think>dos', '', 'dos'],
  ['<think>uno < dos </thin </think> tres', 'uno < dos </thin ', 'tres'],
  ['<think>sin final', 'sin final', ''],
  ['<think>uno</thin', 'uno</thin', ''],
  ['<think>uno</think>\n\n', 'uno', ''],
  ['<thin', '', '<thin'],
  ['  hola', '', '  hola'],
  ['dos <think>uno</think>', '', 'dos <think>uno</think>'],
  ['<think>uno</think>dos <think>tres</think>', 'uno', 'dos <think>tres</think>'],
  ['<thinking>uno', '', '<thinking>uno'],
])('%j is told apart, however it is cut', (whole, reasoning, text) => {
  fc.assert(
    fc.property(fc.array(fc.nat(whole.length)), (cuts) => {
      const sorted = [0, ...cuts.sort((one, other) => one - other), whole.length]
      const pieces = sorted.slice(1).map((end, index) => whole.slice(sorted[index], end))
      expect(split(pieces)).toEqual({ reasoning, text })
    }),
  )
})
