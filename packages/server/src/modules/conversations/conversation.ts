import { AppError, type ErrorCode } from '../../app-error.ts'
import type { PromptMessage, PromptPart, Usage } from '../../providers/provider.ts'

/** What was said between one account and a model. Its messages form a tree; the active branch ends at the current one. */
export interface Conversation {
  id: string
  ownerId: string
  title: string | null
  /** The model that was asked last. */
  model: string
  /** Instructions that stand before all messages. */
  system: string | null
  currentMessageId: string | null
  messageCount: number
  /** Epoch milliseconds, like all times here. */
  createdAt: number
  updatedAt: number
  /** Set for what must not be kept: it is deleted once this is past, and listed nowhere. */
  expiresAt: number | null
}

/** As lists have it: the instructions may be as long as a book, and no list shows them. */
export type ListedConversation = Omit<Conversation, 'system'>

export interface ConversationWithMessages {
  conversation: Conversation
  messages: Message[]
}

export function notFound(): AppError {
  return new AppError('conversation-not-found', 'Check the conversation id; "GET /chat/history" lists yours.')
}

export type FinishReason = 'stop' | 'length' | 'cancelled' | 'interrupted' | 'incomplete'
export type MessageStatus = 'in_progress' | 'completed' | 'failed' | Exclude<FinishReason, 'stop' | 'length'>

export interface Message {
  id: string
  conversationId: string
  parentId: string | null
  role: PromptMessage['role']
  /** Of an answer that is in progress, what has been stored of it. */
  content: string
  /** What the model thought on the way to it, if it tells. */
  reasoning: string
  /** What its reader was told on the way. */
  notices: readonly PlacedNotice[]
  /** The text and the images among it; only where there are any. */
  parts?: readonly PromptPart[]
  /** Of an answer, the model that wrote it. */
  model: string | null
  status: MessageStatus
  finishReason: FinishReason | null
  usage: Usage | null
  failure: Failure | null
  createdAt: number
}

/** A message that nothing has become of yet, and that nobody has said. */
export function blankMessage(
  place: Pick<Message, 'id' | 'conversationId' | 'parentId' | 'createdAt'>,
): Omit<Message, 'role' | 'content' | 'status'> {
  return { ...place, model: null, finishReason: null, usage: null, failure: null, reasoning: '', notices: [] }
}

/** What somebody who reads an answer should know of how it came about, such as that not all was shown to the model. */
export interface Notice {
  type: 'notice'
  /** The same for all of its kind: `context-trimmed`. */
  code: string
  /** One sentence. */
  detail: string
}

/** A notice, and how much of the answer and of the reasoning stands before it, in UTF-16 units. */
export interface PlacedNotice {
  event: Notice
  offset: number
  reasoningOffset: number
}

/** Why an answer failed, and in which request. */
export interface Failure {
  code: ErrorCode | 'internal-error'
  detail: string
  requestId: string
}

/** How an answer ended. */
export type Ending =
  | { type: 'done'; finishReason: FinishReason; usage: Usage | null }
  | { type: 'error'; failure: Failure }

export function statusOf(ending: Ending): MessageStatus {
  if (ending.type === 'error') return 'failed'
  return ending.finishReason === 'stop' || ending.finishReason === 'length' ? 'completed' : ending.finishReason
}

const TITLE_LENGTH = 60
/** A question may be a megabyte long; its title needs no more of it than this. */
const READ_FOR_TITLE = 1_000
const LINE_ENDS = /[\n\v\f\r\u0085\u2028\u2029]/
/** What the contract allows in no title: controls, and what turns the direction of a line; and halves of characters. */
const UNFIT = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu

const LONGEST_TITLE = 200

/** A title that was given elsewhere, as it could have been given here. Null if nothing is left of it. */
export function tidyTitle(text: string): string | null {
  const line = text.slice(0, READ_FOR_TITLE).replace(/\s+/gu, ' ').replace(UNFIT, '').trim()
  return [...line].slice(0, LONGEST_TITLE).join('').trim() || null
}

/** Of the first question. Null if nobody asked anything, or in signs only. */
export function titleOf(messages: readonly PromptMessage[]): string | null {
  return titleFrom(messages.find(({ role }) => role === 'user')?.content ?? '')
}

/** The first line with a letter or a digit, or the beginning of it. */
export function titleFrom(text: string): string | null {
  const lines = text.trimStart().slice(0, READ_FOR_TITLE).split(LINE_ENDS)
  const line = lines.find((one) => /[\p{L}\p{N}]/u.test(one)) ?? ''
  const characters = [...line.replaceAll('\t', ' ').replace(UNFIT, '').trim()]
  if (characters.length <= TITLE_LENGTH) return characters.join('') || null
  return `${characters
    .slice(0, TITLE_LENGTH - 1)
    .join('')
    .trimEnd()}…`
}
