import type { Message } from '../conversations/index.ts'

/** Where a file comes from. Part of the ids of what is imported: it never changes. */
export type Source = 'vektor' | 'chatgpt' | 'open-webui'

/** A conversation as a file has it, in our words, and not yet to be trusted: neither its tree nor its times need make sense. */
export interface FoundConversation {
  source: Source
  sourceId: string
  title: string | null
  /** Undefined where the file does not say. */
  model: string | undefined
  system: string | null
  /** Epoch milliseconds; undefined where the file says nothing that can be true. */
  createdAt: number | undefined
  updatedAt: number | undefined
  /** Where the active branch ends. */
  currentId: string | undefined
  messages: readonly FoundMessage[]
}

export interface FoundMessage
  extends Pick<
    Message,
    'role' | 'content' | 'reasoning' | 'notices' | 'status' | 'finishReason' | 'usage' | 'failure'
  > {
  sourceId: string
  parentId: string | null
  parts?: NonNullable<Message['parts']>
  model: string | null
  createdAt: number | undefined
  /** It is left out: what comes after it comes after the one before it, and has its reasoning. */
  isSkipped: boolean
}

/** A message of which nothing is known but its place: it is left out unless something is found in it. */
export function emptyPlace(sourceId: string, parentId: string | null): FoundMessage {
  return {
    sourceId,
    parentId,
    role: 'assistant',
    content: '',
    reasoning: '',
    notices: [],
    model: null,
    status: 'completed',
    finishReason: null,
    usage: null,
    failure: null,
    createdAt: undefined,
    isSkipped: true,
  }
}

/** What is no conversation that can be stored: one plain sentence says why. */
export class UnreadableConversation extends Error {
  override name = 'UnreadableConversation'
}
