import type { ServerResponse } from 'node:http'

/** So much is written at once: of many small items each is no packet of its own. */
const CHUNK_LENGTH = 16_384

/** Whoever waits for items that take long sees how far it is. */
const FLUSH_MS = 250

/**
 * A list that is sent as it comes, in constant memory: the next item is asked for when there is room. If it cannot be sent to
 * its end the connection breaks, so that nobody takes what there is for the whole.
 */
export class JsonList {
  readonly #response: ServerResponse
  readonly #stallMs: number
  readonly #gone: Promise<'gone'>

  /** Whoever takes nothing for `stallMs` is let go. */
  constructor(response: ServerResponse, stallMs: number) {
    this.#response = response
    this.#stallMs = stallMs
    this.#gone = new Promise((resolve) => {
      response.once('close', () => resolve('gone'))
    })
    response.once('timeout', () => response.destroy())
  }

  writeHead(status: number): ServerResponse {
    return this.#response.writeHead(status, { 'Content-Type': 'application/json' })
  }

  /** Resolves when everything is on its way, or when the client has left. What is thrown before the first item is still a problem to be told. */
  async send(status: number, items: AsyncIterable<unknown>): Promise<void> {
    const response = this.#response
    let text = '['
    let separator = ''
    let writtenAt = performance.now()
    for await (const item of items) {
      if (this.#isOver) return
      text += separator + JSON.stringify(item)
      separator = ','
      if (text.length < CHUNK_LENGTH && performance.now() - writtenAt < FLUSH_MS) continue
      if (!response.headersSent) this.writeHead(status)
      const hasRoom = response.write(text)
      text = ''
      writtenAt = performance.now()
      if (!hasRoom && (await this.#drained()) === 'gone') return
    }
    if (this.#isOver) return
    if (!response.headersSent) this.writeHead(status)
    response.setTimeout(this.#stallMs)
    response.end(`${text}]`)
    await this.#gone
  }

  /** Something else was answered in the meantime, or nobody is there. */
  get #isOver(): boolean {
    return this.#response.closed || this.#response.writableEnded
  }

  /** Breaks it off. */
  end(): void {
    this.#response.destroy()
  }

  async #drained(): Promise<'drained' | 'gone'> {
    const response = this.#response
    response.setTimeout(this.#stallMs)
    const drained = Promise.withResolvers<'drained'>()
    const onDrain = () => drained.resolve('drained')
    response.once('drain', onDrain)
    const outcome = await Promise.race([drained.promise, this.#gone])
    response.off('drain', onDrain)
    response.setTimeout(0)
    return outcome
  }
}
