import { AppError } from '../../app-error.ts'
import type { Database } from '../../database/database.ts'
import type { Conversation, Message } from './conversation.ts'
import type { ConversationRepository, ListCursor } from './repository.ts'

export interface ConversationServiceOptions {
  database: Database
  conversations: ConversationRepository
  /** Ends what still runs in a conversation. */
  beforeDelete(ownerId: string, conversationId: string): Promise<void>
  /** Epoch milliseconds. */
  now(): number
}

export interface ConversationPage {
  conversations: Conversation[]
  /** Where the next page begins; undefined on the last. */
  next: string | undefined
}

/** The conversations of an account. */
export class ConversationService {
  readonly #options: ConversationServiceOptions

  constructor(options: ConversationServiceOptions) {
    this.#options = options
  }

  /** All conversations, or a page of `limit`, the most recently updated first. */
  async list(ownerId: string, page: { limit?: number; cursor?: string }): Promise<ConversationPage> {
    const { conversations } = this.#options
    const after = page.cursor === undefined ? undefined : parseListCursor(page.cursor)
    const { limit } = page
    // One more than asked for tells whether there is another page.
    const found = await conversations.list(ownerId, {
      ...(limit !== undefined && { limit: limit + 1 }),
      ...(after && { after }),
    })
    if (limit === undefined || found.length <= limit) return { conversations: found, next: undefined }
    const shown = found.slice(0, limit)
    const last = shown.at(-1)
    return { conversations: shown, next: last && formatListCursor(last) }
  }

  /** The conversation and the messages of its active branch, the oldest first. */
  async get(ownerId: string, id: string): Promise<{ conversation: Conversation; messages: Message[] }> {
    const { conversations } = this.#options
    const conversation = await conversations.find(ownerId, id)
    if (!conversation) throw notFound()
    const { currentMessageId } = conversation
    const messages = currentMessageId === null ? [] : await conversations.branch(ownerId, currentMessageId)
    return { conversation, messages }
  }

  async rename(ownerId: string, id: string, title: string): Promise<Conversation> {
    const { conversations, database, now } = this.#options
    return database.transaction(async (transaction) => {
      const conversation = await conversations.lock(transaction, ownerId, id)
      if (!conversation) throw notFound()
      const renamed = { ...conversation, title, updatedAt: now() }
      await conversations.update(transaction, renamed)
      return renamed
    })
  }

  async delete(ownerId: string, id: string): Promise<void> {
    const { beforeDelete, conversations } = this.#options
    await beforeDelete(ownerId, id)
    if (!(await conversations.delete(ownerId, id))) throw notFound()
  }
}

export function notFound(): AppError {
  return new AppError('conversation-not-found', 'Check the conversation id; "GET /chat/history" lists yours.')
}

function formatListCursor({ updatedAt, id }: Conversation): string {
  return Buffer.from(`${updatedAt} ${id}`).toString('base64url')
}

function parseListCursor(cursor: string): ListCursor {
  const [, updatedAt, id] = /^(\d{1,15}) (\S{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (updatedAt !== undefined && id !== undefined) return { updatedAt: Number(updatedAt), id }
  throw new AppError('invalid-cursor', 'Take the cursor from the Link header of the page before, or leave it out.')
}
