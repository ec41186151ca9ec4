import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface RecordedRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: string
}

/** One request and the means to answer it, well or badly. */
export interface Exchange extends RecordedRequest {
  json(status: number, body: unknown, headers?: Record<string, string>): void
  problem(status: number, code: string, headers?: Record<string, string>): void
  /** Sends the headers of an event stream, or of what a test wants in its place. */
  beginStream(headers?: Record<string, string>): ServerResponse
  /** Sends these bytes as they are, from the status line on, and closes the connection. */
  raw(bytes: Uint8Array): void
  /** Breaks the connection without another word. */
  drop(): void
}

export type Handler = (exchange: Exchange) => void | Promise<void>

/** A real HTTP server whose answers a test writes itself. Routes are named like `GET /chat/history/{id}`. */
export class TestServer implements AsyncDisposable {
  readonly requests: RecordedRequest[] = []
  readonly routes: Record<string, Handler>
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    )
  })

  constructor(routes: Record<string, Handler>) {
    this.routes = routes
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
  }

  /** The requests of one operation, in the order they came. */
  asked(operation: string): RecordedRequest[] {
    return this.requests.filter(({ method, path }) => matches(operation, method, path))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '', this.url)
    const method = request.method ?? ''
    const recorded = { method, path, query, headers: request.headers, body: await text(request) }
    this.requests.push(recorded)
    const exchange = { ...recorded, ...answersOn(response, path) }
    const route = Object.entries(this.routes).find(([operation]) => matches(operation, method, path))
    if (!route) return exchange.problem(404, 'not-found')
    await route[1](exchange)
  }
}

export async function startServer(routes: Record<string, Handler>): Promise<TestServer> {
  const server = new TestServer(routes)
  await server.listen()
  return server
}

function answersOn(
  response: ServerResponse,
  path: string,
): Pick<Exchange, 'json' | 'problem' | 'beginStream' | 'raw' | 'drop'> {
  const json: Exchange['json'] = (status, body, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'request-1', ...headers })
    response.end(status === 204 ? undefined : JSON.stringify(body))
  }
  return {
    json,
    problem(status, code, headers = {}) {
      const problem = { type: `/problems/${code}`, title: code, status, detail: `Do something about ${code}.` }
      const body = { ...problem, instance: path, request_id: 'request-1' }
      json(status, body, { 'content-type': 'application/problem+json', ...headers })
    },
    beginStream(headers = {}) {
      return response.writeHead(200, { 'content-type': 'text/event-stream', ...headers })
    },
    raw: (bytes) => void response.socket?.end(bytes),
    drop: () => response.destroy(),
  }
}

function matches(operation: string, method: string, path: string): boolean {
  const [verb, pattern = ''] = operation.split(' ')
  return verb === method && new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
}
