import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** What names a question, and after how many bytes of its first answer the connection is cut. */
export const CUT_HEADER = 'x-cut'

const QUESTION = new RegExp(`^POST /chat/stream .*\r\n${CUT_HEADER}: (\\d+)\r\n`, 'is')

/** Stands before a server, and cuts connections at a byte. */
export class CuttingProxy implements AsyncDisposable {
  /** The bytes of each answer to a question that came whole. */
  readonly lengths: number[] = []
  readonly #cut = new Set<string>()
  readonly #sockets = new Set<Socket>()
  readonly #server: Server

  private constructor(target: URL) {
    this.#server = createServer((client) => this.#join(client, connect(Number(target.port), target.hostname)))
  }

  static async before(target: string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(new URL(target))
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** How many connections it has cut. */
  get cuts(): number {
    return this.#cut.size
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(client: Socket, server: Socket): void {
    let left = Number.POSITIVE_INFINITY
    let passed = 0
    client.on('data', (data) => {
      const text = data.toString('latin1')
      if (/^[A-Z]+ \//.test(text)) left = this.#bytesFor(text)
      if (/^POST \/chat\/stream /.test(text)) passed = 0
      server.write(data)
    })
    server.on('data', (data) => {
      passed += data.length
      if (data.includes('\r\n0\r\n\r\n')) this.lengths.push(passed)
      if (data.length < left) {
        left -= data.length
        client.write(data)
      } else {
        client.end(data.subarray(0, left))
        server.destroy()
      }
    })
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => {
        this.#sockets.delete(one)
        other.end()
      })
    }
  }

  /** How much may pass of what is asked for: a question's connection is cut once. */
  #bytesFor(request: string): number {
    const cut = QUESTION.exec(request)?.[1]
    if (cut === undefined || this.#cut.has(cut)) return Number.POSITIVE_INFINITY
    this.#cut.add(cut)
    return Number(cut)
  }
}
