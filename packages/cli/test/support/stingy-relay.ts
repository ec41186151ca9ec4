import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Fault = 'cuts' | 'stalls' | 'lies'

/** Stands before a server, and is as bad a network as a test wants: for downloads of archives, or for whoever asks how far a backup is. */
export class StingyRelay implements AsyncDisposable {
  /** What happens to a download after `bytes` of it: the connection breaks, or goes silent; or a byte of it is another one. */
  fault: Fault | undefined
  bytes = 50_000
  /** Never tells how far a backup is. */
  isSilent = false
  /** How often it said nothing. */
  silenced = 0
  /** The `Range` of each download, empty for one of the whole. */
  readonly ranges: string[] = []
  readonly #target: string
  readonly #server: Server

  private constructor(target: string) {
    this.#target = target
    this.#server = createServer((incoming, response) => this.#pass(incoming, response))
  }

  static async before(target: string): Promise<StingyRelay> {
    const relay = new StingyRelay(target)
    relay.#server.listen(0, '127.0.0.1')
    await once(relay.#server, 'listening')
    return relay
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #pass(incoming: IncomingMessage, response: ServerResponse): void {
    const url = new URL(incoming.url ?? '/', this.#target)
    const { method = '', headers } = incoming
    const isDownload = url.pathname.endsWith('/content')
    if (this.isSilent && method === 'GET' && /^\/sync\/backup\/[^/]+$/.test(url.pathname)) {
      this.silenced += 1
      return
    }
    if (isDownload) this.ranges.push(headers.range ?? '')
    const outgoing = request(url, { method, headers: { ...headers, host: url.host } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      if (isDownload && this.fault) void this.#spoil(answer, response, this.fault)
      else answer.pipe(response)
    })
    outgoing.on('error', () => response.destroy())
    response.on('close', () => outgoing.destroy())
    incoming.pipe(outgoing)
  }

  async #spoil(answer: IncomingMessage, response: ServerResponse, fault: Fault): Promise<void> {
    let left = this.bytes
    for await (const piece of answer) {
      const bytes = Buffer.from(piece)
      if (bytes.length < left || fault === 'lies') {
        if (fault === 'lies' && left > 0 && bytes.length >= left)
          bytes.writeUInt8(bytes.readUInt8(left - 1) ^ 1, left - 1)
        left -= bytes.length
        response.write(bytes)
        continue
      }
      response.write(bytes.subarray(0, left), () => {
        if (fault === 'cuts') response.destroy()
      })
      return
    }
    response.end()
  }
}
