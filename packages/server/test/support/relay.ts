import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** A request that came by, and what it was answered. */
export interface Passed {
  method: string
  /** With the query. */
  path: string
  /** What a browser says that it received last. */
  lastEventId: string | undefined
  /** Undefined while there is no answer. */
  status: number | undefined
}

/** A site with pages of its own; everything else it asks a server for. The network to it can be cut. */
export class Relay implements AsyncDisposable {
  readonly passed: Passed[] = []
  /** HTML by its path. */
  readonly pages = new Map<string, string>()
  /** The address of the server. */
  target = ''
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((incoming, response) => this.#serve(incoming, response))
  #isCut = false

  static async start(): Promise<Relay> {
    const relay = new Relay()
    relay.#server.on('connection', (socket) => {
      if (relay.#isCut) return void socket.destroy()
      relay.#sockets.add(socket)
      socket.once('close', () => relay.#sockets.delete(socket))
    })
    relay.#server.listen(0, '127.0.0.1')
    await once(relay.#server, 'listening')
    return relay
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Requests for streams, in order. */
  get streams(): readonly Passed[] {
    return this.passed.filter(({ method, path }) => method === 'GET' && path.startsWith('/chat/stream'))
  }

  /** Breaks every connection, and each new one at once. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.destroy()
  }

  restore(): void {
    this.#isCut = false
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #serve(incoming: IncomingMessage, response: ServerResponse): void {
    const { method = '', url: path = '/', headers } = incoming
    const page = this.pages.get(path)
    if (page !== undefined) return void response.setHeader('Content-Type', 'text/html; charset=utf-8').end(page)
    const passed: Passed = { method, path, lastEventId: headers['last-event-id']?.toString(), status: undefined }
    this.passed.push(passed)
    const url = new URL(path, this.target)
    const outgoing = request(url, { method, headers: { ...headers, host: url.host } }, (answer) => {
      passed.status = answer.statusCode
      response.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders()
      answer.on('error', () => response.destroy())
      answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    response.on('close', () => outgoing.destroy())
    incoming.pipe(outgoing)
  }
}
