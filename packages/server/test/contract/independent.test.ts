/**
 * The contract as others read it: a validating proxy (Prism) stands between the client and the server, and answers 500 where
 * a request or a response is not what `openapi.yaml` says. It holds a response back until it is whole, and so sees no stream
 * of events: those are checked, event by event, by the fetch of the other tests.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import contract from '../../src/generated/openapi.json' with { type: 'json' }
import { Contract, type Operation } from '../../src/http/contract.ts'
import { addressOf, initOf, type People, SAMPLE_REQUESTS, type SampleRequest } from '../support/sample-requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const require = createRequire(import.meta.url)
const PRISM = require.resolve('@stoplight/prism-cli/dist/index.js')
const CONTRACT = fileURLToPath(new URL('../../../../openapi.yaml', import.meta.url))

const { operations } = new Contract(contract)
const whole = operations.filter(({ isStream }) => !isStream)

let server: TestServer
let prism: Prism
beforeAll(async () => {
  server = await startTestServer()
  prism = await Prism.start(server.url, CONTRACT)
  await server.signUp('first')
}, 180_000)
afterAll(async () => {
  await prism?.[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

class Prism implements AsyncDisposable {
  readonly url: string
  readonly #process: ChildProcess

  private constructor(url: string, process: ChildProcess) {
    this.url = url
    this.#process = process
  }

  static async start(upstream: string, document: string): Promise<Prism> {
    const port = await freePort()
    const args = [PRISM, 'proxy', document, upstream, '--errors', '--port', String(port), '--host', '127.0.0.1']
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const output: string[] = []
    child.stderr.on('data', (text) => output.push(String(text)))
    for await (const line of createInterface(child.stdout)) {
      output.push(line)
      if (!line.includes('Prism is listening')) continue
      child.stdout.resume()
      return new Prism(`http://127.0.0.1:${port}`, child)
    }
    throw new Error(`Prism did not start: ${output.join('\n')}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    this.#process.kill()
    await once(this.#process, 'exit')
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  return typeof address === 'object' && address ? address.port : 0
}

let count = 0
async function meet(): Promise<People> {
  count += 1
  const ana = await server.signUp(`ana${count}`)
  const administrator = await server.signUp(`root${count}`)
  await using database = server.database.open()
  await database.write('accounts').where({ id: administrator.accountId }).update({ role: 'administrator' })
  return { ana, administrator, fetch: server.fetch }
}

async function send({ method, path }: Operation, request: SampleRequest, token: string | undefined) {
  const init = initOf(method, request)
  if (token !== undefined) init.headers.set('Authorization', `Bearer ${token}`)
  const response = await fetch(`${prism.url}${addressOf(path, request)}`, init)
  const text = await response.text()
  expect(text).not.toContain('stoplight.io/prism/errors')
  return { status: response.status, text }
}

test.each(whole.map((operation) => [operation.id, operation] as const))('%s passes through', async (id, operation) => {
  const people = await meet()
  const request = (await SAMPLE_REQUESTS[id]?.(people)) ?? {}
  const { accessToken } = operation.role === 'administrator' ? people.administrator : people.ana
  const isOpen = operation.security.length === 0
  const { status, text } = await send(operation, request, isOpen ? undefined : accessToken)
  // Prism reads what it hands on as text: an archive arrives as none, and is refused as the contract says.
  if (request.bytes) expect(status, text).toBe(422)
  else expect(status, text).toBeLessThan(400)
})

const guarded = whole.filter(({ security }) => security.length > 0)
test.each(guarded.map((operation) => [operation.id, operation] as const))(
  'the refusals of %s pass through',
  async (id, operation) => {
    const people = await meet()
    const request = (await SAMPLE_REQUESTS[id]?.(people)) ?? {}
    expect((await send(operation, request, 'no.good.token')).status).toBe(401)
    if (operation.role === 'administrator')
      expect((await send(operation, request, people.ana.accessToken)).status).toBe(403)
    else if (request.path) expect((await send(operation, request, people.administrator.accessToken)).status).toBe(404)
  },
)

test('a response that is not what the contract says is caught: the control', async () => {
  const wrong = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'X-Request-Id': 'x' }).end('{"status":"fine"}')
  }).listen(0, '127.0.0.1')
  await once(wrong, 'listening')
  const address = wrong.address()
  await using proxy = await Prism.start(
    `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    CONTRACT,
  )
  const response = await fetch(`${proxy.url}/health`)
  expect(response.status).toBe(500)
  expect(await response.text()).toContain('stoplight.io/prism/errors')
  wrong.close()
}, 180_000)
