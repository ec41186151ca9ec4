import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Stands before a server, passes everything on, and keeps what was asked. */
export class Recorder implements AsyncDisposable {
  /** Method and path of each request, such as `GET /chat/history`. */
  asked: string[] = []
  /** Those of them that were answered to the end. */
  answered: string[] = []
  /** A request is being held. */
  isHolding = false
  /** Requests of this kind are passed on, and their connections break without a word. */
  mute: string | undefined
  readonly #target: string
  readonly #server: Server
  #toBreak: string | undefined
  #toHold: { asked: string; until: Promise<void> } | undefined

  private constructor(target: string) {
    this.#target = target
    this.#server = createServer((incoming, response) => this.#pass(incoming, response))
  }

  static async before(target: string): Promise<Recorder> {
    const recorder = new Recorder(target)
    recorder.#server.listen(0, '127.0.0.1')
    await once(recorder.#server, 'listening')
    return recorder
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The connection of the next such request breaks at the first word of its answer. */
  breakNext(asked: string): void {
    this.#toBreak = asked
  }

  /** Breaks all connections that are open now. */
  cut(): void {
    this.#server.closeAllConnections()
  }

  /** The next such request is not passed on before it is released. */
  holdNext(asked: string): () => void {
    const { promise: until, resolve } = Promise.withResolvers<void>()
    this.#toHold = { asked, until }
    return resolve
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    const url = new URL(incoming.url ?? '/', this.#target)
    const asked = `${incoming.method} ${url.pathname}`
    this.asked.push(asked)
    const isToBreak = this.#toBreak === asked
    if (isToBreak) this.#toBreak = undefined
    const hold = this.#toHold
    if (hold?.asked === asked) {
      this.#toHold = undefined
      this.isHolding = true
      return void hold.until.then(() => {
        this.isHolding = false
        this.#send(incoming, response, isToBreak)
      })
    }
    this.#send(incoming, response, isToBreak)
  }

  #send(incoming: IncomingMessage, response: ServerResponse, isToBreak: boolean): void {
    const url = new URL(incoming.url ?? '/', this.#target)
    const { method, headers } = incoming
    const asked = `${method} ${url.pathname}`
    const isMute = this.mute === asked
    response.on('finish', () => this.answered.push(asked))
    const outgoing = request(url, { method, headers: { ...headers, host: url.host } }, (answer) => {
      if (isMute) return void response.destroy()
      response.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders()
      if (isToBreak) answer.once('data', () => setImmediate(() => response.destroy()))
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    response.on('close', () => outgoing.destroy())
    incoming.pipe(outgoing)
  }
}
