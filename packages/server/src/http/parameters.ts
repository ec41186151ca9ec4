import type { IncomingHttpHeaders } from 'node:http'
import type { FieldError } from '../app-error.ts'
import { type Coercion, coercionOf } from './coerce.ts'
import { type Contract, escapeSegment, type Operation, type Parameter } from './contract.ts'
import { parsePairs } from './pairs.ts'
import type { Check, SchemaValidator } from './schema-validator.ts'
import { findUnstorableText } from './text.ts'

/** Where the parameters of a request are. */
export interface ParameterSource {
  params: Readonly<Record<string, unknown>>
  /** As it stands in the address, without the question mark. */
  query: string
  headers: IncomingHttpHeaders
}

/** The parameters that the contract names, in its spelling. */
export interface Parameters {
  params: Record<string, string>
  query: Record<string, unknown>
  headers: Record<string, unknown>
}

interface Field {
  parameter: Parameter
  pointer: string
  coerce: Coercion
  check: Check
}

/** Reads and validates the parameters of one operation. */
export class ParameterReader {
  readonly #path: string[]
  readonly #query: Field[]
  readonly #headers: Field[]

  constructor({ parameters }: Operation, contract: Contract, validator: SchemaValidator) {
    const fieldsIn = (place: Parameter['in']): Field[] =>
      parameters
        .filter((parameter) => parameter.in === place)
        .map((parameter) => toField(parameter, contract, validator))
    this.#path = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
    this.#query = fieldsIn('query')
    this.#headers = fieldsIn('header')
  }

  read(source: ParameterSource): { values: Parameters; errors: FieldError[] } {
    const pairs = this.#query.length > 0 ? parsePairs(source.query) : undefined
    const query = readFields(this.#query, (name) => pairs?.get(name))
    const headers = readFields(this.#headers, (name) => headerText(source.headers[name.toLowerCase()]))
    const params = Object.fromEntries(this.#path.map((name) => [name, pathText(source.params[name])]))
    return {
      values: { params, query: query.values, headers: headers.values },
      errors: [...query.errors, ...headers.errors],
    }
  }
}

function toField(parameter: Parameter, contract: Contract, validator: SchemaValidator): Field {
  const { name, schema } = parameter
  const pointer = `/${escapeSegment(name)}`
  return { parameter, pointer, coerce: coercionOf(schema, contract), check: validator.compile(schema) }
}

function readFields(fields: readonly Field[], textOf: (name: string) => string | undefined) {
  const values: Record<string, unknown> = {}
  const errors: FieldError[] = []
  for (const { parameter, pointer, coerce, check } of fields) {
    const text = textOf(parameter.name)
    if (text === undefined) {
      if (parameter.isRequired) errors.push({ pointer, detail: 'Send this: it is required.' })
      continue
    }
    const value = coerce(text)
    errors.push(...check(value).map((error) => ({ ...error, pointer })), ...findUnstorableText(value, pointer))
    values[parameter.name] = value
  }
  return { values, errors }
}

/** Nothing has an id with a NUL, and PostgreSQL cannot even be asked for it: what stands here instead names nothing either. */
function pathText(text: unknown): string {
  return String(text).replaceAll('\0', '\u{FFFD}')
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Node reads headers as Latin-1, which is what browsers send. What is UTF-8 all the same, as from curl, is read as such. */
function headerText(value: string | string[] | undefined): string | undefined {
  if (value === undefined) return undefined
  const text = String(value)
  try {
    return utf8.decode(Buffer.from(text, 'latin1'))
  } catch {
    return text
  }
}
