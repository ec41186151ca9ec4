import { errorFromProblem, VektorError } from '../vektor-error.ts'
import type { ChatEvent, FinishReason, Usage } from '../wire-types.ts'
import { EventFeed, type FeedPlan } from './event-feed.ts'

/** An answer that has ended. */
export interface FinalMessage {
  conversationId: string
  /** The `id` of the assistant's message. */
  messageId: string
  /** The whole text, exactly as the server stored it. */
  content: string
  /** What the model thought on the way to it; empty if it does not tell. */
  reasoning: string
  /** What its reader should know, such as that the model did not see the oldest messages. */
  notices: Extract<ChatEvent, { type: 'notice' }>[]
  finishReason: FinishReason
  /** Absent if the model's provider does not count. */
  usage: Usage | undefined
}

/**
 * One answer as it is written. Iterate over it, or wait for `final()`, or both. It is read once: a second iteration goes
 * on where the first one is.
 *
 * A lost connection is made again by itself, and the answer goes on where it was, with no gap and nothing twice. Leaving
 * the loop closes the connection; the server finishes the answer all the same. Events of types that this SDK does not
 * know are passed over.
 *
 * @example
 * ```ts
 * const stream = vektor.chat.stream({ model: 'eliza', messages: [{ role: 'user', content: 'Hola' }] })
 * for await (const event of stream) {
 *   if (event.type === 'delta') process.stdout.write(event.content)
 * }
 * const { finishReason } = await stream.final()
 * ```
 */
export interface ChatStream extends AsyncIterable<ChatEvent> {
  /** Where to go on with `chat.follow()`: the cursor of the event that was read last. */
  readonly cursor: string | undefined
  /** Known once the first event came in. */
  readonly conversationId: string | undefined
  /** The `id` of the answer. Known once the first event came in. */
  readonly messageId: string | undefined
  /**
   * The answer, once it has ended. Reads the stream if nobody else does.
   *
   * @throws VektorError with the problem's code if the answer failed, `network` if the connection could not be had back,
   * `aborted` if the stream was closed first.
   */
  final(): Promise<FinalMessage>
  /**
   * Ends the answer on the server, which keeps what there is of it. The stream then ends with a `done` event whose
   * `finish_reason` is `cancelled`. An answer that has already ended stays as it is.
   */
  stop(): Promise<void>
  /**
   * Only the text, piece by piece. It throws the `VektorError` of an answer that failed. After a crash of the server it
   * may have given more than was stored: `final()` has the text that holds.
   */
  text(): AsyncIterable<string>
}

export interface AnswerPlan extends Omit<FeedPlan, 'request' | 'take'> {
  conversationId?: string | undefined
  messageId?: string | undefined
  /** The text before `cursor`. */
  content?: string | undefined
  /** And the reasoning. */
  reasoning?: string | undefined
  /** Asks for the answer, or for the rest of it after `cursor`. Its id may be known only once something has come in. */
  request: (messageId: string | undefined, cursor: string | undefined) => Request
  cancel: (messageId: string) => Promise<unknown>
}

export class AnswerStream implements ChatStream {
  conversationId: string | undefined
  messageId: string | undefined
  readonly #feed: EventFeed
  readonly #plan: AnswerPlan
  readonly #texts: Pick<FinalMessage, 'content' | 'reasoning' | 'notices'>
  #ending: Extract<ChatEvent, { type: 'done' | 'error' }> | undefined

  constructor(plan: AnswerPlan) {
    this.#plan = plan
    this.conversationId = plan.conversationId
    this.messageId = plan.messageId
    this.#texts = { content: plan.content ?? '', reasoning: plan.reasoning ?? '', notices: [] }
    this.#feed = new EventFeed({
      ...plan,
      request: (cursor) => plan.request(this.messageId, cursor),
      take: (event) => this.#take(event),
    })
  }

  get cursor(): string | undefined {
    return this.#feed.cursor
  }

  [Symbol.asyncIterator](): AsyncIterator<ChatEvent, undefined> {
    return this.#feed[Symbol.asyncIterator]()
  }

  async *text(): AsyncGenerator<string, void, undefined> {
    for await (const event of this) {
      if (event.type === 'delta') yield event.content
      if (event.type === 'error') throw errorFromProblem(event.problem)
    }
  }

  async final(): Promise<FinalMessage> {
    while (!this.#feed.isOver) await this.#feed.pull()
    const { conversationId } = this
    const ending = this.#ending
    if (ending?.type === 'error') throw errorFromProblem(ending.problem)
    if (ending && conversationId) {
      const { message_id: messageId, finish_reason: finishReason, usage } = ending
      return { ...this.#texts, conversationId, messageId, finishReason, usage }
    }
    throw this.#feed.failure ?? new VektorError('nothing-to-follow', 'Nothing is being written.')
  }

  async stop(): Promise<void> {
    while (!this.messageId && !this.#feed.isOver) await this.#feed.pull()
    if (this.messageId && !this.#ending) await this.#plan.cancel(this.messageId)
  }

  /** Gives the last one, once it has come. */
  #take(event: ChatEvent): ChatEvent | undefined {
    this.messageId = event.message_id
    const texts = this.#texts
    switch (event.type) {
      case 'start':
      case 'message':
        this.conversationId = event.conversation_id
        break
      case 'delta':
        texts.content += event.content
        break
      case 'reasoning':
        texts.reasoning += event.content
        break
      case 'notice':
        texts.notices.push(event)
        break
      case 'truncate':
        texts.content = texts.content.slice(0, event.length)
        texts.reasoning = texts.reasoning.slice(0, event.reasoning_length)
        break
      case 'done':
      case 'error':
        this.#ending = event
    }
    return this.#ending
  }
}
