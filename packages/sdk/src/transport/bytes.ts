import { errorFromFailure } from '../vektor-error.ts'
import type { Send } from './send.ts'

/** What a file may be: a `Blob` (a `File` is one), a stream, or bytes. */
export type FileBody = Blob | ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer>

/** Sends a file to a path of the server. A stream is sent as it comes, so it can be sent once. */
export type Upload = (path: string, body: FileBody, signal?: AbortSignal) => Promise<Response>

/** Sent once: of a large file, the copy that others are sent from would be in memory, whole. */
class FileRequest extends Request {
  override clone(): Request {
    return this
  }
}

export function createUpload(baseUrl: string, send: Send): Upload {
  return (path, body, signal) => {
    // The types of browsers do not know yet that a stream needs `duplex`.
    const headers = { 'content-type': 'application/octet-stream' }
    const init = { method: 'POST', body, duplex: 'half', headers, signal: signal ?? null }
    return send(new FileRequest(baseUrl + path, init))
  }
}

/** The pieces of a body, as they come. Whoever leaves ends it. */
export async function* piecesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<Uint8Array, void> {
  const reader = body?.getReader()
  try {
    for (;;) {
      const piece = await reader?.read()
      if (!piece?.value) return
      yield piece.value
    }
  } catch (failure) {
    throw errorFromFailure(failure)
  } finally {
    reader?.cancel().catch(() => undefined)
  }
}
