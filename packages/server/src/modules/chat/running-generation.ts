import type { Logger } from 'pino'
import { AppError } from '../../app-error.ts'
import type { PromptMessage, Provider, ProviderEvent, ProviderRequest, Usage } from '../../providers/provider.ts'
import type { Ending, Failure, Notice, PlacedNotice, Segment } from '../conversations/index.ts'
import { type GenerationIdentity, GenerationLog } from './generation-log.ts'

/** Why a generation was stopped before its model had finished. */
export type StopReason = 'cancelled' | 'interrupted'

/** An answer longer than this, in UTF-16 units, is ended: a model that never stops must not fill the memory. */
const MAX_LENGTH = 4_000_000

export interface Writing {
  provider: Provider
  /** Loads what the model is to see. */
  prompt(): Promise<ProviderRequest>
  /** Of the request that asked. */
  requestId: string
  log: Logger
  /** Something waits to be stored that cannot wait for long. */
  storeSoon(): void
}

/** A generation that this process writes: its log, and what of it is not stored yet. */
export class RunningGeneration {
  readonly log: GenerationLog
  /** The text before this is in the database. */
  storedLength = 0
  /** And so much of the reasoning. */
  storedReasoningLength = 0
  /** Of which pieces may be in the database: whoever loses the connection does not know. */
  readonly pieces = new Set<Segment['kind']>()
  /** What viewers are to be told between the text, once it is stored. */
  pendingNotice: PlacedNotice | undefined
  /** When the lease was last prolonged, on the clock of `performance.now`. */
  renewedAt = performance.now()
  /** How it ended. The log is told once that is stored. */
  ending: Ending | undefined
  /** What the upstream has counted before it finished, if it never does. */
  #usage: Usage | null = null
  readonly #stopping = new AbortController()
  readonly #settled = Promise.withResolvers<void>()
  #notified: (() => void) | undefined

  constructor(identity: GenerationIdentity) {
    this.log = new GenerationLog(identity)
  }

  get messageId(): string {
    return this.log.identity.messageId
  }

  /** Resolves when the ending is stored, or when there is nothing left to store it in. */
  get settled(): Promise<void> {
    return this.#settled.promise
  }

  /** Ends it soon. What there is of the answer is kept. */
  stop(reason: StopReason): void {
    this.#stopping.abort(reason)
  }

  /** The notice is stored, and all that stands before it. */
  placeNotice(): void {
    if (this.pendingNotice) this.log.place(this.pendingNotice)
    this.pendingNotice = undefined
    this.#notified?.()
  }

  /** The ending is stored. */
  settle(ending: Ending): void {
    this.log.end(ending)
    this.#settled.resolve()
  }

  /** Its rows are gone, or belong to somebody else now. */
  abandon(): void {
    this.#stopping.abort('interrupted')
    this.log.abandon()
    this.#settled.resolve()
  }

  /** Asks the model and appends what it says, to the end. Never rejects: a failure is an ending. */
  async write({ provider, prompt, requestId, log, storeSoon }: Writing): Promise<void> {
    const { signal } = this.#stopping
    try {
      const request = await prompt()
      this.ending = signal.aborted ? undefined : await this.#relay(provider.stream(request, signal), storeSoon)
    } catch (err) {
      // What a provider throws when it is told to stop is no failure.
      if (!signal.aborted) {
        this.ending = { type: 'error', failure: toFailure(err, requestId) }
        const level = err instanceof AppError ? 'warn' : 'error'
        log[level]({ err, message_id: this.messageId, request_id: requestId }, 'generation-failed')
      }
    }
    const reason: StopReason | 'incomplete' = signal.aborted ? signal.reason : 'incomplete'
    if (signal.aborted || !this.ending) this.ending = { type: 'done', finishReason: reason, usage: this.#usage }
  }

  /** Undefined if the upstream, or someone here, broke it off. */
  async #relay(events: AsyncIterable<ProviderEvent>, storeSoon: () => void): Promise<Ending | undefined> {
    for await (const event of events) {
      if (this.#stopping.signal.aborted) return undefined
      switch (event.type) {
        case 'finish':
          return { type: 'done', finishReason: event.reason, usage: event.usage ?? null }
        case 'notice':
          await this.#notify(event, storeSoon)
          break
        case 'usage':
          this.#usage = event.usage
          break
        case 'reasoning':
          this.log.appendReasoning(event.text)
          break
        case 'text':
          this.log.append(event.text)
      }
      if (this.log.length + this.log.reasoningLength > MAX_LENGTH) {
        return { type: 'done', finishReason: 'length', usage: this.#usage }
      }
    }
    return undefined
  }

  /** Nothing is appended until it is stored, so that its place in the text is sure. */
  async #notify(event: Notice, storeSoon: () => void): Promise<void> {
    const { length: offset, reasoningLength: reasoningOffset } = this.log
    const { promise: notified, resolve } = Promise.withResolvers<void>()
    this.#notified = resolve
    this.pendingNotice = { event, offset, reasoningOffset }
    storeSoon()
    await Promise.race([notified, this.settled])
  }
}

/** A model sees the conversation's instructions first, and no message that says nothing. */
export function toPrompt(system: string | null, messages: readonly PromptMessage[]): PromptMessage[] {
  const said = messages
    .filter(({ content, parts }) => content !== '' || parts)
    .map(({ role, content, parts }) => ({ role, content, ...(parts && { parts }) }))
  return system === null ? said : [{ role: 'system', content: system }, ...said]
}

function toFailure(error: unknown, requestId: string): Failure {
  if (error instanceof AppError) return { code: error.code, detail: error.message, requestId }
  return {
    code: 'internal-error',
    detail: 'Send your message again, and report the request id if it fails again.',
    requestId,
  }
}
