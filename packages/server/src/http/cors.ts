import type { NextFunction, Request, RequestHandler, Response } from 'express'

/** What pages elsewhere may send. */
const REQUEST_HEADERS = [
  'Authorization',
  'Content-Encoding',
  'Content-Type',
  'Idempotency-Key',
  'Last-Event-ID',
  'X-Device-Id',
  'X-Device-Name',
  'X-Request-Id',
].join(', ')

/** What pages elsewhere may read, beyond what they always may. */
const RESPONSE_HEADERS = ['Link', 'Location', 'RateLimit', 'RateLimit-Policy', 'Retry-After', 'X-Request-Id'].join(', ')

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE'

/** How long a browser may remember what it was allowed: a change of the list is in force soon after. */
const MAX_AGE_SECONDS = 600

/**
 * Lets pages of these origins use the API, with the cookie where browsers send it. A request from elsewhere is served like
 * any other, and without these headers no browser shows its page the answer.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  const allowed = new Set(origins)
  return (request: Request, response: Response, next: NextFunction) => {
    const { origin } = request.headers
    // Whoever keeps an answer must not give it to a page of another origin.
    if (allowed.size > 0) response.appendHeader('Vary', 'Origin')
    if (origin === undefined || !allowed.has(origin)) return next()
    response.setHeader('Access-Control-Allow-Origin', origin)
    response.setHeader('Access-Control-Allow-Credentials', 'true')
    if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) {
      response.setHeader('Access-Control-Expose-Headers', RESPONSE_HEADERS)
      return next()
    }
    response.setHeader('Access-Control-Allow-Methods', METHODS)
    response.setHeader('Access-Control-Allow-Headers', REQUEST_HEADERS)
    response.setHeader('Access-Control-Max-Age', MAX_AGE_SECONDS)
    response.writeHead(204).end()
  }
}
