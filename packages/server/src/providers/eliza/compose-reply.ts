import type { PromptMessage } from '../provider.ts'
import { ENGLISH } from './english.ts'
import { detectLanguage, type Language } from './language.ts'
import { reflect } from './reflect.ts'
import type { Script } from './script.ts'
import { SPANISH } from './spanish.ts'

/** Of a message, for the patterns: they look for a remark, not through a book. */
const MAX_LENGTH = 500
/** How far back it remembers. */
const MAX_REMARKS = 20
/** Of what the person said, when we say it back. */
const MAX_ECHO = 100

const SCRIPTS: Record<Language, Script> = { es: SPANISH, en: ENGLISH }

/** What ELIZA says to a conversation: always the same to the same one, and never what it said just before. */
export function composeReply(messages: readonly PromptMessage[]): string {
  const said = messages.filter(({ role }) => role === 'user').slice(-MAX_REMARKS)
  const lastReply = messages.findLast(({ role }) => role === 'assistant')?.content.trim()
  const script = SCRIPTS[languageOf(messages)]
  const { replies, caught, uses } = listen(
    script,
    said.map(({ content }) => prepare(content)),
  )
  const start = uses % replies.length
  const candidates = [...replies.slice(start), ...replies.slice(0, start), ...script.fallbacks]
  const spoken = candidates.map((reply) => fill(reply, caught, script))
  return spoken.find((reply) => reply.trim() !== lastReply) ?? script.fallbacks[0]
}

/** Of the last message; of the one before where that does not tell. */
function languageOf(messages: readonly PromptMessage[]): Language {
  for (const { content } of messages.toReversed()) {
    const language = detectLanguage(content)
    if (language) return language
  }
  return 'es'
}

interface Choice {
  replies: readonly string[]
  caught: readonly string[]
}

/** What there is to say to the last remark, and how often it came to the same before: each time something else is said. */
function listen(script: Script, said: readonly string[]): Choice & { uses: number } {
  const uses = new Map<readonly string[], number>()
  const memories: string[][] = []
  let choice: Choice = { replies: script.opening, caught: [] }
  for (const [index, remark] of said.entries()) {
    const previous = said[index - 1]
    choice = match(script, remark) ?? (remark === previous ? { replies: script.repetition, caught: [] } : recall())
    uses.set(choice.replies, (uses.get(choice.replies) ?? 0) + 1)
    const memory = script.memory.pattern.exec(remark)
    if (memory) memories.push(memory.slice(1))
  }
  return { ...choice, uses: Math.max((uses.get(choice.replies) ?? 0) - 1, 0) }

  /** Every second time that nothing comes to mind, it comes back to something that was said before. */
  function recall(): Choice {
    const { fallbacks, memory } = script
    const recalled = uses.get(memory.replies) ?? 0
    const caught = memories[recalled % Math.max(memories.length, 1)]
    const isTurn = (uses.get(fallbacks) ?? 0) > recalled
    return caught && isTurn ? { replies: memory.replies, caught } : { replies: fallbacks, caught: [] }
  }
}

function match(script: Script, remark: string): Choice | undefined {
  if (remark === '') return { replies: script.opening, caught: [] }
  for (const { pattern, replies } of script.rules) {
    const found = pattern.exec(remark)
    if (found) return { replies, caught: found.slice(1) }
  }
  return undefined
}

/** On one line, without the signs that would make a pattern miss. */
function prepare(content: string): string {
  const line = content.slice(0, MAX_LENGTH).replace(/\s+/g, ' ').replaceAll('’', "'")
  return line.normalize('NFC').toWellFormed().trim()
}

function fill(reply: string, caught: Choice['caught'], script: Script): string {
  return reply.replace(/\$(\d)/g, (_, digit: string) =>
    reflect(shorten(caught[Number(digit) - 1] ?? ''), script.reflections),
  )
}

function shorten(text: string): string {
  const trimmed = text.replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, '')
  return trimmed.length <= MAX_ECHO
    ? trimmed
    : `${trimmed
        .slice(0, MAX_ECHO)
        .replace(/\s\S*$/, '')
        .toWellFormed()}…`
}
