/**
 * A real HTTP server that speaks OpenAI's chat completions protocol, well or badly, as a test wants it:
 *
 * ```ts
 * await using upstream = await FakeUpstream.start()
 * upstream.baseUrl                                        // for base_url, or OPENAI_BASE_URL of a server
 * upstream.requests                                       // what came: path, headers, body
 * upstream.will(answer('¡Hola! 👋'))                      // the next request; several calls queue up
 * upstream.always(answer('Sí.', { delayMs: 20 }))         // every request for which nothing is queued
 * upstream.will(stall({ after: 'Hm', heartbeatMs: 10 }))  // comments and nothing else, until the client leaves
 * upstream.will(fail(429, { headers: { 'retry-after': '7' } }), failPage(502), redirect('http://other/'))
 * upstream.will(breakOff('Hal'), echoKey(401), errorInStream({ message: 'overloaded' }, { after: 'Hal' }))
 *
 * upstream.lists(listOf({ id: 'llama3.2', object: 'model' }))  // GET /v1/models; 404 until then
 *
 * const live = upstream.live()                            // the next request, answered step by step
 * const request = await live.request                      // it has come
 * live.text('Ho'); live.comment(); live.raw(bytes); live.finish('stop'); live.end()
 * await request.closed                                    // the answer is over, or the client has left
 * ```
 *
 * A `Responder` is only a function of an `Exchange`: write one for what is not here. `chunk()` and `frame()` help.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'

export interface UpstreamRequest {
  method: string
  path: string
  headers: IncomingHttpHeaders
  /** Parsed; nothing where the body was no JSON. */
  body: UpstreamBody
  /** The response is over, or the client has left. */
  closed: Promise<void>
}

export interface UpstreamBody {
  model?: string
  messages?: { role: string; content: string }[]
  stream?: boolean
  stream_options?: unknown
  temperature?: number
  max_tokens?: number
}

export interface Exchange {
  request: UpstreamRequest
  response: ServerResponse
}

export type Responder = (exchange: Exchange) => unknown

export interface AnswerOptions {
  /** How the text is cut into deltas: at these pieces, or every so many UTF-16 units. Everything at once by default. */
  pieces?: readonly string[] | number
  /** Cuts the bytes of the stream at these offsets, each part in a network write of its own. */
  cuts?: readonly number[]
  /** Between two chunks. */
  delayMs?: number
  /** Null leaves it out. */
  finishReason?: string | null
  usage?: object
  /** False leaves out the `[DONE]`. */
  isDoneSent?: boolean
}

export class FakeUpstream implements AsyncDisposable {
  readonly requests: UpstreamRequest[] = []
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy())
  })
  readonly #queue: Responder[] = []
  #listing: Responder = fail(404)
  #otherwise: Responder = answer('Hello from the fake upstream.')

  static async start(): Promise<FakeUpstream> {
    const upstream = new FakeUpstream()
    await new Promise<void>((resolve) => upstream.#server.listen(0, '127.0.0.1', resolve))
    return upstream
  }

  get baseUrl(): string {
    const { port } = this.#server.address() as AddressInfo
    return `http://127.0.0.1:${port}/v1`
  }

  /** How the next requests are answered, one after the other. */
  will(...responders: Responder[]): void {
    this.#queue.push(...responders)
  }

  /** How requests are answered for which nothing is queued. */
  always(responder: Responder): void {
    this.#otherwise = responder
  }

  /** How it tells which models it has. */
  lists(responder: Responder): void {
    this.#listing = responder
  }

  /** Lets a test answer the next request step by step. */
  live(): LiveAnswer {
    const live = new LiveAnswer()
    this.will(live.responder)
    return live
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    this.#server.closeAllConnections()
    await closed
  }

  async #serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const closed = new Promise<void>((resolve) => response.once('close', () => resolve()))
    const body = parse(await readText(message))
    const { method = '', url: path = '', headers } = message
    const request = { method, path, headers, body, closed }
    this.requests.push(request)
    await this.#responderTo(`${method} ${new URL(path, 'http://upstream').pathname}`)({ request, response })
  }

  #responderTo(operation: string): Responder {
    if (operation === 'POST /v1/chat/completions') return this.#queue.shift() ?? this.#otherwise
    return operation === 'GET /v1/models' ? this.#listing : fail(404)
  }
}

/** An answer that a test writes while it is read. Each call is one network write. */
export class LiveAnswer {
  /** The request, once it has come. */
  readonly request: Promise<UpstreamRequest>
  readonly responder: Responder
  #response: ServerResponse | undefined

  constructor() {
    const { promise, resolve } = Promise.withResolvers<UpstreamRequest>()
    this.request = promise
    this.responder = ({ request, response }) => {
      this.#response = response
      beginStream(response)
      resolve(request)
    }
  }

  reasoning(content: string): void {
    this.raw(frame(chunk({ reasoning_content: content })))
  }

  text(content: string): void {
    this.raw(frame(chunk({ content })))
  }

  comment(words = 'heartbeat'): void {
    this.raw(`: ${words}\n\n`)
  }

  raw(bytes: string | Uint8Array): void {
    this.#written.write(bytes)
  }

  finish(reason = 'stop', usage?: object): void {
    this.raw(frame(chunk({}, reason)) + (usage ? frame(usageChunk(usage)) : ''))
  }

  /** `[DONE]`, and the end. */
  end(): void {
    this.#written.end('data: [DONE]\n\n')
  }

  /** The end without a `[DONE]`. */
  close(): void {
    this.#written.end()
  }

  /** The connection breaks. */
  break(): void {
    this.#written.destroy()
  }

  get #written(): ServerResponse {
    if (!this.#response) throw new Error('Nobody has asked yet: await live.request first.')
    return this.#response
  }
}

/** An answer, as a stream or whole as the request wants it. */
export function answer(text: string, options: AnswerOptions = {}): Responder {
  return async ({ request, response }) => {
    const { finishReason = 'stop', usage = DEFAULT_USAGE, isDoneSent = true, delayMs = 0 } = options
    if (!request.body.stream) {
      const message = { role: 'assistant', content: text }
      return json(response, 200, { ...ENVELOPE, choices: [{ index: 0, message, finish_reason: finishReason }], usage })
    }
    beginStream(response)
    const deltas = cut(text, options.pieces).map((content) => frame(chunk({ content })))
    const ending = finishReason === null ? [] : [frame(chunk({}, finishReason))]
    const counted = request.body.stream_options ? [frame(usageChunk(usage))] : []
    const done = isDoneSent ? ['data: [DONE]\n\n'] : []
    const frames = [frame(chunk({ role: 'assistant', content: '' })), ...deltas, ...ending, ...counted, ...done]
    const parts = options.cuts ? cutBytes(frames.join(''), options.cuts) : frames
    await writeAll(response, parts, options.cuts ? 1 : delayMs)
    response.end()
  }
}

/** The models that it has, as OpenAI lists them. */
export function listOf(...data: readonly object[]): Responder {
  return ({ response }) => json(response, 200, { object: 'list', data })
}

/** An error status, with the body that OpenAI sends unless another is given. */
export function fail(status: number, options: { body?: unknown; headers?: Record<string, string> } = {}): Responder {
  const body = options.body ?? { error: { message: `Failed on purpose with ${status}.`, type: 'fake', code: null } }
  return ({ response }) => json(response, status, body, options.headers)
}

/** What a proxy in between answers: a page. */
export function failPage(status: number): Responder {
  return ({ response }) => {
    response.writeHead(status, { 'content-type': 'text/html' })
    response.end(`<!doctype html><title>${status}</title><h1>nginx</h1>`)
  }
}

/** A body that stops in the middle of its JSON. As a stream, or whole as the request wants it. */
export function halfJson(): Responder {
  return ({ request, response }) => {
    const half = '{"choices":[{"index":0,"delta":{"content":"Ho'
    if (request.body.stream) beginStream(response)
    else response.writeHead(200, { 'content-type': 'application/json' })
    response.end(request.body.stream ? `data: ${half}\n\n` : half)
  }
}

/** `{"error": …}` in the middle of a stream. */
export function errorInStream(error: unknown, { after = '' } = {}): Responder {
  return ({ response }) => {
    beginStream(response)
    response.end(frame(chunk({ content: after })) + frame({ error }))
  }
}

export function redirect(location: string, status = 307): Responder {
  return ({ response }) => {
    response.writeHead(status, { location })
    response.end()
  }
}

/** An error that repeats the `Authorization` header, as some upstreams do. */
export function echoKey(status: number): Responder {
  return ({ request, response }) => {
    const message = `Incorrect API key provided in "${request.headers.authorization}".`
    json(response, status, { error: { message, authorization: request.headers.authorization } })
  }
}

/** Some text, then nothing but comments until the client leaves. Without `heartbeatMs`, not even those. */
export function stall({ after = '', heartbeatMs }: { after?: string; heartbeatMs?: number } = {}): Responder {
  return async ({ request, response }) => {
    beginStream(response)
    response.write(after === '' ? ': waiting\n\n' : frame(chunk({ content: after })))
    const heartbeat = heartbeatMs && setInterval(() => response.write(': heartbeat\n\n'), heartbeatMs)
    await request.closed
    if (heartbeat) clearInterval(heartbeat)
  }
}

/** Not even a status, until the client leaves. */
export function silence(): Responder {
  return ({ request }) => request.closed
}

/** Some text, then the connection breaks. */
export function breakOff(after: string): Responder {
  return ({ response }) => {
    beginStream(response)
    response.write(frame(chunk({ content: after })), () => response.destroy())
  }
}

/** One chunk of an answer. */
export function chunk(delta: object, finishReason: string | null = null): object {
  return { ...ENVELOPE, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finishReason }] }
}

/** One event of a stream. */
export function frame(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`
}

const ENVELOPE = { id: 'chatcmpl-fake', object: 'chat.completion', created: 1752070896, model: 'fake' }
const DEFAULT_USAGE = { prompt_tokens: 6, completion_tokens: 8, total_tokens: 14 }

function usageChunk(usage: object): object {
  return { ...ENVELOPE, object: 'chat.completion.chunk', choices: [], usage }
}

function beginStream(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' })
  response.flushHeaders()
}

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

/** Every part in a write of its own; a pause between two keeps the kernel from joining them. */
async function writeAll(response: ServerResponse, parts: readonly (string | Uint8Array)[], pauseMs: number) {
  for (const [index, part] of parts.entries()) {
    if (index > 0 && pauseMs > 0) await delay(pauseMs)
    if (response.destroyed) return
    response.write(part)
  }
}

function cut(text: string, pieces: AnswerOptions['pieces'] = text.length): string[] {
  if (typeof pieces !== 'number') return [...pieces]
  const result: string[] = []
  for (let start = 0; start < text.length; start += pieces) result.push(text.slice(start, start + pieces))
  return result
}

function cutBytes(text: string, offsets: readonly number[]): Uint8Array[] {
  const bytes = Buffer.from(text)
  const cuts = [...new Set([0, ...offsets, bytes.length])].filter((cut) => cut >= 0 && cut <= bytes.length)
  const sorted = cuts.sort((one, other) => one - other)
  return sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end))
}

function parse(body: string): UpstreamBody {
  try {
    return JSON.parse(body)
  } catch {
    return {}
  }
}
