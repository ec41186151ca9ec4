import type { IncomingMessage } from 'node:http'
import { AppError, type FieldError } from '../app-error.ts'
import { formCoercionOf } from './coerce.ts'
import type { Contract, Place, RequestBody } from './contract.ts'
import { parseJson } from './json.ts'
import { parseContentType, unsupportedMediaType } from './media-type.ts'
import { parsePairs } from './pairs.ts'
import { hasBody, readBody } from './read-body.ts'
import type { Check, SchemaValidator } from './schema-validator.ts'
import { findUnstorableText } from './text.ts'

const FORM = 'application/x-www-form-urlencoded'

const utf8 = new TextDecoder('utf-8', { fatal: true })

interface Format {
  parse: (bytes: Buffer) => unknown
  check: Check
}

/** Reads and validates the bodies of one operation. */
export class BodyReader {
  readonly #formats: ReadonlyMap<string, Format>
  readonly #isRequired: boolean
  readonly #limitBytes: number

  constructor(body: RequestBody, contract: Contract, validator: SchemaValidator, limitBytes: number) {
    const formats = [...body.schemas].map(([mediaType, schema]) => {
      const parse = mediaType === FORM ? formParser(schema, contract) : parseJsonBytes
      return [mediaType, { parse, check: validator.compile(schema) }] as const
    })
    this.#formats = new Map(formats)
    this.#isRequired = body.isRequired
    this.#limitBytes = limitBytes
  }

  async read(request: IncomingMessage): Promise<{ value: unknown; errors: FieldError[] }> {
    if (!this.#isRequired && !hasBody(request)) return { value: undefined, errors: [] }
    const { parse, check } = this.#formatOf(request)
    const value = parse(await readBody(request, this.#limitBytes))
    return { value, errors: [...check(value), ...findUnstorableText(value)] }
  }

  #formatOf({ headers }: IncomingMessage): Format {
    const { mediaType, charset } = parseContentType(headers['content-type'] ?? '')
    const format = this.#formats.get(mediaType)
    if (!format || charset !== 'utf-8') throw unsupportedMediaType([...this.#formats.keys()])
    return format
  }
}

/** JSON that is not UTF-8 is no JSON (RFC 8259, section 8.1). */
function parseJsonBytes(bytes: Buffer): unknown {
  return parseJson(decode(bytes, 'invalid-json'))
}

function formParser(schema: Place, contract: Contract): (bytes: Buffer) => unknown {
  const coerce = formCoercionOf(schema, contract)
  return (bytes) => coerce(parsePairs(decode(bytes, 'invalid-body')))
}

function decode(bytes: Buffer, code: 'invalid-json' | 'invalid-body'): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw notUtf8(code, cause)
  }
}

function notUtf8(code: 'invalid-json' | 'invalid-body', cause: unknown): AppError {
  return new AppError(code, 'Send the body in UTF-8.', { cause })
}
