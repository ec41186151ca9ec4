import type { IncomingMessage, ServerResponse } from 'node:http'

/** Node's `fetch` gives up after five minutes in which no answer begins. */
const EVERY_MS = 4 * 60_000

/** What it calls itself, and what the command line does. All others wait for as long as it takes. */
const NODE = /^(node|undici|vektor)\b/i

/**
 * Tells Node's `fetch`, whose request takes long, that it is worked on, again and again until it is disposed: 102, RFC 2518, section
 * 10.1. Nobody else is told so: some proxies, such as nginx before 1.29, spoil what follows for clients that speak HTTP/2, which
 * Node's does not.
 */
export function keepWaiting(request: IncomingMessage, response: ServerResponse, everyMs = EVERY_MS): Disposable {
  // RFC 9110, section 15.2: who speaks HTTP/1.0 knows no interim answers.
  const knowsIt = NODE.test(request.headers['user-agent'] ?? '') && request.httpVersion !== '1.0'
  const timer = setInterval(() => {
    if (knowsIt && !response.headersSent && !response.closed) response.writeProcessing()
  }, everyMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
