import type { IncomingMessage } from 'node:http'
import { BodyStream, type BodyStreamOptions } from './body-stream.ts'
import type { RequestBody } from './contract.ts'
import { parseContentType, unsupportedMediaType } from './media-type.ts'

/** Hands on the bodies of one operation, each as it comes: whoever takes it knows what to make of it. */
export class StreamBodyReader {
  readonly #mediaTypes: readonly string[]
  readonly #options: BodyStreamOptions

  constructor(body: RequestBody, options: BodyStreamOptions) {
    this.#mediaTypes = [...body.schemas.keys()]
    this.#options = options
  }

  async read(request: IncomingMessage): Promise<{ value: BodyStream; errors: never[] }> {
    const { mediaType, charset } = parseContentType(request.headers['content-type'] ?? '')
    if (!this.#mediaTypes.includes(mediaType) || charset !== 'utf-8') throw unsupportedMediaType(this.#mediaTypes)
    return { value: new BodyStream(request, this.#options), errors: [] }
  }
}
