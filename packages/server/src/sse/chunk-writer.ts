import type { ServerResponse } from 'node:http'

const CRLF = '\r\n'

/**
 * Writes frames to sockets as the chunks that they are in HTTP/1.1. `ServerResponse` would hand the socket four parts for
 * each, made anew for each response; here all that send a frame send the same bytes, and those of one tick leave together.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-7.1
 */
export class ChunkWriter {
  readonly #chunks = new WeakMap<Uint8Array, Uint8Array>()

  /** False if there is no room for more, until `drain`. */
  write(response: ServerResponse, frame: Uint8Array): boolean {
    const { socket } = response
    // HTTP/1.0 knows no chunks; and without a socket it is not this response's turn on its connection yet.
    if (!socket || !response.chunkedEncoding || response.writableNeedDrain) return response.write(frame)
    if (socket.writableCorked === 0) {
      socket.cork()
      process.nextTick(() => socket.uncork())
    }
    return socket.write(this.#chunkOf(frame))
  }

  #chunkOf(frame: Uint8Array): Uint8Array {
    const known = this.#chunks.get(frame)
    if (known) return known
    const head = frame.length.toString(16) + CRLF
    const chunk = Buffer.allocUnsafe(head.length + frame.length + CRLF.length)
    chunk.write(head, 0, 'latin1')
    chunk.set(frame, head.length)
    chunk.write(CRLF, head.length + frame.length, 'latin1')
    this.#chunks.set(frame, chunk)
    return chunk
  }
}
