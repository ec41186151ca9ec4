import type { EventStream } from './event-stream.ts'

/** The streams that are open now, so that the server can end them before it ends. */
export class OpenStreams {
  readonly #streams = new Set<EventStream>()
  #isClosed = false

  /** It is one of them until it is disposed. Once they are closed it is ended at once. */
  add(stream: EventStream): Disposable {
    this.#streams.add(stream)
    if (this.#isClosed) void stream.end()
    return { [Symbol.dispose]: () => void this.#streams.delete(stream) }
  }

  get count(): number {
    return this.#streams.size
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#streams].map((stream) => stream.end()))
  }
}
