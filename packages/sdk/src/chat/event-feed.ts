import { Backoff, pause } from '../transport/backoff.ts'
import type { Send } from '../transport/send.ts'
import { errorFromFailure, type VektorError } from '../vektor-error.ts'
import type { ChatEvent } from '../wire-types.ts'
import { connect, type Received } from './connection.ts'

/** What an open stream tells about its connection. */
export interface StreamOptions {
  /** Aborting it only lets go of the stream: the answer goes on on the server. */
  signal?: AbortSignal | undefined
  /** Called when the connection breaks and is tried again, and when it is back. */
  onConnection?: ((state: 'lost' | 'resumed') => void) | undefined
}

export interface FeedPlan extends StreamOptions {
  send: Send
  /** Makes the request that goes on after `cursor`, or begins when there is none yet. */
  request: (cursor: string | undefined) => Request
  cursor?: string | undefined
  /** Sees each event as it comes in, before it is read. Anything but undefined ends the feed. */
  take?: (event: ChatEvent) => unknown
  /** Milliseconds to go on trying to get a lost connection back. */
  reconnectForMs: number
}

/**
 * Events in order, over as many connections as it takes. Read at the pace of whoever calls `pull`: either the iteration
 * or someone who waits for the end, or both.
 */
export class EventFeed implements AsyncIterable<ChatEvent> {
  /** The cursor of the event that was read last. */
  cursor: string | undefined
  /** Nothing more will come in; what came may still be waiting to be read. */
  isOver = false
  /** Why it ended, if it was not with its last event. */
  failure: VektorError | undefined
  /** The cursor of the event that came in last. */
  #received: string | undefined
  readonly #plan: FeedPlan
  readonly #abort = new AbortController()
  readonly #signal: AbortSignal
  readonly #batches: AsyncGenerator<Received[], void>
  #pulling: Promise<void> | undefined
  #queue: Received[] = []
  #read = 0

  constructor(plan: FeedPlan) {
    this.#plan = plan
    this.cursor = this.#received = plan.cursor
    const { signal } = this.#abort
    this.#signal = AbortSignal.any([signal, plan.signal ?? signal])
    this.#batches = this.#receive()
    void this.pull()
  }

  /** Waits for whatever comes next. Never rejects: look at `isOver` and `failure` afterwards. */
  pull(): Promise<void> {
    this.#pulling ??= this.#advance()
    return this.#pulling
  }

  async ready(): Promise<void> {
    while (!this.isOver && !this.#received) await this.pull()
  }

  close(): void {
    this.#abort.abort()
  }

  [Symbol.asyncIterator](): AsyncIterator<ChatEvent, undefined> {
    return {
      next: () => this.#next(),
      return: async () => {
        this.close()
        return { done: true, value: undefined }
      },
    }
  }

  async #next(): Promise<IteratorResult<ChatEvent, undefined>> {
    for (;;) {
      const next = this.#queue[this.#read++]
      this.cursor = next?.cursor ?? this.cursor
      if (next?.event) return { value: next.event }
      if (next) continue
      this.#queue = []
      this.#read = 0
      if (this.failure) throw this.failure
      if (this.isOver) return { done: true, value: undefined }
      await this.pull()
    }
  }

  async #advance(): Promise<void> {
    try {
      const { done, value } = await this.#batches.next()
      if (done) this.isOver = true
      else this.#queue.push(...value)
    } catch (failure) {
      this.isOver = true
      this.failure = errorFromFailure(failure, this.#signal)
    }
    this.#pulling = undefined
  }

  async *#receive(): AsyncGenerator<Received[], void> {
    const { send, request, take, onConnection, reconnectForMs } = this.#plan
    // As many tries as milliseconds: only the time is limited.
    const patient = new Backoff(reconnectForMs, reconnectForMs)
    // Whoever knows where to go on was served before.
    let backoff = this.#received ? patient : new Backoff()
    let isLost = false
    for (;;) {
      try {
        for await (const batch of connect(send, request(this.#received), this.#signal)) {
          // A server that took the request once is worth waiting for.
          backoff = patient
          if (isLost) onConnection?.('resumed')
          isLost = false
          // Only a word counts: a connection that opens and breaks without one is no better than none.
          if (batch.length) backoff.reset()
          const isLast = batch.some((received) => {
            this.#received = received.cursor ?? this.#received
            return received.event && take?.(received.event)
          })
          yield batch
          if (isLast) return
        }
        return
      } catch (failure) {
        const delay = backoff.delayAfter(errorFromFailure(failure, this.#signal))
        if (!isLost) onConnection?.('lost')
        isLost = true
        await pause(delay, this.#signal)
      }
    }
  }
}
