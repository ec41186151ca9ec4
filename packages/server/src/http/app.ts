import express, { type Express, type NextFunction, type Request, type RequestHandler } from 'express'
import helmet from 'helmet'
import type { Log } from '../log.ts'
import { OpenStreams } from '../sse/open-streams.ts'
import type { Authenticator } from './authenticator.ts'
import { Contract } from './contract.ts'
import { Exchange, type ExchangeResponse } from './exchange.ts'
import { failureHandler, notFound } from './failure.ts'
import type { Handlers } from './handler.ts'
import { mount } from './mount.ts'
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
  /** How long a stream may be silent before a comment shows that it lives. */
  heartbeatMs?: number
  /** How long the reader of a stream may take nothing before it is dropped. */
  stallMs?: number
}

export interface HttpApp {
  app: Express
  /** Ends all open streams, as if they were complete. Resolves when their clients have the end. */
  closeStreams(): Promise<void>
}

/** The contract as an Express application. It refuses to be built if an operation has no handler, or a handler no operation. */
export function createHttpApp(options: HttpAppOptions): HttpApp {
  const { authenticator, bodyLimitBytes, heartbeatMs = 15_000, stallMs = 60_000, log } = options
  const contract = new Contract(options.contract)
  const streams = new OpenStreams()
  const app = express()
  app.disable('x-powered-by')
  app.use((request: Request, response: ExchangeResponse, next: NextFunction) => {
    response.locals.exchange = new Exchange(request, response, log)
    next()
  })
  app.use(securityHeaders())
  mount(app, options.handlers, {
    contract,
    validator: new SchemaValidator(contract),
    authenticator,
    streams,
    streamOptions: { heartbeatMs, stallMs },
    bodyLimitBytes,
  })
  app.use(() => {
    throw notFound()
  })
  app.use(failureHandler(log))
  return { app, closeStreams: () => streams.close() }
}

/** What is served here is data about people: nothing keeps it, and no page shows it in a frame. */
function securityHeaders(): RequestHandler {
  const setHeaders = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    // Whoever hosts a chat on one name does not speak for all names below it.
    strictTransportSecurity: { includeSubDomains: false },
  })
  return (request, response, next) => {
    response.setHeader('Cache-Control', 'no-store')
    setHeaders(request, response, next)
  }
}
