import type { IncomingMessage, ServerResponse } from 'node:http'
import type { operations } from '../generated/openapi.ts'
import type { Frame } from '../sse/encoding.ts'
import type { BodyStream } from './body-stream.ts'
import type { Sendable } from './content.ts'

export type OperationId = keyof operations

/** Who is asking: an account, through one of its signed-in devices. */
export interface Caller {
  accountId: string
  sessionId: string
  deviceId: string
  role: 'administrator' | 'user'
}

type Body<Content> = Content extends { content: infer Types } ? Types[keyof Types] : undefined
type Parameters<Id extends OperationId, In extends 'path' | 'query' | 'header'> = NonNullable<
  operations[Id]['parameters'][In]
>
type RequestBody<Id extends OperationId> = operations[Id] extends { requestBody?: infer Content }
  ? NonNullable<Content> extends { content: { 'application/octet-stream': unknown } }
    ? BodyStream
    : Body<NonNullable<Content>>
  : undefined

/** A request that was authenticated and matches the contract. */
export interface Context<Id extends OperationId> {
  /** Reading it in an operation that needs no token is a mistake of ours, and throws. */
  readonly caller: Caller
  readonly params: Parameters<Id, 'path'>
  readonly query: Parameters<Id, 'query'>
  /** Only those that the contract names, in its spelling. */
  readonly headers: Parameters<Id, 'header'>
  readonly body: RequestBody<Id>
  /** The `X-Request-Id` of the response. */
  readonly requestId: string
  /** Where the request comes from: enough to tell one caller from another, see `addressOf`. */
  readonly address: string
  /** For what the contract does not describe, such as the User-Agent or a login strategy that wants the request. */
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** Frames of a stream, ready to be sent. It ends soon after `signal` is aborted. */
export type Frames = (signal: AbortSignal) => AsyncIterable<Frame>

type SuccessStatus<Id extends OperationId> = keyof operations[Id]['responses'] & (200 | 201 | 202 | 204)
type Success<Response> = Response extends { content: infer Types }
  ? 'text/event-stream' extends keyof Types
    ? { frames: Frames }
    : Types extends { 'application/json': infer Json }
      ? // Whatever has no schema of ours is sent as it is.
        unknown extends Json
        ? { content: Sendable }
        : // And whatever may be had in several forms is made by its handler.
          keyof Types extends 'application/json'
          ? { body: Json } | ItemsOf<Json>
          : { content: Sendable }
      : { content: Sendable }
  : unknown
/** A list may be sent as it comes, however long it is. What throws on the way breaks the connection off. */
type ItemsOf<Json> = Json extends readonly (infer Item)[] ? { items: AsyncIterable<Item> } : never

export type Result<Id extends OperationId> = {
  [Status in SuccessStatus<Id>]: {
    status: Status
    headers?: Readonly<Record<string, string>>
  } & Success<operations[Id]['responses'][Status]>
}[SuccessStatus<Id>]

/** One function per operation of the contract, under the operation's own name. Failures are thrown as `AppError`. */
export type Handlers<Id extends OperationId = OperationId> = {
  [Name in Id]: (context: Context<Name>) => Promise<Result<Name>>
}
