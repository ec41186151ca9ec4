import type { ServerResponse } from 'node:http'
import type { Frames } from '../http/handler.ts'
import { IdleTimer } from '../idle-timer.ts'
import { HEARTBEAT, STREAM_HEADERS } from './encoding.ts'
import type { FrameWriter } from './frame-writer.ts'

export interface EventStreamOptions {
  /** How long it may be silent before a comment shows that it lives. */
  heartbeatMs: number
  /**
   * How long a full socket may take nothing at all. Whoever sleeps that long has lost nothing, since the cursor of its last
   * event brings the rest; and what it holds of our memory, a socket's buffer, it holds for at most twice that time.
   */
  stallMs: number
  /** One for all streams. */
  writer: FrameWriter
}

/** How long a client may take for what is still on its way when the stream is ended from here. */
const FAREWELL_MS = 500

/** One open response of Server-Sent Events. Each frame is written whole, and the next is asked for when there is room. */
export class EventStream {
  readonly #response: ServerResponse
  readonly #options: EventStreamOptions
  readonly #end = new AbortController()
  readonly #closed: Promise<void>

  constructor(response: ServerResponse, options: EventStreamOptions) {
    this.#response = response
    this.#options = options
    this.#closed = new Promise((resolve) => {
      response.once('close', () => {
        this.#end.abort()
        resolve()
      })
    })
  }

  /** Sends all frames, and resolves when the connection is done with them. Throws what their iterable throws; then the client must not take what it has for the whole. */
  async send(frames: Frames): Promise<void> {
    const response = this.#response
    const { signal } = this.#end
    // It was ended before it began.
    if (signal.aborted) return this.#closed
    const heartbeat = new IdleTimer(this.#options.heartbeatMs, this.#beat)
    response.once('timeout', () => response.destroy())
    this.#writeHead()
    try {
      for await (const frame of frames(signal)) {
        if (signal.aborted) break
        const hasRoom = this.#options.writer.write(response, frame)
        heartbeat.touch()
        if (!hasRoom) await this.#drained()
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      heartbeat[Symbol.dispose]()
    }
    if (!signal.aborted) {
      response.setTimeout(this.#options.stallMs)
      response.end()
    }
    await this.#closed
  }

  /** Ends the stream as if there were no more frames. Resolves when the connection is done with it. */
  async end(): Promise<void> {
    if (!this.#response.closed && !this.#end.signal.aborted) {
      this.#end.abort()
      if (!this.#response.headersSent) this.#writeHead()
      this.#response.end()
      const farewell = setTimeout(() => this.#response.destroy(), FAREWELL_MS)
      this.#response.once('close', () => clearTimeout(farewell))
    }
    await this.#closed
  }

  /** At once, because a browser's `EventSource` is open when it has the headers; and with the first frame, if that is ready. */
  #writeHead(): void {
    const { socket } = this.#response
    this.#response.writeHead(200, STREAM_HEADERS)
    if (socket) this.#options.writer.cork(socket)
    this.#response.flushHeaders()
  }

  /** A full socket needs no sign of life, and nothing comes behind the end. */
  readonly #beat = (): void => {
    if (!this.#isFull && !this.#end.signal.aborted) this.#options.writer.write(this.#response, HEARTBEAT)
  }

  get #isFull(): boolean {
    return this.#response.writableNeedDrain || (this.#response.socket?.writableNeedDrain ?? false)
  }

  async #drained(): Promise<void> {
    const response = this.#response
    const { signal } = this.#end
    const full = response.writableNeedDrain ? response : (response.socket ?? response)
    response.setTimeout(this.#options.stallMs)
    await new Promise<void>((resolve) => {
      const proceed = () => {
        full.off('drain', proceed)
        signal.removeEventListener('abort', proceed)
        resolve()
      }
      full.once('drain', proceed)
      signal.addEventListener('abort', proceed)
      if (signal.aborted) proceed()
    })
    response.setTimeout(0)
  }
}
