import { readFileSync } from 'node:fs'
import { checkStream } from './contract-stream.ts'
import { type ResponsePlace, TestContract } from './test-contract.ts'

/** The server did what its contract does not say. */
export class ContractViolation extends Error {
  override name = 'ContractViolation'
}

/** What is asked for where the contract has nothing. */
const UNKNOWN_PATH = { status: 404, code: 'not-found' }
const UNKNOWN_METHOD = { status: 405, code: 'method-not-allowed' }

/**
 * `fetch` that takes paths of a server, and fails if a response is not what the contract declares: its status, its required
 * headers, its media type, its body, the code of a problem. The events of a stream are checked as they are read.
 */
export function contractFetch(baseUrl: string | URL, document: object = readContract()): typeof fetch {
  const contract = new TestContract(document)
  return async (input, init) => {
    const target = input instanceof Request ? input : new URL(input, baseUrl)
    const { pathname } = new URL(target instanceof Request ? target.url : target)
    const method = (init?.method ?? (target instanceof Request ? target.method : 'GET')).toUpperCase()
    const response = await fetch(target, init)
    try {
      return await check({ contract, method, pathname, response })
    } catch (cause) {
      if (!(cause instanceof ContractViolation)) throw cause
      throw new ContractViolation(`${method} ${pathname} → ${response.status}: ${cause.message}`, { cause })
    }
  }
}

function readContract(): object {
  return JSON.parse(readFileSync(new URL('../../src/generated/openapi.json', import.meta.url), 'utf8'))
}

interface Answer {
  contract: TestContract
  method: string
  pathname: string
  response: Response
}

async function check({ contract, method, pathname, response }: Answer): Promise<Response> {
  const path = isDecodable(pathname) ? contract.findPath(pathname) : undefined
  if (path === undefined) return checkRefusal(contract, response, UNKNOWN_PATH)
  const operation = contract.findOperation(path, method === 'HEAD' ? 'GET' : method)
  if (operation === undefined) {
    requireThat(response.headers.has('allow'), 'an Allow header is missing')
    return checkRefusal(contract, response, UNKNOWN_METHOD)
  }
  const declared = contract.findResponse(operation, response.status)
  if (!declared) throw new ContractViolation(`${operation.id} does not declare this status: ${await response.text()}`)
  checkHeaders(contract, declared, response)
  return method === 'HEAD' ? checkEmpty(response) : checkContent(contract, declared, response)
}

function isDecodable(pathname: string): boolean {
  try {
    decodeURIComponent(pathname)
    return true
  } catch {
    return false
  }
}

async function checkRefusal(contract: TestContract, response: Response, refusal: { status: number; code: string }) {
  requireThat(response.status === refusal.status, `the contract has nothing here, so ${refusal.status} was due`)
  requireThat(mediaTypeOf(response) === 'application/problem+json', 'a problem was due')
  const text = await response.clone().text()
  if (text !== '') checkProblem(response, parse(text), [refusal.code])
  if (text !== '') requireNoErrors(contract.checkProblem(parse(text)))
  return response
}

function checkHeaders(contract: TestContract, declared: ResponsePlace, response: Response): void {
  for (const { name, isRequired, check } of contract.headersOf(declared)) {
    const value = response.headers.get(name)
    if (value === null) requireThat(!isRequired, `the header ${name} is missing`)
    else requireNoErrors(check(value).map((error) => `header ${name}: ${error}`))
  }
}

async function checkEmpty(response: Response): Promise<Response> {
  requireThat((await response.clone().arrayBuffer()).byteLength === 0, 'the body is not empty')
  return response
}

async function checkContent(contract: TestContract, declared: ResponsePlace, response: Response): Promise<Response> {
  const contents = contract.contentsOf(declared)
  if (contents.size === 0) return checkEmpty(response)
  const mediaType = mediaTypeOf(response)
  const checkValue = contents.get(mediaType)
  if (!checkValue) throw new ContractViolation(`the media type ${mediaType || '(none)'} is not declared`)
  if (mediaType === 'text/event-stream') {
    return replaceBody(response, (body) =>
      checkStream(body, (event) => requireNoErrors(checkValue(parse(event)).map((error) => `${error} in ${event}`))),
    )
  }
  const text = await response.clone().text()
  const value = mediaType.endsWith('json') ? parse(text) : text
  requireNoErrors(checkValue(value))
  if (mediaType === 'application/problem+json') checkProblem(response, value, declared.codes)
  return response
}

/** What a schema cannot say of a problem. */
function checkProblem(response: Response, problem: unknown, codes: readonly string[]): void {
  const { type, status, request_id: requestId } = Object(problem)
  const code = String(type).replace('/problems/', '')
  requireThat(codes.includes(code), `the problem ${code} is not declared, only ${codes.join(', ')}`)
  requireThat(status === response.status, `the problem says that its status is ${status}`)
  requireThat(requestId === response.headers.get('x-request-id'), 'the problem has another request id than the header')
}

function replaceBody(
  response: Response,
  replace: (body: ReadableStream<Uint8Array>) => ReadableStream<Uint8Array>,
): Response {
  const { body, headers, status, statusText, url } = response
  if (!body) throw new ContractViolation('the stream has no body')
  const replaced = new Response(replace(body), { headers, status, statusText })
  return Object.defineProperty(replaced, 'url', { value: url })
}

function mediaTypeOf(response: Response): string {
  return response.headers.get('content-type')?.split(';')[0]?.trim() ?? ''
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new ContractViolation(`no JSON: ${json.slice(0, 200)}`, { cause })
  }
}

function requireNoErrors(errors: readonly string[]): void {
  requireThat(errors.length === 0, errors.join('; '))
}

function requireThat(holds: boolean, violation: string): void {
  if (!holds) throw new ContractViolation(violation)
}
