import type { NextFunction, Request } from 'express'
import { AppError } from '../app-error.ts'
import type { Log } from '../log.ts'
import type { ExchangeResponse } from './exchange.ts'
import { describeFailure } from './problem.ts'
import { ClientGoneError } from './read-body.ts'

/** Where everything ends up that is thrown on the way of a request. */
export function failureHandler(log: Log) {
  // Express knows it by its four parameters.
  return (thrown: unknown, request: Request, response: ExchangeResponse, _next: NextFunction): void => {
    if (thrown instanceof ClientGoneError) return
    // Express cannot decode a path such as /%zz: no such thing is here.
    const failure = thrown instanceof URIError ? notFound() : thrown
    const { requestId, operation } = response.locals.exchange
    const { problem, headers } = describeFailure(failure, { instance: request.path, requestId })
    const event = { err: failure, operation: operation?.id, request_id: requestId }
    if (!(failure instanceof AppError)) log.error(event, 'request-failed')
    else if (problem.status >= 500) log.warn(event, 'request-refused')

    if (response.headersSent) {
      // Only a broken connection tells a client that what it has is not the whole.
      response.destroy()
      return
    }
    const text = JSON.stringify(problem)
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    response.setHeader('Content-Type', 'application/problem+json')
    response.setHeader('Content-Length', Buffer.byteLength(text))
    response.writeHead(problem.status).end(text)
  }
}

export function notFound(): AppError {
  return new AppError('not-found', 'Check the address: there is nothing here.')
}
