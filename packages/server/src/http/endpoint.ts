import type { Request, Response } from 'express'
import { AppError, isDatabaseUnavailable } from '../app-error.ts'
import type { Seats } from '../limits/seats.ts'
import { STREAM_HEADERS } from '../sse/encoding.ts'
import { EventStream, type EventStreamOptions } from '../sse/event-stream.ts'
import type { OpenStreams } from '../sse/open-streams.ts'
import { addressOf } from './address.ts'
import { authenticate } from './authenticate.ts'
import type { Authenticator } from './authenticator.ts'
import { BodyReader } from './body.ts'
import { BodyStream } from './body-stream.ts'
import type { Sendable } from './content.ts'
import type { Contract, Operation } from './contract.ts'
import type { ExchangeResponse } from './exchange.ts'
import type { Caller, Context, Frames, OperationId } from './handler.ts'
import { invalidRequest } from './invalid-request.ts'
import { JsonList } from './json-list.ts'
import type { PolicyName, RequestLimits } from './limits.ts'
import { ParameterReader } from './parameters.ts'
import type { SchemaValidator } from './schema-validator.ts'
import { StreamBodyReader } from './stream-body-reader.ts'

/** A handler as the endpoint calls it, whatever its operation: what its own type asks for has been checked by then. */
export type AnyHandler = (context: Context<OperationId>) => Promise<AnyResult>

interface AnyResult {
  status: number
  headers?: Readonly<Record<string, string>>
  body?: unknown
  frames?: Frames
  content?: Sendable
  items?: AsyncIterable<unknown>
}

export interface EndpointServices {
  contract: Contract
  validator: SchemaValidator
  authenticator: Authenticator
  limits: RequestLimits
  seats: Seats
  streams: OpenStreams
  streamOptions: EventStreamOptions
  bodyLimitBytes: number
  /** For bodies that are handed on as they come: those that the contract names in `x-body-limit`. */
  streamLimits: Readonly<Record<string, number>>
  /** Whoever sends nothing of such a body for so long is given up. */
  silenceMs: number
}

/** One operation of the contract: authenticates, reads, validates, calls its handler and sends what that returns. */
export class Endpoint {
  readonly #operation: Operation
  readonly #handler: AnyHandler
  readonly #services: EndpointServices
  readonly #parameters: ParameterReader
  readonly #body: BodyReader | StreamBodyReader | undefined

  constructor(operation: Operation, handler: AnyHandler, services: EndpointServices) {
    const { contract, validator } = services
    this.#operation = operation
    this.#handler = handler
    this.#services = services
    this.#parameters = new ParameterReader(operation, contract, validator)
    this.#body = createBodyReader(operation, services)
  }

  /** In this order: without a token the answer is 401, whatever the body. */
  async handle(request: Request, response: ExchangeResponse): Promise<void> {
    const caller = await this.#admit(request, response)
    using _seat = await this.#takeSeat(caller)
    const { context, rest } = await this.#readContext(request, response, caller)
    using _rest = rest
    const result = await this.#handler(context)
    for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, value)
    if (result.frames) await this.#stream(request, response, { frames: result.frames, caller })
    else if (result.items) await this.#list(request, response, { ...result, items: result.items, caller })
    else if (result.content) await this.#send(request, response, { ...result, content: result.content, caller })
    else respond(response, result)
  }

  /** Who cannot say who they are is counted by the address that they try it from. */
  async #admit(request: Request, response: Response): Promise<Caller | undefined> {
    const { policy, security, tags } = this.#operation
    if (security.length === 0) {
      // What the server says about itself it says without the database.
      const isPage = policy === 'address' && tags.includes('system')
      await this.#count(response, isPage ? 'page' : policy, addressOf(request))
      return undefined
    }
    const authentication = authenticate(this.#operation, request.headers, this.#services.authenticator)
    const caller = await authentication.catch(async (error: unknown) => {
      // Nobody can say who they are while the database is away, and it is no fault of theirs.
      const isTheirs = !isDatabaseUnavailable(error)
      if (isTheirs) await this.#count(response, policy && 'address', addressOf(request))
      throw error
    })
    await this.#count(response, policy, caller.accountId)
    return caller
  }

  async #count(response: Response, policy: PolicyName | undefined, who: string): Promise<void> {
    if (!policy) return
    const { headers, refusal } = await this.#services.limits.count(policy, who)
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    if (refusal) throw refusal
  }

  /** Before anything is done: who has too many streams open must not find half of the work done. */
  async #takeSeat(caller: Caller | undefined): Promise<Disposable | undefined> {
    return this.#operation.isStream && caller ? this.#services.seats.take(caller.accountId) : undefined
  }

  async #readContext(request: Request, response: ExchangeResponse, caller: Caller | undefined) {
    const { id } = this.#operation
    const body = (await this.#body?.read(request)) ?? { value: undefined, errors: [] }
    const query = queryOf(request.url)
    const parameters = this.#parameters.read({ params: request.params, query, headers: request.headers })
    const errors = [...parameters.errors, ...body.errors]
    const rest = body.value instanceof BodyStream ? body.value : undefined
    if (errors.length > 0) {
      rest?.[Symbol.dispose]()
      throw invalidRequest(errors)
    }
    const context = {
      get caller() {
        if (!caller) throw new Error(`${id} needs no token, so nobody knows who calls it.`)
        return caller
      },
      ...parameters.values,
      body: body.value,
      requestId: response.locals.exchange.requestId,
      address: addressOf(request),
      request,
      response,
      // The edge: the schemas that the types were generated from have just been applied.
    } as unknown as Context<OperationId>
    return { context, rest }
  }

  async #stream(
    request: Request,
    response: Response,
    { frames, caller }: { frames: Frames; caller: Caller | undefined },
  ) {
    if (response.closed) return
    if (request.method === 'HEAD') {
      response.writeHead(200, STREAM_HEADERS).end()
      return
    }
    const { streams, streamOptions } = this.#services
    const stream = new EventStream(response, streamOptions)
    using _session = this.#endWithSession(caller, stream)
    using _open = streams.add(stream)
    await stream.send(frames)
  }

  async #list(
    request: Request,
    response: Response,
    { caller, items, status }: { caller: Caller | undefined; items: AsyncIterable<unknown>; status: number },
  ) {
    if (response.closed) return
    const list = new JsonList(response, this.#services.streamOptions.stallMs)
    if (request.method === 'HEAD') {
      list.writeHead(status).end()
      return
    }
    const cut = Promise.withResolvers<never>()
    using _session = this.#endWithSession(caller, {
      end() {
        // Whoever has been told nothing yet is told why there is nothing.
        if (response.headersSent) list.end()
        else cut.reject(sessionEnded())
      },
    })
    await Promise.race([list.send(status, items), cut.promise])
  }

  async #send(
    request: Request,
    response: Response,
    { caller, content, status }: { caller: Caller | undefined; content: Sendable; status: number },
  ) {
    if (response.closed) return
    using _session = this.#endWithSession(caller, { end: () => response.destroy() })
    await content.send(request, response, status)
  }

  /** Whatever takes its time ends with the session that asked for it, until it is disposed. */
  #endWithSession(caller: Caller | undefined, sent: { end(): unknown }): Disposable | undefined {
    if (!caller) return undefined
    const watch = this.#services.authenticator.watch(caller.sessionId)
    const end = () => sent.end()
    watch.ended.addEventListener('abort', end)
    if (watch.ended.aborted) {
      watch[Symbol.dispose]()
      throw sessionEnded()
    }
    return {
      [Symbol.dispose]() {
        watch.ended.removeEventListener('abort', end)
        watch[Symbol.dispose]()
      },
    }
  }
}

function sessionEnded(): AppError {
  return new AppError('unauthorized', 'Sign in again: this session has ended.')
}

function createBodyReader({ id, body }: Operation, services: EndpointServices) {
  if (!body) return undefined
  const { bodyLimitBytes, contract, silenceMs, streamLimits, validator } = services
  if (body.streamLimit === undefined) return new BodyReader(body, contract, validator, bodyLimitBytes)
  const limitBytes = streamLimits[body.streamLimit]
  if (limitBytes === undefined) throw new Error(`The server does not know the "x-body-limit" of ${id}.`)
  return new StreamBodyReader(body, { limitBytes, silenceMs })
}

function queryOf(url: string): string {
  const mark = url.indexOf('?')
  return mark < 0 ? '' : url.slice(mark + 1)
}

function respond(response: Response, { status, body }: AnyResult): void {
  if (body === undefined) {
    response.writeHead(status).end()
    return
  }
  const text = JSON.stringify(body)
  response.setHeader('Content-Type', 'application/json')
  response.setHeader('Content-Length', Buffer.byteLength(text))
  response.writeHead(status).end(text)
}
