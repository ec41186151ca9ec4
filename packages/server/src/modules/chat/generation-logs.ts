import type { Logger } from 'pino'
import { AppError, isDatabaseUnavailable } from '../../app-error.ts'
import type { Nudges } from '../../database/nudges.ts'
import type { ConversationRepository, Ending, Message } from '../conversations/index.ts'
import { Bell } from './bell.ts'
import { every } from './every.ts'
import { FollowedLog } from './followed-log.ts'
import type { GenerationLog, LogEvent } from './generation-log.ts'
import type { Registry } from './registry.ts'
import type { Generation, GenerationRepository } from './repository.ts'

export interface GenerationLogsOptions {
  generations: GenerationRepository
  conversations: ConversationRepository
  registry: Registry
  nudges: Pick<Nudges, 'listen'>
  log: Logger
}

/** How often the table is asked for what another server writes, though no nudge came. */
const LOOK_MS = 1_000
/** Whoever has left may come back soon, and others may come. */
const UNWATCHED_MS = 5_000

/**
 * The log of any generation: as it is written here, as it was stored, or as another server stores it. To a viewer they are
 * the same.
 */
export class GenerationLogs implements Disposable {
  readonly #options: GenerationLogsOptions
  /** Those that other servers write and somebody here follows. */
  readonly #elsewhere = new Map<string, FollowedLog>()
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

  /** `eventCount` are those that whoever opens it has seen, maybe on another server: what is followed here is a moment behind. */
  async open(ownerId: string, generation: Generation, eventCount = 0): Promise<GenerationLog> {
    const { conversations, registry } = this.#options
    const { messageId, conversationId, sequence, promptCount } = generation
    const running = registry.find(messageId)?.log
    if (running && !running.isAbandoned) return running
    const followed = this.#elsewhere.get(messageId)
    if (followed && eventCount > followed.eventCount) await this.#catchUp(followed)
    if (followed && !followed.isAbandoned) return followed
    const messages = await conversations.branch(ownerId, messageId, promptCount + 1)
    const answer = messages.pop()
    if (!answer) throw messageNotFound()
    // Another reader may have come first: there is one log for all.
    const known = this.#elsewhere.get(messageId)
    if (known && !known.isAbandoned) return known
    const log = new FollowedLog({ messageId, conversationId, ownerId, sequence }, () => void this.#follow(log))
    log.begin(eventsBefore(messages, answer))
    takeOver(answer, log)
    void this.#follow(log)
    return log
  }

  /** As long as somebody watches it; if one does who has waited for long, from then on again. */
  async #follow(log: FollowedLog): Promise<void> {
    const { messageId } = log.identity
    const { signal } = this.#closing
    if (log.isFollowed || isOver(log) || signal.aborted) return
    log.isFollowed = true
    if (this.#elsewhere.get(messageId)?.isAbandoned !== false) this.#elsewhere.set(messageId, log)
    using bell = new Bell(signal)
    using _nudges = this.#options.nudges.listen('answers', messageId, bell.ring)
    using _looks = every(LOOK_MS, bell.ring)
    let watchedAt = performance.now()
    let isFaulty = false
    const isWanted = () => log.isWatched || performance.now() - watchedAt < UNWATCHED_MS
    while (!signal.aborted && !isOver(log) && isWanted()) {
      await this.#catchUp(log).catch((err: unknown) => {
        // The database is away: whoever needs it says so, and the next time asks again.
        if (isDatabaseUnavailable(err) || isFaulty) return
        isFaulty = true
        this.#options.log.error({ err, message_id: messageId }, 'answer-not-followed')
      })
      if (log.isWatched) watchedAt = performance.now()
      if (!isOver(log)) await bell.heard()
    }
    log.isFollowed = false
    if (this.#elsewhere.get(messageId) === log) this.#elsewhere.delete(messageId)
  }

  #catchUp(log: FollowedLog): Promise<void> {
    const { messageId, ownerId } = log.identity
    return log.readOn(async () => {
      if (isOver(log)) return
      const answer = await this.#options.conversations.findMessageFrom(ownerId, messageId, log)
      if (answer) takeOver(answer, log)
      else log.abandon()
    })
  }
}

function isOver(log: GenerationLog): boolean {
  return log.ending !== undefined || log.isAbandoned
}

/** Brings a log up to what is stored of its answer: a stored text only grows. `content` and `reasoning` are what the log lacks of them. */
function takeOver(answer: Message, log: GenerationLog): void {
  for (const notice of answer.notices.slice(log.notices.length)) log.place(notice)
  if (answer.reasoning !== '') log.appendReasoning(answer.reasoning)
  if (answer.content !== '') log.append(answer.content)
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
