import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { AppError } from '../app-error.ts'
import { ClientGoneError, createDecoder, tooLarge, undecodable } from './read-body.ts'

export interface BodyStreamOptions {
  /** The most bytes that are received, and the most that there may be once they are decompressed. */
  limitBytes: number
  /** Whoever sends nothing for so long is told so. */
  silenceMs: number
}

/**
 * A body that is handed on as it comes, decompressed, to whoever has room for it: at the pace of its reader, once. Reading
 * throws an `AppError` for what is too large, is not compressed as it says, or pauses; whoever does not read on leaves the
 * rest, which is received and dropped, so that a client that sends first and reads later gets the answer.
 */
export class BodyStream implements AsyncIterable<Uint8Array>, Disposable {
  readonly #request: IncomingMessage
  readonly #options: BodyStreamOptions
  readonly #decoder: ReturnType<typeof createDecoder>
  readonly #failed = Promise.withResolvers<never>()

  constructor(request: IncomingMessage, options: BodyStreamOptions) {
    if (Number(request.headers['content-length'] ?? 0) > options.limitBytes) throw tooLarge(options.limitBytes)
    this.#request = request
    this.#options = options
    this.#decoder = createDecoder(request)
    // Who does not read yet is not told of it: it is there for them when they do.
    this.#failed.promise.catch(() => undefined)
    const gone = () => this.#failed.reject(new ClientGoneError('The client went away while it sent the body.'))
    request.once('error', gone)
    request.once('close', () => {
      if (!request.complete) gone()
    })
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const source = this.#source()
    const arrived: Uint8Array[] = []
    let isOver = false
    let wake = () => {}
    const take = (chunk: Uint8Array) => {
      arrived.push(chunk)
      source.pause()
      wake()
    }
    const end = () => {
      isOver = true
      wake()
    }
    source.on('data', take).once('end', end)
    try {
      for (let size = 0; ; ) {
        const chunk = arrived.shift()
        if (!chunk && isOver) return
        if (!chunk) {
          const next = Promise.withResolvers<void>()
          wake = next.resolve
          source.resume()
          await this.#unlessSilent(next.promise)
          continue
        }
        size += chunk.length
        if (size > this.#options.limitBytes) throw tooLarge(this.#options.limitBytes)
        yield chunk
      }
    } finally {
      source.off('data', take)
    }
  }

  /** What is left of it is of no use to anybody: whoever still waits for it waits no more. */
  [Symbol.dispose](): void {
    this.#failed.reject(new ClientGoneError('Something else was answered before the whole body was there.'))
    if (this.#decoder) this.#request.unpipe(this.#decoder)
    this.#decoder?.destroy()
    this.#request.resume()
  }

  #source(): Readable {
    const decoder = this.#decoder
    if (!decoder) return this.#request
    decoder.once('error', (cause) => this.#failed.reject(undecodable(cause)))
    this.#countReceived()
    this.#request.pipe(decoder)
    return decoder
  }

  /** What is sent compressed may be long even where it says nothing. */
  #countReceived(): void {
    const { limitBytes } = this.#options
    let received = 0
    this.#request.on('data', (chunk: Buffer) => {
      received += chunk.length
      if (received > limitBytes) this.#failed.reject(tooLarge(limitBytes))
    })
  }

  /** Only while more is wanted: a reader that takes its time is no silence of the client's. */
  async #unlessSilent(next: Promise<void>): Promise<void> {
    const silent = Promise.withResolvers<never>()
    const detail = 'Send the whole request without a pause.'
    const timer = setTimeout(() => silent.reject(new AppError('request-timeout', detail)), this.#options.silenceMs)
    try {
      await Promise.race([next, this.#failed.promise, silent.promise])
    } finally {
      clearTimeout(timer)
    }
  }
}
