/** The response of a stream. `no-transform` and the last line keep proxies from compressing or holding back. */
export const STREAM_HEADERS = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
} as const

const CRLF = '\r\n'

/**
 * Whole lines of a stream, as the bytes that are sent. They are made once, whoever sends them.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class Frame {
  /** As one chunk of HTTP/1.1: https://www.rfc-editor.org/rfc/rfc9112#section-7.1 */
  readonly chunk: Buffer
  /** Where the lines begin in it, and where they end. */
  readonly #start: number
  readonly #end: number

  private constructor(chunk: Buffer, start: number, end: number) {
    this.chunk = chunk
    this.#start = start
    this.#end = end
  }

  static of(lines: string): Frame {
    const length = Buffer.byteLength(lines)
    const head = length.toString(16) + CRLF
    return new Frame(Buffer.from(head + lines + CRLF), head.length, head.length + length)
  }

  /** The lines alone. */
  get bytes(): Buffer {
    return this.chunk.subarray(this.#start, this.#end)
  }

  /** The same event for a client that has it as another one. */
  withId(id: string): Frame {
    requireOneLine(id)
    const lines = this.bytes.toString()
    return Frame.of(`id: ${id}${lines.slice(lines.indexOf('\n'))}`)
  }
}

/** A comment, which fires nothing. */
export const HEARTBEAT = Frame.of(': heartbeat\n\n')

/**
 * One event without a name, so that `onmessage` receives it. `data` is JSON on one line, as `JSON.stringify` writes it:
 * a line break in it would end the field.
 */
export function encodeEvent(id: string, data: string): Frame {
  requireOneLine(id)
  return Frame.of(`id: ${id}\ndata: ${data}\n\n`)
}

/** An id without an event: the client remembers it as the last one it saw, and nothing fires. */
export function encodeMark(id: string): Frame {
  requireOneLine(id)
  return Frame.of(`id: ${id}\n\n`)
}

/** A client ignores an id with a NUL. */
function requireOneLine(id: string): void {
  if (/[\r\n\0]/.test(id)) throw new Error('The id of an event cannot hold a line break or a NUL.')
}
