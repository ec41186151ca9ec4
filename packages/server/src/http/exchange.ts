import type { ServerResponse } from 'node:http'
import type { Request, Response } from 'express'
import type { Log } from '../log.ts'
import type { Operation } from './contract.ts'
import { nameRequest } from './request-id.ts'

/** The response that Express hands from one function to the next, with what we know about the request. */
export type ExchangeResponse = Response<unknown, { exchange: Exchange }>

/** Undefined before there is one: what could not even be read has none. */
export function findExchange(response: ServerResponse | undefined): Exchange | undefined {
  if (!response || !('locals' in response)) return undefined
  const { exchange } = Object(response.locals)
  return exchange instanceof Exchange ? exchange : undefined
}

/** A request that is over, for those who count. */
export interface FinishedRequest {
  /** Undefined for what the contract does not know. */
  operation: string | undefined
  /** Undefined if the client left before there was an answer. */
  status: number | undefined
  /** Of a stream it is how long somebody watched, and says nothing about the server. */
  isStream: boolean
  durationMs: number
}

export type OnFinished = (request: FinishedRequest) => void

/** One request and its response, from the first look to the end. */
export class Exchange {
  readonly requestId: string
  /** What the request turned out to ask for. */
  operation: Operation | undefined
  readonly #request: Request
  readonly #response: Response
  readonly #startedAt = performance.now()

  constructor(request: Request, response: Response, { log, onFinished }: { log: Log; onFinished: OnFinished }) {
    this.#request = request
    this.#response = response
    this.requestId = nameRequest(request.headers['x-request-id'], response)
    response.once('close', () => {
      const durationMs = performance.now() - this.#startedAt
      this.#report(log, durationMs)
      onFinished({
        operation: this.operation?.id,
        status: response.headersSent ? response.statusCode : undefined,
        isStream: this.operation?.isStream ?? false,
        durationMs,
      })
    })
  }

  /** Of the address only the template is logged: the rest may hold secrets. */
  #report(log: Log, durationMs: number): void {
    const { headersSent, statusCode, writableFinished } = this.#response
    const event = {
      method: this.#request.method,
      route: this.operation?.path,
      ...(headersSent && { status: statusCode }),
      ...(!writableFinished && { client_left: true }),
      duration_ms: Math.round(durationMs * 10) / 10,
      request_id: this.requestId,
    }
    if (this.#isRoutine()) log.debug(event, 'request')
    else log.info(event, 'request')
  }

  /** Load balancers and monitors ask every few seconds whether the server is well; that it is, is no news. */
  #isRoutine(): boolean {
    return this.#response.statusCode < 400 && (this.operation?.tags.includes('system') ?? false)
  }
}
