import { type IncomingMessage, request as requestOverHttp } from 'node:http'
import { request as requestOverHttps } from 'node:https'

/** More than this is not read ahead of whoever takes it. */
const MAX_WAITING_BYTES = 256 * 1024

export interface UpstreamRequest {
  headers: Readonly<Record<string, string>>
  /** With it the request is a `POST`, without it a `GET`. */
  body?: string
  /** Aborting it closes the connection, at whatever point. */
  signal: AbortSignal
}

/**
 * Sends a request and resolves when the head of the response is there. It follows no redirect: whoever is behind one must
 * not get the key. Node's own client and not `fetch`, whose streams cost as much for each piece of an answer as everything
 * else does that happens to it.
 */
export function ask(url: URL, { headers, body, signal }: UpstreamRequest): Promise<UpstreamResponse> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestOverHttps : requestOverHttp
    const request = send(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...headers,
        // What an upstream may compress it holds back until there is enough of it.
        'accept-encoding': 'identity',
        'user-agent': 'vektor',
        ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
      },
      signal,
    })
    request.once('response', (message) => resolve(new UpstreamResponse(message)))
    // Once there is a response, that has the error too.
    request.on('error', reject)
    request.end(body)
  })
}

/** A response of which the body is still on its way. */
export class UpstreamResponse {
  readonly status: number
  readonly #message: IncomingMessage
  #waiting: Uint8Array[] = []
  #waitingBytes = 0
  #wake: (() => void) | undefined
  #isOver = false
  #failure: Error | undefined

  constructor(message: IncomingMessage) {
    this.status = message.statusCode ?? 0
    this.#message = message
    message.on('data', (bytes: Uint8Array) => this.#push(bytes))
    message.once('end', () => this.#end(undefined))
    message.on('error', (failure) => this.#end(failure))
  }

  get isSuccess(): boolean {
    return this.status >= 200 && this.status < 300
  }

  header(name: string): string | undefined {
    const value = this.#message.headers[name]
    return typeof value === 'string' ? value : value?.join(', ')
  }

  /** What has come since the last time, once there is something; undefined at the end. */
  async read(): Promise<Uint8Array | undefined> {
    if (this.#waiting.length === 0 && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    if (this.#waiting.length > 0) return this.#take()
    if (this.#failure) throw this.#failure
    return undefined
  }

  #take(): Uint8Array | undefined {
    const [first, ...rest] = this.#waiting
    this.#waiting = []
    this.#waitingBytes = 0
    this.#message.resume()
    return first && rest.length > 0 ? Buffer.concat([first, ...rest]) : first
  }

  #push(bytes: Uint8Array): void {
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    if (this.#waitingBytes >= MAX_WAITING_BYTES) this.#message.pause()
    this.#wake?.()
  }

  #end(failure: Error | undefined): void {
    this.#isOver = true
    this.#failure ??= failure
    this.#wake?.()
  }
}
