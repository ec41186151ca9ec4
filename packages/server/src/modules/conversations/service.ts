import { AppError } from '../../app-error.ts'
import type { Database, Transaction } from '../../database/database.ts'
import { searchWords } from '../../database/search-words.ts'
import { type Conversation, type ConversationWithMessages, type ListedConversation, notFound } from './conversation.ts'
import type { ConversationListRepository, ListCursor, ListFilter } from './list-repository.ts'
import type { ConversationRepository } from './repository.ts'

export interface ConversationServiceOptions {
  database: Database
  conversations: ConversationRepository
  lists: ConversationListRepository
  /** Ends what still runs in a conversation. */
  beforeDelete(ownerId: string, conversationId: string): Promise<void>
  /** Epoch milliseconds. */
  now(): number
}

export interface ListRequest {
  /** The `next` of the page before. */
  cursor?: string
  /** Only conversations in which one message, or the title, has all words of this. */
  query?: string
}

export interface ConversationPage {
  conversations: ListedConversation[]
  /** Where the next page begins; undefined on the last. */
  next: string | undefined
}

/** What is left out stays. */
export interface ConversationChange {
  title?: string
  /** Where the active branch is to end. */
  currentMessageId?: string
}

/** The conversations of an account. */
export class ConversationService {
  readonly #options: ConversationServiceOptions

  constructor(options: ConversationServiceOptions) {
    this.#options = options
  }

  /** A page of `limit` conversations, the most recently updated first. */
  async page(ownerId: string, page: ListRequest & { limit: number }): Promise<ConversationPage> {
    const filter = toFilter(page)
    if (filter === 'nothing') return { conversations: [], next: undefined }
    // One more than asked for tells whether there is another page.
    const found = await this.#options.lists.page(ownerId, { ...filter, limit: page.limit + 1 })
    if (found.length <= page.limit) return { conversations: found, next: undefined }
    const conversations = found.slice(0, page.limit)
    const last = conversations.at(-1)
    return { conversations, next: last && formatListCursor(last) }
  }

  /**
   * Like all pages together, however many there are: they are read as they are asked for. What is updated before its turn
   * comes is not left out: it comes at the end.
   */
  all(ownerId: string, request: ListRequest): AsyncIterable<ListedConversation> {
    const filter = toFilter(request)
    return filter === 'nothing' ? nothing() : this.#options.lists.all(ownerId, filter)
  }

  /** The conversation and the messages of its active branch, or all that it has, the oldest first. */
  async get(ownerId: string, id: string, { isTree = false } = {}): Promise<ConversationWithMessages> {
    const { conversations } = this.#options
    const conversation = await conversations.find(ownerId, id)
    if (!conversation) throw notFound()
    const { currentMessageId } = conversation
    if (isTree) return { conversation, messages: await conversations.tree(ownerId, id) }
    const messages = currentMessageId === null ? [] : await conversations.branch(ownerId, currentMessageId)
    return { conversation, messages }
  }

  /**
   * Gives it another title, or makes the branch that ends at a message the active one. A title moves nothing to the top:
   * whoever tidies up old conversations goes on with the newest one.
   */
  async update(ownerId: string, id: string, { title, currentMessageId }: ConversationChange): Promise<Conversation> {
    const { conversations, database, now } = this.#options
    return database.transaction(async (transaction) => {
      const before = await conversations.lock(transaction, ownerId, id)
      if (!before) throw notFound()
      if (currentMessageId !== undefined) await this.#requireBranch(transaction, before, currentMessageId)
      const after = {
        ...before,
        title: title ?? before.title,
        currentMessageId: currentMessageId ?? before.currentMessageId,
        updatedAt: currentMessageId === undefined ? before.updatedAt : now(),
      }
      if (title === undefined) await conversations.update(transaction, after)
      else await conversations.retitle(transaction, after)
      return after
    })
  }

  async delete(ownerId: string, id: string): Promise<void> {
    const { beforeDelete, conversations } = this.#options
    await beforeDelete(ownerId, id)
    if (!(await conversations.delete(ownerId, id))) throw notFound()
  }

  /** While a conversation is being answered its branch ends at that answer, and nowhere else. */
  async #requireBranch(transaction: Transaction, conversation: Conversation, messageId: string): Promise<void> {
    const { conversations } = this.#options
    const { currentMessageId } = conversation
    if (!(await conversations.findIn(transaction, conversation, messageId))) throw messageNotFound()
    const current = currentMessageId && (await conversations.findIn(transaction, conversation, currentMessageId))
    if (current && current.status === 'in_progress') throw conversationBusy(current.id)
  }
}

/** Undefined words ask for everything, and words that are none find nothing. */
function toFilter({ cursor, query }: ListRequest): ListFilter | 'nothing' {
  const after = cursor === undefined ? undefined : parseListCursor(cursor)
  const words = query === undefined ? undefined : searchWords(query)
  if (words?.length === 0) return 'nothing'
  return { ...(after && { after }), ...(words && { words }) }
}

async function* nothing(): AsyncGenerator<never> {}

export function conversationBusy(messageId: string): AppError {
  return new AppError('conversation-busy', 'Wait for the running answer or cancel it, then send again.', { messageId })
}

export function messageNotFound(): AppError {
  return new AppError('message-not-found', 'Check the message id; "GET /chat/history" and the conversation list yours.')
}

function formatListCursor({ updatedAt, id }: ListedConversation): string {
  return Buffer.from(`${updatedAt} ${id}`).toString('base64url')
}

/** Only what the cursors of this list are made of: PostgreSQL refuses a NUL in a text and a number beyond 64 bits. */
function parseListCursor(cursor: string): ListCursor {
  const [, updatedAt, id] = /^(\d{1,15}) ([\w-]{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (updatedAt !== undefined && id !== undefined) return { updatedAt: Number(updatedAt), id }
  throw new AppError('invalid-cursor', 'Take the cursor from the Link header of the page before, or leave it out.')
}
