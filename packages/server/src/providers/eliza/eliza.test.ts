import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PromptMessage, ProviderEvent } from '../provider.ts'
import { composeReply } from './compose-reply.ts'
import { detectLanguage } from './language.ts'
import { ElizaProvider } from './provider.ts'

const eliza = new ElizaProvider({ wordDelayMs: 0 })

function user(content: string): PromptMessage {
  return { role: 'user', content }
}

/** The conversation that these remarks lead to. */
function converse(remarks: readonly string[]): PromptMessage[] {
  const messages: PromptMessage[] = []
  for (const remark of remarks) {
    messages.push(user(remark))
    messages.push({ role: 'assistant', content: composeReply(messages) })
  }
  return messages
}

function replies(...remarks: string[]): string[] {
  return converse(remarks).flatMap(({ role, content }) => (role === 'assistant' ? [content] : []))
}

async function collect(messages: PromptMessage[], maxTokens?: number): Promise<ProviderEvent[]> {
  const events: ProviderEvent[] = []
  const request = { messages, ...(maxTokens !== undefined && { maxTokens }) }
  for await (const event of eliza.stream(request, new AbortController().signal)) events.push(event)
  return events
}

test.each([
  ['Hola, ¿cómo estás?', 'es'],
  ['Estoy triste porque mi madre no me habla', 'es'],
  ['Cuéntame un cuento', 'es'],
  ['How are you today?', 'en'],
  ['tell me a story', 'en'],
  ['I’m sad', 'en'],
] as const)('the answer is in the language of the question: %s', (remark, language) => {
  expect(detectLanguage(remark)).toBe(language)
  expect(detectLanguage(composeReply([user(remark)]))).toBe(language)
})

test('where a message does not tell its language, the conversation does', () => {
  const [, spanish] = replies('Hoy no puedo trabajar', 'xyz')
  const [, english] = replies('I can’t work today', 'xyz')
  expect(detectLanguage(spanish ?? '')).toBe('es')
  expect(detectLanguage(english ?? '')).toBe('en')
})

test.each([
  ['¿Quién eres?', /programa/, /OPENAI_API_KEY/],
  ['¿Eres una IA?', /programa/, /sin clave|sin ninguna clave/],
  ['Who are you?', /rule-based program|small program/, /OPENAI_API_KEY/],
  ['Are you ChatGPT?', /not ChatGPT|neither a person nor an AI/, /without a key/],
  ['Are you a real person?', /program/, /Vektor/],
])('it says what it is and how to connect a real model: %s', (remark, what, how) => {
  for (const reply of replies(remark, remark)) {
    expect(reply).toMatch(what)
    expect(reply).toMatch(how)
  }
})

test.each([
  ['I think you hate my dog', 'What makes you think that I hate your dog?'],
  ['I am lost without you', 'Why do you think you are lost without me?'],
  ['I feel that my work is nothing', 'Since when do you feel that your work is nothing?'],
  ['No puedo vivir sin mis amigos', '¿Qué te impide vivir sin tus amigos?'],
  ['Creo que mi vida es mía', '¿Qué te hace pensar que tu vida es tuya?'],
])('it turns what is said to the other side: %s', (remark, reply) => {
  expect(composeReply([user(remark)])).toBe(reply)
})

test('it comes back to something that was said before', () => {
  const spoken = replies('My garden is dying', 'xyz', 'foo', 'bar', 'baz')
  expect(spoken.slice(1).join('\n')).toContain('“your garden is dying”')
})

test.each([
  ['Hola', /^(¡Hola|Buenas)/],
  ['hello!', /^(Hello|Hi)/],
  ['Muchas gracias', /De nada|No hay de qué|A ti/],
  ['Thank you', /welcome|Not at all|Thank you/],
  ['Adiós', /Adiós|Hasta luego/],
  ['Goodbye', /Goodbye|See you/],
])('it has manners: %s', (remark, expected) => {
  expect(composeReply([user(remark)])).toMatch(expected)
})

test.each(['markdown demo', 'show me some Markdown, please', 'demostración de markdown', '¿sabes Markdown?'])(
  'it shows what a view has to draw: %s',
  (remark) => {
    for (const reply of replies(remark, remark)) {
      expect(reply).toMatch(/^# /m)
      expect(reply).toMatch(/^1\. /m)
      expect(reply).toMatch(/^\| :--- \|/m)
      expect(reply).toMatch(/^```js\n[^`]/m)
    }
  },
)

test.each(['tell me a story', 'cuéntame un cuento'])('it has something longer to say: %s', (remark) => {
  for (const reply of replies(remark, remark)) expect(reply.split(/\s+/).length).toBeGreaterThan(200)
})

test('it admits that it cannot read code', () => {
  expect(composeReply([user('review this\n\ndiff --git a/x.ts b/x.ts\n@@ -1 +1 @@\n-a\n+b')])).toMatch(
    /rules|recognise words/,
  )
})

const anyRemark = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    'hola',
    'sí',
    '¿quién eres?',
    'who are you?',
    'tell me a story',
    'mi madre',
    'my dog is ill',
    '$1',
    'ok',
    '',
  ),
)

test('it never says the same twice in a row, and always the same to the same conversation', () => {
  fc.assert(
    fc.property(fc.array(anyRemark, { minLength: 1, maxLength: 8 }), (remarks) => {
      const spoken = replies(...remarks)
      expect(replies(...remarks)).toEqual(spoken)
      for (const [index, reply] of spoken.entries()) {
        expect(reply.trim()).not.toBe('')
        expect(reply.trim()).not.toBe(spoken[index - 1]?.trim())
        expect(reply).not.toMatch(/\$\d/)
      }
    }),
  )
})

test('a long message costs no more than a short one', () => {
  for (const unit of ['a', 'mi ', '¿', 'cuéntame ', 'tell ', ' ', '\n', "i'm ", '👋']) {
    const long = [user(unit.repeat(100_000))]
    const start = performance.now()
    composeReply(long)
    // Far above what it takes, far below what a pattern that explodes would.
    expect(performance.now() - start).toBeLessThan(500)
  }
})

test('it speaks word by word, and its tokens are words', async () => {
  const messages = [user('Cuéntame un cuento')]
  const events = await collect(messages)
  const texts = events.flatMap((event) => (event.type === 'text' ? [event.text] : []))
  expect(texts.join('')).toBe(composeReply(messages).trim())
  for (const text of texts) expect(text.trim()).toMatch(/^\S+$/)
  const completion = texts.length
  const usage = { prompt_tokens: 3, completion_tokens: completion, total_tokens: completion + 3 }
  expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop', usage })
})

test('it says no more words than it may', async () => {
  const events = await collect([user('tell me a story')], 5)
  expect(events.map((event) => (event.type === 'text' ? event.text : '')).join('')).toBe('Once there was a lighthouse')
  expect(events.at(-1)).toMatchObject({ type: 'finish', reason: 'length', usage: { completion_tokens: 5 } })
})

test('it stops at once when nobody listens any more', async () => {
  const slow = new ElizaProvider({ wordDelayMs: 60_000 })
  const controller = new AbortController()
  const events: ProviderEvent[] = []
  for await (const event of slow.stream({ messages: [user('tell me a story')] }, controller.signal)) {
    events.push(event)
    setImmediate(() => controller.abort())
  }
  expect(events).toEqual([{ type: 'text', text: 'Once ' }])
})
