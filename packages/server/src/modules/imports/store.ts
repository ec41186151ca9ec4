import { AppError } from '../../app-error.ts'
import type { Database, Transaction } from '../../database/database.ts'
import type { Conversation, ConversationRepository, Message } from '../conversations/index.ts'
import { type Blueprint, draw, type Ownership } from './blueprint.ts'
import { type FoundConversation, UnreadableConversation } from './found-conversation.ts'
import { ConversationTaken, type ImportRepository } from './repository.ts'

/** So much is written in one transaction: while one lasts, whoever else writes waits. */
const MESSAGES_AT_A_TIME = 300
const LENGTH_AT_A_TIME = 2_000_000

export interface ImportStoreOptions {
  database: Database
  conversations: ConversationRepository
  imports: ImportRepository
  /** Epoch milliseconds. */
  now(): number
}

/** What became of a conversation. */
export interface Stored {
  conversationId: string
  title: string | null
  /** None if all of it was there already. */
  newMessages: number
  remark: string | undefined
}

/** Puts conversations into the database: each whole or, if it is too much at once, from its beginning on. */
export class ImportStore {
  readonly #options: ImportStoreOptions

  constructor(options: ImportStoreOptions) {
    this.#options = options
  }

  /** Throws `UnreadableConversation` for what is none, and an `AppError` if the account is gone. */
  async store(ownerId: string, found: FoundConversation): Promise<Stored> {
    const blueprint = draw(found, await this.#ownership(ownerId, found))
    return this.#write(blueprint).catch((error: unknown) => {
      // Now it is one that goes on.
      if (error instanceof ConversationTaken) return this.#write(blueprint).catch(refuseTaken)
      throw error
    })
  }

  async #ownership(ownerId: string, { source, sourceId }: FoundConversation): Promise<Ownership> {
    const { database, imports, now } = this.#options
    const isOwn = source === 'vektor' && (await imports.isKept(ownerId, sourceId))
    if (!isOwn) return { ownerId, now: now() }
    const messageIds = await database.transaction((transaction) => imports.messageIds(transaction, sourceId))
    return { ownerId, now: now(), own: { conversationId: sourceId, messageIds } }
  }

  async #write(blueprint: Blueprint): Promise<Stored> {
    const { conversation, messages, remark } = blueprint
    let title = conversation.title
    let newMessages = 0
    for (const some of inPieces(messages)) {
      const written = await this.#options.database.transaction((transaction) =>
        this.#writeSome(transaction, blueprint, some),
      )
      newMessages += written.count
      title = written.title
    }
    return { conversationId: conversation.id, title, newMessages, remark }
  }

  async #writeSome(transaction: Transaction, blueprint: Blueprint, some: readonly Message[]) {
    const { conversations, imports } = this.#options
    const { conversation } = blueprint
    const { id, ownerId } = conversation
    if (!(await imports.hasAccount(transaction, ownerId))) throw accountGone()
    const before = await conversations.lock(transaction, ownerId, id)
    if (!before) {
      const begun = { ...conversation, messageCount: some.length, currentMessageId: endOf(blueprint, some) }
      await imports.claim(() => conversations.insert(transaction, begun, some))
      return { count: some.length, title: begun.title }
    }
    const known = await imports.messageIds(transaction, id)
    const missing = some.filter((message) => !known.has(message.id))
    if (missing.length > 0) {
      await imports.claim(() => conversations.insertMessages(transaction, before, missing))
      await conversations.update(transaction, await this.#grown(transaction, { before, blueprint, missing }))
    }
    return { count: missing.length, title: before.title }
  }

  /** The branch of the file is the active one, unless the conversation has gone on here, or is being answered. */
  async #grown(
    transaction: Transaction,
    { before, blueprint, missing }: { before: Conversation; blueprint: Blueprint; missing: readonly Message[] },
  ): Promise<Conversation> {
    const { conversation, messages } = blueprint
    const { currentMessageId } = before
    const current =
      currentMessageId && (await this.#options.conversations.findIn(transaction, before, currentMessageId))
    const isOfFile = !current || messages.some(({ id }) => id === current.id)
    const isRunning = current ? current.status === 'in_progress' : false
    return {
      ...before,
      currentMessageId: isOfFile && !isRunning ? endOf(blueprint, missing) : currentMessageId,
      messageCount: before.messageCount + missing.length,
      updatedAt: Math.max(before.updatedAt, conversation.updatedAt),
    }
  }
}

/** It is there and cannot be seen: it is being restored, or was replaced a moment ago. */
function refuseTaken(error: unknown): never {
  if (!(error instanceof ConversationTaken)) throw error
  throw new UnreadableConversation('Something is being restored to the account: import it again in a minute.', {
    cause: error,
  })
}

/** Where the active branch ends once these are there: as soon as it can, where the file says. */
function endOf({ conversation, messages }: Blueprint, written: readonly Message[]): string | null {
  const last = written.at(-1)
  const place = messages.findIndex(({ id }) => id === conversation.currentMessageId)
  const isThere = last === undefined || place <= messages.findIndex(({ id }) => id === last.id)
  return isThere ? conversation.currentMessageId : last.id
}

function* inPieces(messages: readonly Message[]): Generator<readonly Message[]> {
  let piece: Message[] = []
  let length = 0
  for (const message of messages) {
    const own = message.content.length + message.reasoning.length
    if (piece.length > 0 && (piece.length === MESSAGES_AT_A_TIME || length + own > LENGTH_AT_A_TIME)) {
      yield piece
      piece = []
      length = 0
    }
    piece.push(message)
    length += own
  }
  if (piece.length > 0) yield piece
}

function accountGone(): AppError {
  return new AppError('unauthorized', 'This account was deleted: sign in with another one.')
}
