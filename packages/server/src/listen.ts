import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { Config } from './config/config.ts'
import { answerClientErrors } from './http/index.ts'
import type { Log } from './log.ts'
import { readTlsPair, renewTlsPair } from './tls-files.ts'

/** How long a request that is being answered holds up the end, once everything that can wait has been told to go. */
const LAST_ANSWERS_MS = 500

/** A connection that is kept after its last answer holds up the end no longer than this. */
const IDLE_CHECK_MS = 50

export interface Listening extends AsyncDisposable {
  url: string
}

/** How long others may keep the server waiting. Nobody who is being answered is ever cut off: a stream may last for hours. */
export const PATIENCE = {
  /** Of TLS, before there is anything to read. */
  handshakeTimeout: 10_000,
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 2_000,
  /** Longer than load balancers keep theirs, so that they never send into a connection that is being closed. */
  keepAliveTimeout: 75_000,
}

export interface ListenOptions {
  log: Log
  patience?: typeof PATIENCE
  /** How often the files of the certificate are looked at. */
  tlsCheckEveryMs?: number
}

/** Serves HTTP on the address of `config`, or HTTPS if it names a certificate. */
export async function listen(
  listener: RequestListener,
  config: Pick<Config, 'host' | 'port' | 'tls'>,
  options: ListenOptions,
): Promise<Listening> {
  const { server, renewal } = await create(listener, config, options)
  server.maxConnections = 20_000
  // What an Expect header asks for beyond 100-continue may be ignored (RFC 9110, section 10.1.1): Node refuses it unnamed.
  server.on('checkExpectation', (request, response) => server.emit('request', request, response))
  answerClientErrors(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : config.port
  return {
    url: `http${config.tls ? 's' : ''}://${reachableHost(config.host)}:${port}`,
    [Symbol.asyncDispose]: () => {
      renewal?.[Symbol.dispose]()
      return close(server)
    },
  }
}

async function create(
  listener: RequestListener,
  { tls }: Pick<Config, 'tls'>,
  { log, patience = PATIENCE, tlsCheckEveryMs: checkEveryMs }: ListenOptions,
): Promise<{ server: Server | TlsServer; renewal?: Disposable }> {
  // That HTTP/1.1 wants a Host is said where everything else is said.
  const options = { ...patience, requireHostHeader: false }
  if (!tls) return { server: createServer(options, listener) }
  const pair = await readTlsPair(tls)
  const server = createTlsServer({ ...options, ...pair }, listener)
  // Whoever cannot speak TLS cannot be told anything either: an answer would wait for the handshake, and so would the end.
  server.prependListener('tlsClientError', (error, socket) => socket.destroy(error))
  const use = (renewed: typeof pair) => server.setSecureContext(renewed)
  return { server, renewal: renewTlsPair({ files: tls, pair, use, log }, checkEveryMs) }
}

/** Takes no more connections, lets the answers that are on their way finish for a moment, and cuts off the rest. */
function close(server: Server | TlsServer): Promise<void> {
  return new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS)
    const hurry = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS)
    server.close(() => {
      clearInterval(idle)
      clearTimeout(hurry)
      resolve()
    })
  })
}

/** Nobody can call "every address": from this machine, the loopback address is one of them. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
