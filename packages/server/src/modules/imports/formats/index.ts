import type { FoundConversation } from '../found-conversation.ts'
import { readChatgpt } from './chatgpt.ts'
import { readOpenWebui } from './open-webui.ts'
import { readVektor } from './vektor.ts'

/** The conversation that an element of a file is; undefined if it is none that we know. Throws `UnreadableConversation`. */
export function readConversation(element: unknown): FoundConversation | undefined {
  return readVektor(element) ?? readChatgpt(element) ?? readOpenWebui(element)
}
