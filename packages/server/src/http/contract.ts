import { isPolicyName, type PolicyName } from './limits.ts'

/** The parts of an OpenAPI 3.1 document that the server reads. */
interface Document {
  security?: SecurityRequirement[]
  paths: Record<string, PathItem>
  components?: { securitySchemes?: Record<string, SecurityScheme> }
}
type PathItem = Partial<Record<Method, OperationObject>> & { parameters?: object[] }
interface OperationObject {
  operationId?: string
  tags?: string[]
  parameters?: object[]
  requestBody?: object
  security?: SecurityRequirement[]
  /** Ours: whose account may call it. */
  'x-role'?: string
  /** Ours: the policy that counts its requests, where it is none of the usual two. */
  'x-rate-limit'?: string
  /** Ours: which of the server's limits holds for a body that is handed on as it comes. */
  'x-body-limit'?: string
  responses: Record<string, object>
}
type SecurityRequirement = Record<string, string[]>

export type SecurityScheme = { type: 'http'; scheme: 'bearer' } | { type: 'apiKey'; in: 'cookie'; name: string }

const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const
export type Method = (typeof METHODS)[number]

/** A place in the contract: a JSON Pointer in segments. Schemas are named by their place, so that `$ref`s in them hold. */
export type Place = readonly string[]

export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  isRequired: boolean
  schema: Place
}

export interface Operation {
  id: string
  method: Method
  /** As the contract writes it: `/chat/history/{conversation_id}`. */
  path: string
  tags: readonly string[]
  /** Each is one way to say who is asking; none means that nobody needs to. */
  security: readonly SecurityScheme[]
  /** Who may call it; anybody who is signed in, if it does not say. */
  role: 'administrator' | undefined
  /** The policy that counts its requests; none, if it is never too often. */
  policy: PolicyName | undefined
  /** It answers with events for as long as there are any. */
  isStream: boolean
  parameters: readonly Parameter[]
  body: RequestBody | undefined
}

export interface RequestBody {
  isRequired: boolean
  /** The schema for each media type. */
  schemas: ReadonlyMap<string, Place>
  /** It is handed on as it comes, and this limit holds for it; undefined for one that is read and validated. */
  streamLimit: string | undefined
}

/** Where this is taken, bytes are: they are too many to be read before anything is done. `handler.ts` says so to the compiler. */
const BYTES = 'application/octet-stream'

/** The contract, read once: what each operation takes. It refuses what the server could not keep. */
export class Contract {
  readonly document: object
  readonly operations: readonly Operation[]

  constructor(document: object) {
    this.document = document
    this.operations = this.#readOperations()
  }

  /** What stands at a place, and where it really stands if that is a `$ref`. */
  resolve<T extends object>(place: Place): { place: Place; value: T } {
    // The contract is ours, and linted: that what is here has the shape that OpenAPI gives it needs no check.
    const value = place.reduce<unknown>((node, key) => Reflect.get(node as object, key), this.document) as T & {
      $ref?: string
    }
    if (value.$ref === undefined) return { place, value }
    return this.resolve<T>(value.$ref.slice(2).split('/').map(unescapeSegment))
  }

  #readOperations(): Operation[] {
    const { paths } = this.resolve<Document>([]).value
    return Object.entries(paths).flatMap(([path, item]) =>
      METHODS.flatMap((method) => {
        const operation = item[method]
        return operation ? [this.#readOperation(path, method, operation)] : []
      }),
    )
  }

  #readOperation(path: string, method: Method, operation: OperationObject): Operation {
    const { operationId: id, tags = [], requestBody } = operation
    if (!id) throw new Error(`The contract gives ${method.toUpperCase()} ${path} no operationId.`)
    const place = ['paths', path, method]
    return {
      id,
      method,
      path,
      tags,
      security: this.#readSecurity(id, operation),
      role: readRole(id, operation),
      policy: readPolicy(id, operation),
      isStream: this.#isStream([...place, 'responses']),
      parameters: [...this.#readParameters(['paths', path]), ...this.#readParameters(place)],
      body: requestBody && this.#readBody(id, [...place, 'requestBody'], operation['x-body-limit']),
    }
  }

  /** An operation that says nothing is refused: forgetting a line must never open a door. */
  #readSecurity(id: string, operation: OperationObject): SecurityScheme[] {
    const { security: common, components } = this.resolve<Document>([]).value
    const security = operation.security ?? common
    if (!security) throw new Error(`The contract does not say who may call ${id}: give it a "security".`)
    return security.map((requirement) => {
      const [name, ...others] = Object.keys(requirement)
      const scheme = name === undefined ? undefined : components?.securitySchemes?.[name]
      const isKnown =
        scheme &&
        (scheme.type === 'http' ? scheme.scheme === 'bearer' : scheme.type === 'apiKey' && scheme.in === 'cookie')
      if (!isKnown || others.length > 0) throw new Error(`The server cannot do the "security" of ${id}.`)
      return scheme
    })
  }

  #isStream(responses: Place): boolean {
    if (!('200' in this.resolve(responses).value)) return false
    const { content = {} } = this.resolve<{ content?: object }>([...responses, '200']).value
    return 'text/event-stream' in content
  }

  #readParameters(owner: Place): Parameter[] {
    const { parameters = [] } = this.resolve<{ parameters?: object[] }>(owner).value
    return parameters.map((_, index) => {
      const { place, value } = this.resolve<{ name: string; in: Parameter['in']; required?: boolean }>([
        ...owner,
        'parameters',
        String(index),
      ])
      return { name: value.name, in: value.in, isRequired: value.required ?? false, schema: [...place, 'schema'] }
    })
  }

  #readBody(id: string, at: Place, streamLimit: string | undefined): RequestBody {
    const { place, value } = this.resolve<{ required?: boolean; content: Record<string, object> }>(at)
    const schemas = Object.keys(value.content).map((type) => [type, [...place, 'content', type, 'schema']] as const)
    if (BYTES in value.content !== (streamLimit !== undefined)) {
      throw new Error(`The contract names ${BYTES} or an "x-body-limit" for ${id}: give it both, or neither.`)
    }
    return { isRequired: value.required ?? false, schemas: new Map(schemas), streamLimit }
  }
}

/** A role that the server does not know is refused: it would keep nobody out. */
function readRole(id: string, { 'x-role': role, security }: OperationObject): 'administrator' | undefined {
  if (role === undefined) return undefined
  if (role !== 'administrator') throw new Error(`The server does not know the "x-role" of ${id}: ${role}.`)
  if (security?.length === 0) throw new Error(`${id} needs no token, so its "x-role" keeps nobody out.`)
  return role
}

/** Whoever may be told "too many requests" is counted: by the account, if there is one, or else by the address. */
function readPolicy(id: string, { 'x-rate-limit': own, security, responses }: OperationObject): PolicyName | undefined {
  if (!('429' in responses)) return undefined
  const policy = own ?? (security?.length === 0 ? 'address' : 'account')
  if (!isPolicyName(policy)) throw new Error(`The server does not know the "x-rate-limit" of ${id}: ${policy}.`)
  return policy
}

/** `#/paths/~1health/get`: the place as a JSON Pointer in a URI fragment (RFC 6901, section 6). */
export function toFragment(place: Place): string {
  return `#${place.map((segment) => `/${encodeURIComponent(escapeSegment(segment))}`).join('')}`
}

export function escapeSegment(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1')
}

function unescapeSegment(segment: string): string {
  return decodeURIComponent(segment).replaceAll('~1', '/').replaceAll('~0', '~')
}
