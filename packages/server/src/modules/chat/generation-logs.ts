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

/** The log of any generation: as it is written here, or as it was stored. To a viewer they are the same. */
export class GenerationLogs {
  readonly #options: GenerationLogsOptions

  constructor(options: GenerationLogsOptions) {
    this.#options = options
  }

  async get(ownerId: string, messageId: string): Promise<Generation> {
    const generation = await this.#options.generations.find(ownerId, { messageId })
    if (!generation) throw messageNotFound()
    return generation
  }

  async open(ownerId: string, generation: Generation): Promise<GenerationLog> {
    const { conversations, registry } = this.#options
    const { messageId, conversationId, sequence, promptCount } = generation
    const running = registry.find(messageId)
    if (running) return running.log
    const messages = await conversations.branch(ownerId, messageId, promptCount + 1)
    const answer = messages.pop()
    if (!answer) throw messageNotFound()
    const log = new GenerationLog({ messageId, conversationId, ownerId, sequence })
    log.begin(eventsBefore(messages, answer))
    if (answer.content !== '') log.append(answer.content)
    log.end(endingOf(answer))
    return log
  }
}

/** What every viewer is told before the text. */
export function eventsBefore(prompts: readonly Message[], { model }: Message): LogEvent[] {
  return [...prompts.map((message) => ({ type: 'message' as const, message })), { type: 'start', model: model ?? '' }]
}

export function messageNotFound(): AppError {
  return new AppError('message-not-found', 'Check the message id; the events of an answer carry it in "message_id".')
}

function endingOf({ failure, finishReason, id, usage }: Message): Ending {
  if (failure) return { type: 'error', failure }
  if (finishReason) return { type: 'done', finishReason, usage }
  throw new Error(`The answer ${id} is in progress, but nobody writes it.`)
}
