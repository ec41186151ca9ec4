import { isDeepStrictEqual } from 'node:util'
import type { Message } from '../conversation.ts'

/** Whether all that a message is made of is the same. */
export function isSameMessage(one: Message, other: Message): boolean {
  return isDeepStrictEqual(one, other)
}

/**
 * Whether the archive knows less of a message than what is here: it was made while the answer was being written, as it may
 * still be, or restored from one that was.
 */
export function isBeginningOf(archived: Message, stored: Message): boolean {
  if (stored.status === 'in_progress') return true
  const isPrefix = stored.content.startsWith(archived.content) && stored.reasoning.startsWith(archived.reasoning)
  const isShorter =
    archived.content.length < stored.content.length || archived.reasoning.length < stored.reasoning.length
  return isPrefix && (isShorter || archived.status === 'interrupted')
}
