import { createServer, type RequestListener, type Server } from 'node:http'
import type { Config } from './config/config.ts'

/** How long a request that is being answered holds up the end, once everything that can wait has been told to go. */
const LAST_ANSWERS_MS = 500

/** A connection that is kept after its last answer holds up the end no longer than this. */
const IDLE_CHECK_MS = 50

export interface Listening extends AsyncDisposable {
  url: string
}

/** How long others may keep the server waiting. Nobody who is being answered is ever cut off: a stream may last for hours. */
export const PATIENCE = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 2_000,
  /** Longer than load balancers keep theirs, so that they never send into a connection that is being closed. */
  keepAliveTimeout: 75_000,
}

/** Serves HTTP on the address of `config`. */
export async function listen(
  listener: RequestListener,
  config: Pick<Config, 'host' | 'port'>,
  patience: typeof PATIENCE = PATIENCE,
): Promise<Listening> {
  const server = createServer(patience, listener)
  server.maxConnections = 20_000
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
    url: `http://${reachableHost(config.host)}:${port}`,
    [Symbol.asyncDispose]: () => close(server),
  }
}

/** Takes no more connections, lets the answers that are on their way finish for a moment, and cuts off the rest. */
function close(server: Server): Promise<void> {
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
