import { isDeepStrictEqual } from 'node:util'
import type { Message } from '../conversation.ts'

/** Whether all that a message is made of is the same. */
export function isSameMessage(one: Message, other: Message): boolean {
  return isDeepStrictEqual(withoutEmpties(one), withoutEmpties(other))
}

/** Whether the archive has only the beginning of what is here: it was made while the answer was being written. */
export function isBeginningOf(archived: Message, stored: Message): boolean {
  return archived.content.length < stored.content.length && stored.content.startsWith(archived.content)
}

/** What is left out and what is there and undefined is the same. */
function withoutEmpties({ parts, ...message }: Message): unknown {
  return { ...message, parts: parts ?? null }
}
