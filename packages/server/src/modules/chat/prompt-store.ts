import { AppError } from '../../app-error.ts'
import type { Database, Transaction } from '../../database/database.ts'
import { newId } from '../../id.ts'
import {
  blankMessage,
  type Conversation,
  type ConversationRepository,
  conversationBusy,
  conversationNotFound,
  type Message,
  titleOf,
} from '../conversations/index.ts'
import type { ChatRequest } from './chat-request.ts'
import type { Registry } from './registry.ts'
import type { GenerationRepository, IdempotencyKey } from './repository.ts'
import { RunningGeneration } from './running-generation.ts'

/** A conversation that must not be kept is deleted after this even if its answer never ends. */
const LONGEST_ANSWER_MS = 24 * 3_600_000
/** How long an idempotency key is remembered. */
export const KEY_LIFETIME_MS = 24 * 3_600_000

export interface PromptStoreOptions {
  database: Database
  generations: GenerationRepository
  conversations: ConversationRepository
  registry: Registry
  /** Names this process in the leases. */
  writer: string
  /** Epoch milliseconds. */
  now(): number
}

/** A prompt that was stored, and the answer that is to be written to it. */
export interface StoredPrompt {
  isNew: true
  conversation: Conversation
  messages: Message[]
  answer: Message
  generation: RunningGeneration
}

interface Asked {
  /** The id that the answer will have. */
  messageId: string
  request: ChatRequest
  key?: IdempotencyKey
}

/** The generation that an earlier request with the same key started. */
export interface EarlierRequest {
  isNew: false
  messageId: string
}

/** Puts a prompt into the database, in one transaction and before any model is asked. */
export class PromptStore {
  readonly #options: PromptStoreOptions

  constructor(options: PromptStoreOptions) {
    this.#options = options
  }

  /** The generation is announced inside the transaction, when nothing but the commit is left to do. */
  async store(ownerId: string, request: ChatRequest, key?: IdempotencyKey): Promise<StoredPrompt | EarlierRequest> {
    const { database, registry } = this.#options
    const messageId = newId()
    try {
      return await database.transaction(async (transaction) => {
        // Of two requests with one key the second has to see what the first has stored.
        if (key) await this.#options.generations.lockAccount(transaction, ownerId)
        const earlier = key && (await this.findEarlier(ownerId, key, transaction))
        return earlier ?? this.#begin(transaction, ownerId, { messageId, request, ...(key && { key }) })
      })
    } catch (error) {
      registry.takeBack(messageId)
      throw error
    }
  }

  /** What a request with this key started, if there was one. */
  async findEarlier(
    ownerId: string,
    { key, fingerprint }: IdempotencyKey,
    transaction?: Transaction,
  ): Promise<EarlierRequest | undefined> {
    const { generations, now } = this.#options
    const row = await generations.findKey(ownerId, { key, after: now() - KEY_LIFETIME_MS, transaction })
    if (!row) return undefined
    if (row.fingerprint === fingerprint) return { isNew: false, messageId: row.message_id }
    throw new AppError('idempotency-mismatch', 'Use a new Idempotency-Key: this one was sent with another body.')
  }

  async #begin(transaction: Transaction, ownerId: string, asked: Asked): Promise<StoredPrompt> {
    const { generations, now, registry, writer } = this.#options
    const sequence = await generations.takeSequence(transaction, ownerId)
    if (sequence === undefined)
      throw new AppError('unauthorized', 'This account was deleted: sign in with another one.')
    const stored = await this.#append(transaction, ownerId, asked)
    const identity = { messageId: asked.messageId, conversationId: stored.conversation.id, ownerId, sequence }
    const promptCount = stored.messages.length
    await generations.insert(transaction, { ...identity, promptCount, writer, startedAt: stored.answer.createdAt })
    if (asked.key) await generations.insertKey(transaction, asked.key, { ...identity, now: now() })
    const generation = new RunningGeneration(identity)
    registry.add(generation)
    return { isNew: true, ...stored, generation }
  }

  async #append(transaction: Transaction, ownerId: string, { messageId, request }: Asked) {
    const { conversations } = this.#options
    const before = await this.#open(transaction, ownerId, request)
    const parentId = await this.#findParent(transaction, before, request)
    const messages = this.#messages(before, parentId, request)
    const answer = this.#answer(before, messages.at(-1)?.id ?? parentId, messageId)
    const conversation = {
      ...before,
      currentMessageId: answer.id,
      messageCount: before.messageCount + messages.length + 1,
      updatedAt: answer.createdAt,
    }
    if (request.conversationId === undefined) {
      await conversations.insert(transaction, conversation, [...messages, answer])
    } else {
      await conversations.update(transaction, conversation)
      await conversations.insertMessages(transaction, conversation, [...messages, answer])
    }
    return { conversation, messages, answer }
  }

  /** The conversation that the request goes on with, or a new one. */
  async #open(transaction: Transaction, ownerId: string, request: ChatRequest): Promise<Conversation> {
    const { model, system } = request
    if (request.conversationId === undefined) return this.#create(ownerId, request)
    const conversation = await this.#options.conversations.lock(transaction, ownerId, request.conversationId)
    if (!conversation) throw conversationNotFound()
    const messageId = await this.#options.generations.findRunning(transaction, conversation.id)
    if (messageId !== undefined) throw conversationBusy(messageId)
    if (request.store !== undefined && request.store !== (conversation.expiresAt === null)) throw storeIsSettled()
    const expiresAt = conversation.expiresAt === null ? null : this.#options.now() + LONGEST_ANSWER_MS
    return { ...conversation, model, system: system ?? conversation.system, expiresAt }
  }

  /** What the request's messages, or the answer alone, come after. */
  async #findParent(transaction: Transaction, conversation: Conversation, { messages, parentId }: ChatRequest) {
    if (parentId === undefined) return conversation.currentMessageId
    if (parentId === null) return null
    const parent = await this.#options.conversations.findIn(transaction, conversation, parentId)
    if (!parent) throw parentNotFound()
    if (messages.length === 0 && parent.role !== 'user') throw notAQuestion()
    return parent.id
  }

  #create(ownerId: string, request: ChatRequest): Conversation {
    const now = this.#options.now()
    return {
      id: newId(),
      ownerId,
      title: titleOf(request.messages),
      model: request.model,
      system: request.system ?? null,
      currentMessageId: null,
      messageCount: 0,
      createdAt: now,
      updatedAt: now,
      expiresAt: request.store === false ? now + LONGEST_ANSWER_MS : null,
    }
  }

  #messages(conversation: Conversation, firstParentId: string | null, { messages }: ChatRequest): Message[] {
    let parentId = firstParentId
    return messages.map((said) => {
      const message = { ...this.#blank(conversation.id, parentId), ...said, status: 'completed' as const }
      parentId = message.id
      return message
    })
  }

  #answer({ id, model }: Conversation, parentId: string | null, messageId: string): Message {
    const blank = { ...this.#blank(id, parentId), id: messageId }
    return { ...blank, role: 'assistant', content: '', model, status: 'in_progress' }
  }

  #blank(conversationId: string, parentId: string | null): Omit<Message, 'role' | 'content' | 'status'> {
    return blankMessage({ id: newId(), conversationId, parentId, createdAt: this.#options.now() })
  }
}

function storeIsSettled(): AppError {
  const fields = [{ pointer: '/store', detail: 'Leave it out: it was settled when the conversation began.' }]
  return new AppError('invalid-request', 'Correct the fields listed in "errors".', { fields })
}

function parentNotFound(): AppError {
  const detail =
    'Check parent_id: the conversation has no such message; "GET /chat/history/{id}?tree=true" lists all it has.'
  return new AppError('message-not-found', detail)
}

function notAQuestion(): AppError {
  const detail = 'Name a message of role "user": what is written again is the answer to it.'
  return new AppError('invalid-request', 'Correct the fields listed in "errors".', {
    fields: [{ pointer: '/parent_id', detail }],
  })
}
