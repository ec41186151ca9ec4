import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../app-error.ts'
import type { ConversationRepository, Ending, Message } from '../conversations/index.ts'
import { GenerationLog, type LogEvent } from './generation-log.ts'
import type { Registry } from './registry.ts'
import type { Generation, GenerationRepository } from './repository.ts'

export interface GenerationLogsOptions {
  generations: GenerationRepository
  conversations: ConversationRepository
  registry: Registry
}

/** How often the table is asked for what another server writes. */
const POLL_MS = 250
/** Whoever opens a log follows it at once; after so many polls without anybody they have left. */
const UNWATCHED_POLLS = 20

/**
 * The log of any generation: as it is written here, as it was stored, or as another server stores it. To a viewer they are
 * the same.
 */
export class GenerationLogs implements Disposable {
  readonly #options: GenerationLogsOptions
  /** Those that other servers write and somebody here follows. */
  readonly #elsewhere = new Map<string, GenerationLog>()
  readonly #closing = new AbortController()

  constructor(options: GenerationLogsOptions) {
    this.#options = options
  }

  /** Asks for nothing any more. */
  [Symbol.dispose](): void {
    this.#closing.abort()
  }

  async get(ownerId: string, messageId: string): Promise<Generation> {
    const generation = await this.#options.generations.find(ownerId, { messageId })
    if (!generation) throw messageNotFound()
    return generation
  }

  async open(ownerId: string, generation: Generation): Promise<GenerationLog> {
    const { conversations, registry } = this.#options
    const { messageId, conversationId, sequence, promptCount } = generation
    const running = registry.find(messageId)?.log ?? this.#elsewhere.get(messageId)
    if (running) return running
    const messages = await conversations.branch(ownerId, messageId, promptCount + 1)
    const answer = messages.pop()
    if (!answer) throw messageNotFound()
    const log = new GenerationLog({ messageId, conversationId, ownerId, sequence })
    log.begin(eventsBefore(messages, answer))
    takeOver(answer, log)
    return log.ending ? log : this.#followElsewhere(log)
  }

  /** Another reader may have come first: there is one log for all. */
  #followElsewhere(log: GenerationLog): GenerationLog {
    const { messageId } = log.identity
    const known = this.#elsewhere.get(messageId)
    if (known) return known
    this.#elsewhere.set(messageId, log)
    void this.#poll(log).finally(() => this.#elsewhere.delete(messageId))
    return log
  }

  async #poll(log: GenerationLog): Promise<void> {
    const { messageId, ownerId } = log.identity
    for (let unwatched = 0; unwatched < UNWATCHED_POLLS; unwatched = log.isWatched ? 0 : unwatched + 1) {
      if (!(await this.#pause())) return
      try {
        const answer = await this.#options.conversations.findMessage(ownerId, messageId)
        if (answer) takeOver(answer, log)
        else log.abandon()
      } catch {
        // The database is away: whoever needs it says so, and the next time asks again.
      }
      if (log.ending || log.isAbandoned) return
    }
  }

  /** False if there is nothing to wait for any more. */
  #pause(): Promise<boolean> {
    const { signal } = this.#closing
    return delay(POLL_MS, true, { signal, ref: false }).catch(() => false)
  }
}

/** Brings a log up to what is stored of its answer: a stored text only grows. */
function takeOver(answer: Message, log: GenerationLog): void {
  for (const notice of answer.notices.slice(log.notices.length)) log.place(notice)
  if (answer.reasoning.length > log.reasoningLength) log.appendReasoning(answer.reasoning.slice(log.reasoningLength))
  if (answer.content.length > log.length) log.append(answer.content.slice(log.length))
  const ending = endingOf(answer)
  if (ending) log.end(ending)
}

/** What every viewer is told before the text. */
export function eventsBefore(prompts: readonly Message[], { model, parentId }: Message): LogEvent[] {
  const said = prompts.map((message) => ({ type: 'message' as const, message }))
  return [...said, { type: 'start', model: model ?? '', parentId }]
}

export function messageNotFound(): AppError {
  return new AppError('message-not-found', 'Check the message id; the events of an answer carry it in "message_id".')
}

/** Undefined while it is in progress. */
function endingOf({ failure, finishReason, usage }: Message): Ending | undefined {
  if (failure) return { type: 'error', failure }
  return finishReason ? { type: 'done', finishReason, usage } : undefined
}
