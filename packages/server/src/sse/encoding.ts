/** The response of a stream. `no-transform` and the last line keep proxies from compressing or holding back. */
export const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
} as const

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream: a comment, which fires nothing. */
export const HEARTBEAT: Uint8Array = Buffer.from(': heartbeat\n\n')

/**
 * One event without a name, so that `onmessage` receives it. `data` is JSON on one line, as `JSON.stringify` writes it:
 * a line break in it would end the field.
 */
export function encodeEvent(id: string, data: string): Uint8Array {
  requireOneLine(id)
  return Buffer.from(`id: ${id}\ndata: ${data}\n\n`)
}

/** An id without an event: the client remembers it as the last one it saw, and nothing fires. */
export function encodeMark(id: string): Uint8Array {
  requireOneLine(id)
  return Buffer.from(`id: ${id}\n\n`)
}

/** A client ignores an id with a NUL. */
function requireOneLine(id: string): void {
  if (/[\r\n\0]/.test(id)) throw new Error('The id of an event cannot hold a line break or a NUL.')
}
