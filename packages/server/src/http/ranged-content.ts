import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../app-error.ts'
import type { Sendable } from './content.ts'

/** Both bytes are included. */
interface ByteRange {
  start: number
  end: number
}

export interface RangedContentOptions {
  mediaType: string
  /** ASCII, without quotes. */
  fileName: string
  /** In bytes. */
  size: number
  /** Of all of it, in hexadecimal: what is sent under one address never changes. */
  sha256: string
  read(range?: ByteRange): Promise<Readable>
}

/** A file that may be large: it is sent as it is read, all of it or a part (RFC 9110, section 14). */
export class RangedContent implements Sendable {
  readonly #options: RangedContentOptions

  constructor(options: RangedContentOptions) {
    this.#options = options
  }

  async send(request: IncomingMessage, response: ServerResponse, status: number): Promise<void> {
    const { read, size } = this.#options
    const range = this.#rangeOf(request)
    if (range === 'none') {
      response.setHeader('Content-Range', `bytes */${size}`)
      throw new AppError('invalid-range', 'Ask for bytes that the archive has.')
    }
    // Before anything is said: what cannot be read is a problem to be told.
    const bytes = request.method === 'HEAD' ? undefined : await read(range)
    this.#describe(response)
    const length = range ? range.end - range.start + 1 : size
    response.setHeader('Content-Length', length)
    if (range) response.setHeader('Content-Range', `bytes ${range.start}-${range.end}/${size}`)
    response.writeHead(range ? 206 : status)
    if (!bytes) response.end()
    // Whoever leaves, or what breaks off on the way, ends both: what is missing shows by its length.
    else await pipeline(bytes, exactly(length), response).catch(() => response.destroy())
  }

  #describe(response: ServerResponse): void {
    const { fileName, mediaType, sha256 } = this.#options
    response.setHeader('Content-Type', mediaType)
    response.setHeader('Content-Disposition', `attachment; filename="${fileName}"`)
    response.setHeader('Accept-Ranges', 'bytes')
    response.setHeader('ETag', `"${sha256}"`)
    // https://www.rfc-editor.org/rfc/rfc9530#section-3
    response.setHeader('Repr-Digest', `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`)
  }

  /** Undefined: all of it. What is no range of bytes, and several at once, is as if nothing was asked for. */
  #rangeOf({ headers }: IncomingMessage): ByteRange | 'none' | undefined {
    const { sha256, size } = this.#options
    const condition = headers['if-range']
    if (condition !== undefined && condition !== `"${sha256}"`) return undefined
    const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? '') ?? []
    if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
    const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
    const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
    if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
    return start > end ? 'none' : { start, end }
  }
}

/** A file that is not as long as it was is broken off: whoever reads would wait for more, or take the rest for the next response. */
function exactly(length: number) {
  return async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let sent = 0
    for await (const chunk of bytes) {
      sent += chunk.length
      if (sent > length) break
      yield chunk
    }
    if (sent !== length) throw new Error('The file has another length than it had.')
  }
}
