import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { AppError } from '../../app-error.ts'
import type { Database } from '../../database/database.ts'
import { newId } from '../../id.ts'
import type { ProviderRequest } from '../../providers/provider.ts'
import { type ConversationRepository, conversationNotFound, type Message } from '../conversations/index.ts'
import type { Model, ModelService } from '../models/index.ts'
import { type ChatRequest, findImages, fingerprintOf, requireSense } from './chat-request.ts'
import { DeadWriters } from './dead-writers.ts'
import { every } from './every.ts'
import { Flusher } from './flusher.ts'
import type { GenerationLog } from './generation-log.ts'
import { eventsBefore, GenerationLogs, messageNotFound } from './generation-logs.ts'
import { type ChatObserver, toEndedGeneration } from './observer.ts'
import { invalidCursor, type Position, parseCursor, startOf } from './position.ts'
import { KEY_LIFETIME_MS, PromptStore, type StoredPrompt } from './prompt-store.ts'
import { Recovery } from './recovery.ts'
import { Registry } from './registry.ts'
import type { Generation, GenerationRepository, IdempotencyKey } from './repository.ts'
import { toPrompt } from './running-generation.ts'
import { Stopping } from './stopping.ts'
import type { TitleWriter } from './title-writer.ts'
import { Turns } from './turns.ts'
import type { AccountGenerations } from './viewers.ts'

export interface ChatServiceOptions {
  database: Database
  chats: GenerationRepository
  conversations: ConversationRepository
  models: Pick<ModelService, 'require' | 'requireImages'>
  log: Logger
  observer?: ChatObserver
  /** Without it a conversation keeps the title that its first words give it. */
  titles?: TitleWriter
  /** Epoch milliseconds. */
  now(): number
}

/** A log, and where in it to begin. */
export interface Followed {
  log: GenerationLog
  from: Position
}

/** Which answer to follow, and after which event. */
export interface FollowTarget {
  conversationId?: string
  messageId?: string
  cursor?: string
}

/** Whoever has waited for so long behind prompts of the same account had better come back. */
const LONGEST_TURN_MS = 10_000

/** How often a viewer of an account looks for what begins on another server, though no nudge came. */
const LOOK_AROUND_MS = 1_000

/** The same, while nudges are heard: very many may have nothing to do but wait. */
const SELDOM_MS = 10_000

/** Answers: started, followed, stopped, and never lost. */
export class ChatService {
  readonly #options: ChatServiceOptions
  readonly #prompts: PromptStore
  readonly #flusher: Flusher
  readonly #logs: GenerationLogs
  readonly #stopping: Stopping
  readonly #recovery: Recovery
  readonly #deadWriters: DeadWriters
  readonly #registry = new Registry()
  /** An account that asks much at once takes one connection to the database, and leaves the others to others. */
  readonly #turns = new Turns(LONGEST_TURN_MS)
  /** Names this process in the leases. */
  readonly #writer: string
  #isDraining = false

  constructor(options: ChatServiceOptions) {
    this.#options = options
    const { chats: generations, conversations, database, log, now } = options
    const writer = newId()
    this.#writer = writer
    const registry = this.#registry
    this.#logs = new GenerationLogs({ generations, conversations, registry, nudges: database.nudges, log })
    this.#stopping = new Stopping({ generations, logs: this.#logs, registry, now })
    this.#recovery = new Recovery({ database, generations, conversations, registry, log, now })
    this.#deadWriters = new DeadWriters({
      isAnyDead: async () => (await this.#recovery.find()).length > 0,
      recover: () => this.#recovery.recover(),
      rehearse: () => this.#recovery.rehearse(),
      clock: () => performance.now(),
    })
    this.#prompts = new PromptStore({ database, generations, conversations, registry, writer, now })
    this.#flusher = new Flusher({ database, generations, conversations, writer, log, now, observer: options.observer })
  }

  /** Stores the prompt and starts the answer; with a key that was used before, finds the answer that it started. */
  async start(
    ownerId: string,
    request: ChatRequest,
    how: { requestId: string; idempotencyKey?: string | undefined },
  ): Promise<GenerationLog> {
    const { requestId, idempotencyKey } = how
    requireSense(request)
    const key = idempotencyKey === undefined ? undefined : { key: idempotencyKey, fingerprint: fingerprintOf(request) }
    const earlier = key && (await this.#findEarlier(ownerId, key))
    if (earlier) return earlier
    const model = this.#options.models.require(request.model)
    const image = findImages(request.messages)
    if (image !== undefined) this.#options.models.requireImages(model, image)
    const stored = await this.#turns.take(ownerId, async () => {
      if (this.#isDraining) throw draining()
      return this.#prompts.store(ownerId, request, key)
    })
    // Someone else's request with this key was first, or it is gone again already.
    return stored.isNew ? this.#run(stored, { model, request, requestId }) : this.start(ownerId, request, how)
  }

  /** The log to follow, or undefined when there is nothing to follow. */
  async follow(ownerId: string, target: FollowTarget): Promise<Followed | undefined> {
    const positions = target.cursor === undefined ? undefined : parseCursor(target.cursor)
    const generation = await this.#findTarget(ownerId, target, positions)
    if (!generation) return undefined
    if (!positions && !generation.isRunning && !this.#registry.find(generation.messageId)) return undefined
    const { sequence } = generation
    const from = positions ? positions.find((position) => position.sequence === sequence) : startOf(sequence)
    if (!from) throw invalidCursor()
    const log = await this.#logs.open(ownerId, generation, from.ordinal)
    if (log.ending && from.ordinal === log.eventCount) return undefined
    if (from.ordinal > log.eventCount) throw invalidCursor()
    return { log, from }
  }

  /** Where a viewer of the whole account stands. */
  async findPositions(ownerId: string, cursor: string): Promise<Position[]> {
    const positions = parseCursor(cursor)
    const newest = positions.at(-1)?.sequence ?? 0
    if (newest > (await this.#options.chats.newestSequence(ownerId))) throw invalidCursor()
    return positions
  }

  /** All that the account generates. */
  generationsOf(ownerId: string): AccountGenerations {
    const { chats, database } = this.#options
    return {
      ...(!database.dialect.isExclusive && { watchOthers: (look) => this.#watchOthers(ownerId, look) }),
      running: async () => {
        const here = this.#registry.ofAccount(ownerId).map(({ log }) => log)
        if (database.dialect.isExclusive) return here
        const stored = await chats.listRunning(ownerId)
        const all = await Promise.all(stored.map((generation) => this.#openIfThere(generation)))
        return [...new Set([...here, ...all.flatMap((log) => log ?? [])])]
      },
      watch: (onLog) => this.#registry.watch(ownerId, onLog),
      newest: () => chats.newestSequence(ownerId),
      after: (sequence) => chats.sequencesAfter(ownerId, sequence),
      load: async (sequence) => {
        const generation = await chats.find(ownerId, { sequence })
        return generation && this.#openIfThere(generation)
      },
    }
  }

  /** What this process does right now, under the name that its leases have. */
  activity(): { writer: string; running: number } {
    return { writer: this.#writer, running: this.#registry.all().length }
  }

  /** Stops an answer and keeps the text so far. One that has ended stays as it is. */
  async cancel(ownerId: string, messageId: string): Promise<Message> {
    await this.#stopping.stop([await this.#logs.get(ownerId, messageId)])
    const message = await this.#options.conversations.findMessage(ownerId, messageId)
    if (!message) throw messageNotFound()
    return message
  }

  /** Stops whatever the account generates, or a conversation of it. */
  async endAll(ownerId: string, conversationId?: string): Promise<void> {
    await this.#stopping.stopAll(ownerId, conversationId)
  }

  /** Ends what other servers left unfinished that have died since, and only theirs: to be called every now and then. */
  async recoverFromOthers(): Promise<void> {
    await this.#deadWriters.look()
  }

  /** Ends what a server that is dead left unfinished: the text that was stored is kept. Answers how many there were. */
  recover(): Promise<number> {
    return this.#recovery.recover()
  }

  /** Deletes what was not to be kept and what is too old to matter. */
  async sweep(): Promise<void> {
    const { chats, conversations, now } = this.#options
    await conversations.deleteExpired(now())
    await chats.deleteKeysBefore(now() - KEY_LIFETIME_MS)
  }

  /** Starts nothing any more; lets what runs finish for so long, then interrupts it and stores what there is. */
  async drain(milliseconds: number): Promise<void> {
    this.#isDraining = true
    // Nobody waits for a title: what is being written of them ends now.
    const titles = this.#options.titles?.[Symbol.asyncDispose]()
    const running = this.#registry.all()
    const finished = Promise.all(running.map(({ settled }) => settled))
    const timeout = new AbortController()
    await Promise.race([finished, delay(milliseconds, undefined, { signal: timeout.signal }).catch(() => undefined)])
    timeout.abort()
    // A prompt that was being stored when this began is among them by now.
    for (let left = this.#registry.all(); left.length > 0; left = this.#registry.all()) {
      for (const generation of left) generation.stop('interrupted')
      await Promise.all(left.map(({ settled }) => settled))
    }
    await titles
    this.#logs[Symbol.dispose]()
  }

  #run(stored: StoredPrompt, how: { model: Model; request: ChatRequest; requestId: string }): GenerationLog {
    const { generation } = stored
    generation.log.begin(eventsBefore(stored.messages, stored.answer))
    this.#flusher.add(generation)
    const renew = () => this.#flusher.renew(generation)
    const watch = this.#options.database.nudges.listen('cancellations', generation.messageId, renew)
    const { model, request, requestId } = how
    const prompt = () => this.#promptOf(stored, request)
    const storeSoon = () => this.#flusher.hurry()
    const writing = { provider: model.provider, prompt, requestId, log: this.#options.log, storeSoon }
    void generation.write(writing).then(storeSoon)
    void generation.settled.then(() => {
      watch[Symbol.dispose]()
      this.#registry.delete(generation)
      this.#options.observer?.generationEnded(toEndedGeneration(model.name, generation.log.ending))
      this.#nameConversation(stored)
    })
    return generation.log
  }

  /** The log of what was found a moment ago, and may have been deleted since. */
  #openIfThere(generation: Generation): Promise<GenerationLog | undefined> {
    return this.#logs.open(generation.ownerId, generation).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'message-not-found') return undefined
      throw error
    })
  }

  #watchOthers(ownerId: string, look: () => void): Disposable {
    const { nudges } = this.#options.database
    let lookedAt = performance.now()
    const lookNow = () => {
      lookedAt = performance.now()
      look()
    }
    const watch = nudges.listen('generations', ownerId, lookNow)
    const timer = every(LOOK_AROUND_MS, () => {
      if (!nudges.isHearing || performance.now() - lookedAt >= SELDOM_MS) lookNow()
    })
    return {
      [Symbol.dispose]() {
        watch[Symbol.dispose]()
        timer[Symbol.dispose]()
      },
    }
  }

  /** After a first exchange that came to its end, in a conversation that is kept. */
  #nameConversation(stored: StoredPrompt): void {
    const { conversation, messages, generation } = stored
    const { log } = generation
    const isComplete = log.ending?.type === 'done' && ['stop', 'length'].includes(log.ending.finishReason)
    if (!isFirst(stored) || !isComplete || conversation.expiresAt !== null) return
    const question = messages.findLast(({ role }) => role === 'user')?.content ?? ''
    this.#options.titles?.begin({ conversation, question, answer: log.textFrom(0) })
  }

  /** The answer that a request with this key started; none if it was deleted since. */
  async #findEarlier(ownerId: string, key: IdempotencyKey): Promise<GenerationLog | undefined> {
    const earlier = await this.#prompts.findEarlier(ownerId, key)
    const generation = earlier && (await this.#options.chats.find(ownerId, { messageId: earlier.messageId }))
    return generation && this.#logs.open(ownerId, generation)
  }

  /** What the model is to see: the active branch, up to the answer. */
  async #promptOf(stored: StoredPrompt, request: ChatRequest): Promise<ProviderRequest> {
    const branch = isFirst(stored) ? stored.messages : await this.#branchBefore(stored)
    return {
      messages: toPrompt(stored.conversation.system, branch),
      ...(request.temperature !== undefined && { temperature: request.temperature }),
      ...(request.maxTokens !== undefined && { maxTokens: request.maxTokens }),
    }
  }

  async #branchBefore({ conversation, answer }: StoredPrompt): Promise<Message[]> {
    const { conversations } = this.#options
    return answer.parentId === null ? [] : conversations.branch(conversation.ownerId, answer.parentId)
  }

  async #findTarget(
    ownerId: string,
    { conversationId, messageId }: FollowTarget,
    positions: readonly Position[] | undefined,
  ): Promise<Generation | undefined> {
    if (messageId !== undefined) return this.#logs.get(ownerId, messageId)
    if (conversationId === undefined) throw new Error('An account is followed with generationsOf.')
    const { chats, conversations } = this.#options
    const conversation = await conversations.find(ownerId, conversationId)
    if (!conversation) throw conversationNotFound()
    const sequence = positions?.at(-1)?.sequence
    if (sequence !== undefined) {
      const generation = await chats.find(ownerId, { sequence })
      if (generation?.conversationId !== conversationId) throw invalidCursor()
      return generation
    }
    return chats.find(ownerId, { answering: conversationId })
  }
}

/** Nothing was said in the conversation before. */
function isFirst({ conversation, messages }: StoredPrompt): boolean {
  return conversation.messageCount === messages.length + 1
}

function draining(): AppError {
  return new AppError('draining', 'This server is shutting down: try again in a few seconds.', { retryAfterSeconds: 5 })
}
