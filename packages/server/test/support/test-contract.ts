import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { Contract, type Operation, type Place, toFragment } from '../../src/http/contract.ts'

type CheckValue = (value: unknown) => string[]

/** A response as an operation declares it. */
export interface ResponsePlace {
  place: Place
  /** The codes of problems that its description names. */
  codes: readonly string[]
}

interface HeaderCheck {
  name: string
  isRequired: boolean
  check: CheckValue
}

/** What the contract says about responses. Objects hold what it names and nothing else, even where it does not say so. */
export class TestContract {
  readonly #contract: Contract
  readonly #ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strict: false })
  readonly #checks = new Map<string, CheckValue>()

  constructor(document: object) {
    const closed = Object(close(document))
    this.#contract = new Contract(closed)
    addFormats.default(this.#ajv)
    this.#ajv.addSchema({ $id: 'contract', ...closed }, undefined, true)
  }

  /** The template that a path matches: concrete ones first. */
  findPath(pathname: string): string | undefined {
    const paths = this.#contract.operations.map(({ path }) => path)
    const pattern = (path: string) =>
      new RegExp(`^${path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`)
    return paths.find((path) => path === pathname) ?? paths.find((path) => pattern(path).test(pathname))
  }

  findOperation(path: string, method: string): Operation | undefined {
    return this.#contract.operations.find((one) => one.path === path && one.method === method.toLowerCase())
  }

  findResponse({ path, method }: Operation, status: number): ResponsePlace | undefined {
    const responses = ['paths', path, method, 'responses']
    const declared = this.#contract.resolve<Record<string, { description?: string }>>(responses).value[status]
    if (!declared) return undefined
    const { place, value } = this.#contract.resolve<{ description: string }>([...responses, String(status)])
    // A description beside a `$ref` stands for the one behind it.
    const description = declared.description ?? value.description
    return { place, codes: [...description.matchAll(/`([a-z-]+)`/g)].map(([, code = '']) => code) }
  }

  headersOf({ place }: ResponsePlace): HeaderCheck[] {
    const { headers = {} } = this.#contract.resolve<{ headers?: Record<string, object> }>(place).value
    return Object.keys(headers).map((name) => {
      const header = this.#contract.resolve<{ required?: boolean }>([...place, 'headers', name])
      const schema = [...header.place, 'schema']
      const { type } = this.#contract.resolve<{ type?: string }>(schema).value
      const toValue = (text: string) => (type === 'integer' ? Number(text) : text)
      const check: CheckValue = (text) => this.#check(schema)(toValue(String(text)))
      return { name, isRequired: header.value.required ?? false, check }
    })
  }

  /** How to check a body, for each media type. */
  contentsOf({ place }: ResponsePlace): Map<string, CheckValue> {
    const { content = {} } = this.#contract.resolve<{ content?: Record<string, object> }>(place).value
    return new Map(Object.keys(content).map((type) => [type, this.#check([...place, 'content', type, 'schema'])]))
  }

  checkProblem(value: unknown): string[] {
    return this.#check(['components', 'schemas', 'Problem'])(value)
  }

  #check(place: Place): CheckValue {
    const fragment = toFragment(place)
    const known = this.#checks.get(fragment)
    if (known) return known
    const validate = this.#ajv.compile({ $ref: `contract${fragment}` })
    const check: CheckValue = (value) => {
      if (validate(value)) return []
      return (validate.errors ?? []).map(
        ({ instancePath, message, params }) => `${instancePath || 'the body'} ${message} ${JSON.stringify(params)}`,
      )
    }
    this.#checks.set(fragment, check)
    return check
  }
}

/** Closes every schema that lists properties and does not say whether there may be others. */
function close(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(close)
  if (typeof node !== 'object' || node === null) return node
  const closed = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, close(value)]))
  const isOpen = closed.type === 'object' && 'properties' in closed && !('additionalProperties' in closed)
  return isOpen ? { ...closed, additionalProperties: false } : closed
}
