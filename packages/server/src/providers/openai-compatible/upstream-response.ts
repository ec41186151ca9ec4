import { Agent as HttpAgent, type IncomingMessage, request as requestOverHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestOverHttps } from 'node:https'

/** More than this is not read ahead of whoever takes it. */
const MAX_UNREAD_BYTES = 256 * 1024

/**
 * How long a connection is kept for the next question. Many servers close theirs after five seconds and do not say so: a
 * question that is sent at that moment is lost. Whoever ends the process need not close them: one that waits for nothing
 * keeps no process alive.
 */
const KEPT_MS = 3_000
const AGENT_OPTIONS = { keepAlive: true, timeout: KEPT_MS }
const overHttp = { send: requestOverHttp, agent: new HttpAgent(AGENT_OPTIONS) }
const overHttps = { send: requestOverHttps, agent: new HttpsAgent(AGENT_OPTIONS) }

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
    const { send, agent } = url.protocol === 'https:' ? overHttps : overHttp
    const request = send(url, {
      agent,
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

interface Waiting {
  resolve(): void
  reject(failure: Error): void
}

/** A response of which the body is still on its way. */
export class UpstreamResponse {
  readonly status: number
  readonly #message: IncomingMessage
  /** What has come and nobody has taken. */
  #unread: Uint8Array[] = []
  #unreadBytes = 0
  #waiting: Waiting | undefined
  #isOver = false
  #failure: Error | undefined

  constructor(message: IncomingMessage) {
    this.status = message.statusCode ?? 0
    this.#message = message
    message.on('data', this.#push)
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

  /** Resolves when there is something to take, or nothing comes any more. One may wait at a time. */
  arrival(): Promise<void> {
    if (this.#unread.length > 0) return Promise.resolve()
    if (this.#failure) return Promise.reject(this.#failure)
    if (this.#isOver) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
    })
  }

  /** What has come since the last time, undefined if that is nothing: after an arrival it is the end. */
  take(): Uint8Array | undefined {
    const [first, second] = this.#unread
    const taken = second ? Buffer.concat(this.#unread) : first
    this.#unread = []
    if (this.#unreadBytes >= MAX_UNREAD_BYTES) this.#message.resume()
    this.#unreadBytes = 0
    return taken
  }

  readonly #push = (bytes: Uint8Array): void => {
    this.#unread.push(bytes)
    this.#unreadBytes += bytes.length
    if (this.#unreadBytes >= MAX_UNREAD_BYTES) this.#message.pause()
    this.#waiting?.resolve()
    this.#waiting = undefined
  }

  #end(failure: Error | undefined): void {
    this.#isOver = true
    this.#failure ??= failure
    if (this.#failure) this.#waiting?.reject(this.#failure)
    else this.#waiting?.resolve()
    this.#waiting = undefined
  }
}
