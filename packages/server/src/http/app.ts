import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express'
import helmet from 'helmet'
import { AppError } from '../app-error.ts'
import { LocalSeats, type Seats } from '../limits/seats.ts'
import type { Log } from '../log.ts'
import { FrameWriter } from '../sse/frame-writer.ts'
import { OpenStreams } from '../sse/open-streams.ts'
import type { Authenticator } from './authenticator.ts'
import { Contract } from './contract.ts'
import { allowOrigins } from './cors.ts'
import { Exchange, type ExchangeResponse, type OnFinished } from './exchange.ts'
import { failureHandler, notFound } from './failure.ts'
import type { Handlers } from './handler.ts'
import type { RequestLimits } from './limits.ts'
import { mount } from './mount.ts'
import { warnOfProxy } from './proxy-warning.ts'
import { SchemaValidator } from './schema-validator.ts'

export interface HttpAppOptions {
  /** The OpenAPI document: it says what there is, and what a request may look like. */
  contract: object
  /** Exactly one for each operation of the contract. */
  handlers: Handlers
  authenticator: Authenticator
  log: Log
  /** The largest body that is read, compressed or not. */
  bodyLimitBytes: number
  /** The largest of those that are handed on as they come, by the `x-body-limit` of the contract. */
  streamLimits?: Readonly<Record<string, number>>
  /** How long whoever sends such a body may send nothing. */
  silenceMs?: number
  limits: RequestLimits
  /** Of those that one account may have open, a stream takes one; there are any number if it is left out. */
  seats?: Seats
  /** The origins whose pages may use the API. */
  corsOrigins?: readonly string[]
  /** Which proxies are believed when they say who asks, and whether over TLS: their addresses, or how many there are. */
  trustedProxies?: readonly string[] | number | undefined
  onFinished?: OnFinished
  /** How long a stream may be silent before a comment shows that it lives. */
  heartbeatMs?: number
  /** How long the reader of a stream may take nothing before it is dropped. */
  stallMs?: number
}

export interface HttpApp {
  app: Express
  /** Ends all open streams, as if they were complete. Resolves when their clients have the end. */
  closeStreams(): Promise<void>
  /** How many streams are open now. */
  countStreams(): number
}

/** The contract as an Express application. It refuses to be built if an operation has no handler, or a handler no operation. */
export function createHttpApp(options: HttpAppOptions): HttpApp {
  const { authenticator, bodyLimitBytes, heartbeatMs = 15_000, silenceMs = 60_000, stallMs = 60_000, log } = options
  const contract = new Contract(options.contract)
  const streams = new OpenStreams()
  const app = express()
  app.disable('x-powered-by')
  if (options.trustedProxies !== undefined) app.set('trust proxy', options.trustedProxies)
  const onFinished = options.onFinished ?? (() => {})
  app.use((request: Request, response: ExchangeResponse, next: NextFunction) => {
    response.locals.exchange = new Exchange(request, response, { log, onFinished })
    next()
  })
  app.use(securityHeaders(), warnOfProxy(log), requireHost, allowOrigins(options.corsOrigins ?? []))
  mount(app, options.handlers, {
    contract,
    validator: new SchemaValidator(contract),
    authenticator,
    limits: options.limits,
    seats: options.seats ?? new LocalSeats(),
    streams,
    streamOptions: { heartbeatMs, stallMs, writer: new FrameWriter() },
    bodyLimitBytes,
    streamLimits: options.streamLimits ?? {},
    silenceMs,
  })
  app.use(() => {
    throw notFound()
  })
  app.use(failureHandler(log))
  return { app, closeStreams: () => streams.close(), countStreams: () => streams.count }
}

/** What is served here is data about people: nothing keeps it, and no page shows it in a frame. */
function securityHeaders(): RequestHandler {
  const setHeaders = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
  })
  return (request, response, next) => {
    response.setHeader('Cache-Control', 'no-store')
    // Only what came over TLS can promise it (RFC 6797, section 7.2), and not for all names below this one.
    if (request.secure) response.setHeader('Strict-Transport-Security', 'max-age=31536000')
    setHeaders(request, response, next)
  }
}

/** https://www.rfc-editor.org/rfc/rfc9112#section-3.2: Node itself would refuse it without a word. */
function requireHost(request: Request, _response: Response, next: NextFunction): void {
  if (request.headers.host === undefined && request.httpVersion === '1.1') {
    throw new AppError('malformed-request', 'Send a Host header, as HTTP/1.1 requires.')
  }
  next()
}
