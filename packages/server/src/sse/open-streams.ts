import type { EventStream } from './event-stream.ts'

/** The streams that are open now, so that the server can end them before it ends. */
export class OpenStreams {
  readonly #streams = new Set<EventStream>()
  #isClosed = false

  /** While `work` runs, the stream is one of them. */
  async during(stream: EventStream, work: () => Promise<void>): Promise<void> {
    this.#streams.add(stream)
    try {
      if (this.#isClosed) await stream.end()
      else await work()
    } finally {
      this.#streams.delete(stream)
    }
  }

  get count(): number {
    return this.#streams.size
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#streams].map((stream) => stream.end()))
  }
}
