import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { AppError } from '../app-error.ts'

/** The client went away before it had sent everything. Nobody is left to be told, and nobody must act. */
export class ClientGoneError extends Error {
  override name = 'ClientGoneError'
}

const DECODERS = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
])

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/**
 * Reads and decompresses a body, never more than `limitBytes` of either. What is refused is answered at once; the rest of
 * it is received and dropped, so that a client that sends first and reads later gets the answer.
 */
export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes)
  const decoder = createDecoder(request)
  try {
    return await collect(request, decoder, limitBytes)
  } finally {
    if (decoder) request.unpipe(decoder)
    decoder?.destroy()
    request.resume()
  }
}

/** Undefined for what is sent as it is. */
export function createDecoder(request: IncomingMessage): (Readable & NodeJS.WritableStream) | undefined {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity') return undefined
  const create = DECODERS.get(encoding)
  if (!create) {
    throw new AppError('unsupported-media-type', 'Send the body uncompressed, or as gzip, deflate or br.')
  }
  return create()
}

function collect(
  request: IncomingMessage,
  decoder: (Readable & NodeJS.WritableStream) | undefined,
  limitBytes: number,
): Promise<Buffer> {
  const source: Readable = decoder ?? request
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const take = (chunk: Buffer): void => {
      size += chunk.length
      if (size <= limitBytes) {
        chunks.push(chunk)
        return
      }
      source.off('data', take)
      reject(tooLarge(limitBytes))
    }
    const gone = () => reject(new ClientGoneError('The client went away while it sent the body.'))
    request.once('error', gone)
    request.once('close', () => {
      if (!request.complete) gone()
    })
    decoder?.on('error', (cause) => reject(undecodable(cause)))
    source.on('data', take)
    source.once('end', () => resolve(Buffer.concat(chunks, size)))
    if (decoder) request.pipe(decoder)
  })
}

export function undecodable(cause: Error): AppError {
  return new AppError('invalid-body', 'Compress the body as its Content-Encoding says.', { cause })
}

export function tooLarge(limitBytes: number): AppError {
  return new AppError('payload-too-large', `Send a body of at most ${limitBytes} bytes.`)
}
