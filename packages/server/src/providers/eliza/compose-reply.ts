import type { PromptMessage } from '../provider.ts'
import { ENGLISH } from './english.ts'
import { detectLanguage, type Language } from './language.ts'
import { reflect } from './reflect.ts'
import type { Script } from './script.ts'
import { SPANISH } from './spanish.ts'

/** Of a message, for the patterns: they look for a remark, not through a book. */
const MAX_LENGTH = 500
/** Of what the person said, when we say it back. */
const MAX_ECHO = 100

const SCRIPTS: Record<Language, Script> = { es: SPANISH, en: ENGLISH }

/** What ELIZA says to a conversation: always the same to the same one, and never what it said just before. */
export function composeReply(messages: readonly PromptMessage[]): string {
  const said = messages.filter(({ role }) => role === 'user').map(({ content }) => prepare(content))
  const lastReply = messages.findLast(({ role }) => role === 'assistant')?.content
  const script = SCRIPTS[languageOf(messages)]
  const turn = said.length
  const { replies, caught } = chooseReplies(script, said)
  const start = (turn + hash(said.at(-1) ?? '')) % replies.length
  const candidates = [...replies.slice(start), ...replies.slice(0, start), ...script.fallbacks]
  const spoken = candidates.map((reply) => fill(reply, caught, script))
  return spoken.find((reply) => reply !== lastReply?.trim()) ?? script.fallbacks[0]
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

function chooseReplies(script: Script, said: readonly string[]): Choice {
  const last = said.at(-1) ?? ''
  if (last === '') return { replies: script.opening, caught: [] }
  for (const { pattern, replies } of script.rules) {
    const match = pattern.exec(last)
    if (match) return { replies, caught: match.slice(1) }
  }
  if (said.length > 1 && last === said.at(-2)) return { replies: script.repetition, caught: [] }
  return recall(script, said) ?? { replies: script.fallbacks, caught: [] }
}

/** Every second time that nothing else comes to mind, it comes back to something that was said before. */
function recall({ memory }: Script, said: readonly string[]): Choice | undefined {
  if (said.length % 2 === 0) return undefined
  const memories = said.slice(0, -1).flatMap((text) => {
    const match = memory.pattern.exec(text)
    return match ? [match.slice(1)] : []
  })
  const caught = memories[Math.floor(said.length / 2) % Math.max(memories.length, 1)]
  return caught && { replies: memory.replies, caught }
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

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0
  }
  return value
}
