import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const compress = promisify(gzip)

/** Smaller ones fit into one packet anyway. */
const COMPRESS_FROM_BYTES = 1_000

const COMPRESSIBLE = /^(text\/|image\/svg|application\/(json|yaml))/

/** What is sent as it is, and knows how. */
export interface Sendable {
  send(request: IncomingMessage, response: ServerResponse, status: number): Promise<void>
}

/** Something that is in memory: a page, a script, a document. */
export class Content implements Sendable {
  readonly #mediaType: string
  readonly #bytes: Uint8Array
  readonly #isCompressible: boolean
  #tag: string | undefined
  #compressed: Promise<Uint8Array> | undefined

  constructor(mediaType: string, data: string | Uint8Array) {
    this.#mediaType = mediaType
    this.#bytes = typeof data === 'string' ? Buffer.from(data) : data
    this.#isCompressible = COMPRESSIBLE.test(mediaType) && this.#bytes.length >= COMPRESS_FROM_BYTES
  }

  /** The whole of it; where it may be kept, a 304 to those who have it, and what is compressed once is kept too. */
  async send(request: IncomingMessage, response: ServerResponse, status: number): Promise<void> {
    response.setHeader('Content-Type', this.#mediaType)
    const mayBeKept = response.getHeader('Cache-Control') !== 'no-store'
    const isCompressed = mayBeKept && this.#isCompressible && acceptsGzip(request)
    if (mayBeKept && this.#isCompressible) response.appendHeader('Vary', 'Accept-Encoding')
    if (mayBeKept) response.setHeader('ETag', this.#entityTag)
    if (mayBeKept && isKnown(request.headers['if-none-match'], this.#entityTag)) {
      response.removeHeader('Content-Type')
      response.writeHead(304).end()
      return
    }
    const bytes = isCompressed ? await this.#compress() : this.#bytes
    if (isCompressed) response.setHeader('Content-Encoding', 'gzip')
    response.setHeader('Content-Length', bytes.length)
    response.writeHead(status).end(bytes)
  }

  /** Weak, because what is compressed has other bytes: https://www.rfc-editor.org/rfc/rfc9110#section-8.8.1 */
  get #entityTag(): string {
    this.#tag ??= `W/"${fingerprint(this.#bytes)}"`
    return this.#tag
  }

  #compress(): Promise<Uint8Array> {
    this.#compressed ??= compress(this.#bytes, { level: 9 })
    return this.#compressed
  }
}

/** Short enough for a file name, and long enough to be of these bytes alone. */
export function fingerprint(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16)
}

function acceptsGzip({ headers }: IncomingMessage): boolean {
  const codings = String(headers['accept-encoding'] ?? '').split(',', 50)
  return codings.some((coding) => /^\s*gzip\s*(;\s*q=(1|0\.[1-9]))?/i.exec(coding)?.[0].trim() === coding.trim())
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2 */
function isKnown(ifNoneMatch: string | undefined, entityTag: string): boolean {
  if (ifNoneMatch === undefined) return false
  const tags = ifNoneMatch.split(',', 50).map((tag) => tag.trim().replace(/^W\//, ''))
  return tags.includes('*') || tags.includes(entityTag.slice(2))
}
