import { createHash } from 'node:crypto'
import { AppError } from '../../app-error.ts'
import { findImageFault } from '../../image-address.ts'
import type { PromptMessage } from '../../providers/provider.ts'

/** What somebody asks of a model. */
export interface ChatRequest {
  model: string
  messages: readonly PromptMessage[]
  /** Without it a new conversation begins. */
  conversationId?: string
  /**
   * The message that `messages` come after: the conversation's current one if it is left out, none at all if it is null.
   * Without `messages` it is the question that is to be answered again.
   */
  parentId?: string | null
  system?: string
  /** 0 to 2. */
  temperature?: number
  /** The longest answer, in tokens. */
  maxTokens?: number
  /** With false, nothing is kept for longer than it takes to read the answer's end. */
  store?: boolean
}

/** The same for two requests that ask for the same, whatever the order of their fields. */
export function fingerprintOf(request: ChatRequest): string {
  const { model, messages, conversationId, parentId, system, temperature, maxTokens, store } = request
  const said = messages.map(({ role, content, parts }) => (parts ? [role, content, parts] : [role, content]))
  const branch = parentId === undefined ? [] : [parentId]
  const parts = [model, said, conversationId, system, temperature, maxTokens, store ?? true, ...branch]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

/** Refuses what no conversation could make sense of. */
export function requireSense({ conversationId, messages, parentId }: ChatRequest): void {
  if (parentId !== undefined && conversationId === undefined) {
    throw invalid('/parent_id', 'Send conversation_id too: it names a message of that conversation.')
  }
  if (messages.length === 0 && typeof parentId !== 'string') {
    throw invalid('/messages', 'Send at least one message, or name the one to answer again in parent_id.')
  }
  for (const [index, { content }] of messages.entries()) {
    if (isTooLong(content))
      throw invalid(`/messages/${index}/content`, 'Send less text: its parts are too long together.')
  }
}

/** What the contract allows in one text holds for all texts of a message: it counts characters, and not UTF-16 units. */
const MOST_CHARACTERS = 1_000_000

function isTooLong(content: string): boolean {
  return content.length > MOST_CHARACTERS && [...content].length > MOST_CHARACTERS
}

/** Refuses images that nobody could see. Answers where the first message with an image is. */
export function findImages(messages: readonly PromptMessage[]): string | undefined {
  const pointers = messages.flatMap(({ role, parts = [] }, message) =>
    parts.flatMap((part, index) => {
      if (part.type === 'text') return []
      const pointer = `/messages/${message}/content/${index}`
      if (role !== 'user') throw invalid(pointer, 'Send images in messages of the user.')
      const fault = findImageFault(part.url)
      if (fault !== undefined) throw invalid(`${pointer}/image_url/url`, fault)
      return pointer
    }),
  )
  return pointers[0]
}

function invalid(pointer: string, detail: string): AppError {
  return new AppError('invalid-request', 'Correct the fields listed in "errors".', { fields: [{ pointer, detail }] })
}
