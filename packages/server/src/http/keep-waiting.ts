import type { IncomingMessage, ServerResponse } from 'node:http'

/** Node's `fetch` gives up after five minutes in which no answer begins. */
const EVERY_MS = 4 * 60_000

/**
 * Tells a client whose request takes long that it is worked on, again and again until it is disposed: 102, RFC 2518, section 10.1.
 * Who speaks HTTP/1.0 knows no such answers (RFC 9110, section 15.2).
 */
export function keepWaiting(request: IncomingMessage, response: ServerResponse, everyMs = EVERY_MS): Disposable {
  const timer = setInterval(() => {
    const isWaiting = !response.headersSent && !response.closed
    if (isWaiting && request.httpVersion !== '1.0') response.writeProcessing()
  }, everyMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
