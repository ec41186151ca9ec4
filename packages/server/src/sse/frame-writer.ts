import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Frame } from './encoding.ts'

/**
 * Writes frames to sockets. `ServerResponse` would hand the socket four parts for each, made anew for each response; here all
 * that send a frame send the same bytes. What is written while one turn of the event loop reads leaves together at its
 * end, socket after socket: so those who receive it are woken once and not for each.
 */
export class FrameWriter {
  #corked: Socket[] = []

  /** False if there is no room for more, until `drain`. */
  write(response: ServerResponse, frame: Frame): boolean {
    const { socket } = response
    // HTTP/1.0 knows no chunks; and without a socket it is not this response's turn on its connection yet.
    if (!socket || !response.chunkedEncoding || response.writableNeedDrain) return response.write(frame.bytes)
    this.cork(socket)
    return socket.write(frame.chunk)
  }

  /** Holds back what is written to a socket until all leaves. */
  cork(socket: Socket): void {
    if (socket.writableCorked > 0) return
    socket.cork()
    if (this.#corked.push(socket) === 1) setImmediate(this.#uncork)
  }

  readonly #uncork = (): void => {
    const corked = this.#corked
    this.#corked = []
    for (const socket of corked) socket.uncork()
  }
}
