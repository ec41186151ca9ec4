import { createHash } from 'node:crypto'
import type { PromptMessage } from '../../providers/provider.ts'

/** What somebody asks of a model. */
export interface ChatRequest {
  model: string
  messages: readonly PromptMessage[]
  /** Without it a new conversation begins. */
  conversationId?: string
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
  const { model, messages, conversationId, system, temperature, maxTokens, store } = request
  const said = messages.map(({ role, content }) => [role, content])
  const parts = [model, said, conversationId, system, temperature, maxTokens, store ?? true]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
