import fc from 'fast-check'
import type { Contract, Operation, Place } from '../../src/http/contract.ts'

/** A request as it is sent, whatever the contract thinks of it. */
export interface FuzzRequest {
  operation: string
  method: string
  /** With its query. */
  address: string
  headers: Readonly<Record<string, string>>
  body: string | undefined
  /** Whose token goes with it. */
  role: string
}

interface Schema {
  $ref?: string
  type?: string | readonly string[]
  enum?: readonly unknown[]
  const?: unknown
  oneOf?: readonly object[]
  anyOf?: readonly object[]
  properties?: Readonly<Record<string, object>>
  required?: readonly string[]
  additionalProperties?: boolean | object
  items?: object
  pattern?: string
  format?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
}

const HOSTILE_TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff\ud800',
  'a\r\nSet-Cookie: x=1',
  '\r\n\r\ndata: {"type":"done"}\n\n',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  '..%2f..%2f',
  '%',
  '%zz',
  '%00',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what somebody may hope to see replaced.
  '${VEKTOR_SECRET}',
  "'; DROP TABLE accounts; --",
  '" OR ""="',
  '{"$ne":""}',
  'NEAR(a b)',
  '\u202egnp.exe',
  '𝒜\u0301🦤',
  'null',
  '-1',
  '1e999',
  '٣',
  'x'.repeat(5_000),
] as const

/** One of each kind: fast-check's own strings of all of Unicode take far longer to make than a request to answer. */
const CHARACTERS = [
  ...'aZ0 _-.@/?&=%+"\'\\<>{}[]()*:;,éßñÇıΣς',
  'e\u0301',
  '日',
  '🦤',
  '👩‍👩‍👧',
  '\u202e',
  '\u00a0',
  '\u2028',
  '\ufeff',
]
const ODD_CHARACTERS = ['\0', '\r', '\n', '\t', '\u001b', '\u007f', '\u0085', '\ud83e', '\udda4', '\uffff']

function text(characters: readonly string[], minLength: number, maxLength: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...characters), { minLength, maxLength }).map((parts) => parts.join(''))
}

const oddText = text([...CHARACTERS, ...ODD_CHARACTERS], 0, 40)
const hostileText = fc.oneof(fc.constantFrom(...HOSTILE_TEXTS), oddText)
const hostileNumber = fc.constantFrom(-1, 0, -0, 0.5, 1e9, 2 ** 31, 2 ** 53, -(2 ** 53), 1e308)
const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  hostileNumber,
  fc.constantFrom(null, true, false, [], {}, [null], { $ne: '' }, [['x']], { toString: 1 }),
  fc.array(oddText, { maxLength: 2 }),
)

/** Values as a schema describes them, most of the time. What it says about lengths beyond a few hundred is not tried here. */
export class ContractArbitraries {
  readonly #contract: Contract

  constructor(contract: Contract) {
    this.#contract = contract
  }

  /** Requests of an operation, from good to absurd. `known` are ids and names that exist. */
  requestsOf(operation: Operation, { roles, known }: { roles: readonly string[]; known: readonly string[] }) {
    const odd = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...known) }, { weight: 1, arbitrary: hostileText })
    return fc
      .record({
        role: fc.constantFrom(...roles),
        method: this.#methodOf(operation),
        path: this.#parametersIn(operation, 'path', odd),
        query: this.#parametersIn(operation, 'query', odd),
        extraQuery: rarely(fc.dictionary(odd, odd, { maxKeys: 2 }), {}),
        headers: this.#parametersIn(operation, 'header', odd),
        extraHeaders: rarely(fc.dictionary(fc.constantFrom(...ODD_HEADERS), odd, { maxKeys: 3 }), {}),
        body: this.#bodyOf(operation),
      })
      .map((parts): FuzzRequest => {
        const hasBody = parts.body !== undefined && !['GET', 'HEAD'].includes(parts.method)
        const headers = Object.entries({ ...parts.extraHeaders, ...parts.headers }).map(toHeader)
        return {
          operation: operation.id,
          role: parts.role,
          method: parts.method,
          address: toAddress(operation.path, parts.path, { ...parts.query, ...parts.extraQuery }),
          headers: Object.fromEntries([...headers, ...(hasBody ? [['Content-Type', parts.body?.type ?? '']] : [])]),
          body: hasBody ? parts.body?.text : undefined,
        }
      })
  }

  #methodOf({ method }: Operation): fc.Arbitrary<string> {
    return rarely(fc.constantFrom('HEAD', 'PUT', 'DELETE', 'PATCH', 'POST', 'OPTIONS'), method.toUpperCase())
  }

  #parametersIn({ parameters }: Operation, place: string, odd: fc.Arbitrary<string>) {
    const ones = parameters.filter((parameter) => parameter.in === place)
    const record = Object.fromEntries(
      ones.map(({ name, schema }) => [
        name,
        fc.oneof({ weight: 2, arbitrary: this.#valueOf(schema).map(String) }, { weight: 1, arbitrary: odd }),
      ]),
    )
    return fc.record(record, place === 'path' ? {} : { requiredKeys: [] })
  }

  #bodyOf({ body }: Operation): fc.Arbitrary<{ type: string; text: string } | undefined> {
    if (!body) return rarely(fc.constant({ type: 'application/json', text: '{}' }), undefined)
    const [type = '', schema = []] = [...body.schemas][0] ?? []
    const write = type === 'application/json' ? (value: unknown) => JSON.stringify(value) : toForm
    const good = this.#valueOf(schema)
    const bad = good.chain((value) => mutationsOf(value))
    const written = fc.oneof(
      { weight: 6, arbitrary: good.map(write) },
      { weight: 6, arbitrary: bad.map(write) },
      { weight: 1, arbitrary: hostileValue.map((value) => JSON.stringify(value)) },
      { weight: 1, arbitrary: fc.constantFrom(...RAW_BODIES) },
      { weight: 1, arbitrary: hostileText },
    )
    const types = fc.constantFrom(
      'text/plain',
      'application/xml',
      `${type}; charset=utf-16`,
      `${type};charset=UTF-8`,
      ';',
      '*/*',
    )
    const sent = fc.record({ type: rarely(types, type), text: written })
    return fc.oneof({ weight: 20, arbitrary: sent }, { weight: 1, arbitrary: fc.constant(undefined) })
  }

  #valueOf(at: Place): fc.Arbitrary<unknown> {
    const { place, value: schema } = this.#contract.resolve<Schema>(at)
    const child = (...keys: string[]) => this.#valueOf([...place, ...keys])
    if ('const' in schema) return fc.constant(schema.const)
    if (schema.enum) return fc.constantFrom(...schema.enum)
    for (const kind of ['oneOf', 'anyOf'] as const) {
      const choices = schema[kind]
      if (choices) return fc.oneof(...choices.map((_, index) => child(kind, String(index))))
    }
    const types = [schema.type ?? 'object'].flat()
    return fc.oneof(...types.map((type) => valueOfType(type, schema, child)))
  }
}

type Child = (...keys: string[]) => fc.Arbitrary<unknown>

function valueOfType(type: string, schema: Schema, child: Child): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1_000, max: Math.min(schema.maximum ?? 1_000, 2 ** 31 - 1) })
    case 'number':
      return fc.double({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 1_000, noNaN: true })
    case 'array':
      return fc.array(child('items'), { minLength: schema.minItems ?? 0, maxLength: (schema.minItems ?? 0) + 3 })
    case 'object':
      return objectOf(schema, child)
    default:
      return textOf(schema)
  }
}

function objectOf({ properties = {}, required = [], additionalProperties }: Schema, child: Child) {
  const fields = Object.fromEntries(Object.keys(properties).map((name) => [name, child('properties', name)]))
  const named = fc.record(fields, { requiredKeys: required.filter((name) => name in fields) })
  if (additionalProperties !== true && Object.keys(fields).length > 0) return named
  return fc
    .tuple(named, fc.dictionary(hostileText, hostileValue, { maxKeys: 3 }))
    .map(([one, more]) => ({ ...more, ...one }))
}

function textOf({ pattern, format, minLength = 0, maxLength = 200 }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid()
  if (format === 'uri') return fc.nat().map((page) => `https://example.org/${page}?a=1#b`)
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
  // Whether a text fits its pattern is for the server to find out: those that do not are of use as well.
  if (pattern?.includes('@'))
    return fc.oneof(
      fc.uuid().map((name) => `${name}@example.org`),
      fc.uuid(),
    )
  return text(CHARACTERS, minLength, Math.max(minLength, Math.min(maxLength, 60)))
}

/** The value with one thing in it that is wrong. */
function mutationsOf(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value !== 'object' || value === null) return hostileValue
  const keys = Object.keys(value)
  const added = fc.tuple(hostileText, hostileValue).map(([key, extra]) => ({ ...value, [key]: extra }))
  if (keys.length === 0) return fc.oneof(hostileValue, added)
  const changed = fc.constantFrom(...keys).chain((key) => {
    const inner = mutationsOf(Reflect.get(value, key))
    return inner.map((replacement) =>
      Array.isArray(value)
        ? value.map((item, index) => (String(index) === key ? replacement : item))
        : { ...value, [key]: replacement },
    )
  })
  const removed = fc
    .constantFrom(...keys)
    .map((key) => Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)))
  return fc.oneof(
    { weight: 4, arbitrary: changed },
    { weight: 1, arbitrary: added },
    { weight: 1, arbitrary: removed },
    { weight: 1, arbitrary: hostileValue },
  )
}

function rarely<T, U>(odd: fc.Arbitrary<T>, usual: U): fc.Arbitrary<T | U> {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: odd })
}

const ODD_HEADERS = [
  'Accept',
  'Accept-Encoding',
  'Content-Encoding',
  'Cookie',
  'Idempotency-Key',
  'If-None-Match',
  'Last-Event-ID',
  'Origin',
  'Range',
  'X-Device-Id',
  'X-Forwarded-For',
  'X-HTTP-Method-Override',
  'X-Request-Id',
]

const RAW_BODIES = [
  '',
  '{',
  '[[[[',
  '{"a":1}{"b":2}',
  '{"__proto__":{"role":"administrator"}}',
  '{"username":"a","username":"b"}',
  '{"limit":1e999}',
  '\ufeff{}',
  `${'['.repeat(2_000)}${']'.repeat(2_000)}`,
  `[${'0,'.repeat(20_000)}0]`,
  'a=1&a=2',
  'username=%ff&password=%C3%28',
  '&'.repeat(20_000),
]

function toForm(value: unknown): string {
  const pairs = Object.entries(Object(value)).map(([name, field]): [string, string] => [
    name,
    typeof field === 'string' ? field.toWellFormed() : JSON.stringify(field),
  ])
  return new URLSearchParams(pairs).toString()
}

function toAddress(
  template: string,
  path: Readonly<Record<string, string | undefined>>,
  query: Readonly<Record<string, string | undefined>>,
): string {
  // `.` and `..` would be taken out by `fetch`, and an empty one is another path.
  const segment = (text = '') => (/^\.{0,2}$/.test(text) ? 'x' : encodeURIComponent(text.toWellFormed()))
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => segment(path[name]))
  const pairs = Object.entries(query).map(
    ([name, value = '']) => `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`,
  )
  return pairs.length > 0 ? `${filled}?${pairs.join('&')}` : filled
}

/** What `fetch` agrees to send: no control characters. Those are sent by hand, in `wire.test.ts`. */
function toHeader([name, value = '']: [string, string | undefined]): [string, string] {
  const bytes = Buffer.from(value).toString('latin1')
  return [name, bytes.replace(/[^\t\x20-\x7e\x80-\xff]/g, ' ').trim()]
}
