/**
 * Requests made from the contract, good ones and spoilt ones, against a real server: whatever is sent, nothing fails in a
 * way nobody foresaw, and no response is one that the contract does not declare. `VEKTOR_TEST_FUZZ_REQUESTS` says how many;
 * with `VEKTOR_TEST_FUZZ_SEED` they are those of another run.
 */
import { inspect } from 'node:util'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import contract from '../../src/generated/openapi.json' with { type: 'json' }
import { Contract } from '../../src/http/contract.ts'
import { ContractArbitraries, type FuzzRequest } from '../support/contract-arbitraries.ts'
import { FuzzPeople } from '../support/fuzz-people.ts'
import { DIALECT } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** PostgreSQL gets a tenth of them: what differs there is little. */
const REQUESTS = Number(process.env.VEKTOR_TEST_FUZZ_REQUESTS ?? 3_000) / (DIALECT === 'sqlite' ? 1 : 10)
const SEED = Number(process.env.VEKTOR_TEST_FUZZ_SEED ?? Date.now() % 1_000_000_000)
/** How many go on at once, each with a seed of its own, so that what fails is shrunk to one request. */
const AT_ONCE = 16

/** The control: it would be no use to ask for nothing but what is refused. One request in 100 gets a 204 or a 400, one in 400 a 201. */
const EXPECTED = [200, 401, 403, 404, 405, 415, 422]
if (REQUESTS >= 3_000) EXPECTED.push(204, 400)
if (REQUESTS >= 10_000) EXPECTED.push(201)

let server: TestServer
let people: FuzzPeople
beforeAll(async () => {
  server = await startTestServer()
  people = await FuzzPeople.meet(server)
})
afterAll(() => server[Symbol.asyncDispose]())

const { operations } = new Contract(contract)
const arbitraries = new ContractArbitraries(new Contract(contract))
const statuses = new Map<number, number>()

async function send({ address, body, headers, method, operation, role }: FuzzRequest): Promise<void> {
  const response = await server.fetch(address, {
    method,
    headers: { ...headers, ...(await people.credentials(role, operation)) },
    ...(body !== undefined && { body }),
  })
  statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false
  // An answer comes to its end, and its events are held to the contract; who follows may wait for ever.
  const isEndless = isStream && method !== 'POST'
  const text = isEndless ? '' : await response.text()
  if (isEndless) await response.body?.cancel()
  if (response.status >= 500 && !isForeseen(response, text)) {
    throw new Error(`${method} ${address} → ${response.status}: ${text} ${logOf(response)}`)
  }
}

/** The server may have too much to do, and a model may lack its key. The database has no reason to be away. */
function isForeseen({ status }: Response, text: string): boolean {
  return status === 503 && /"\/problems\/(busy|model-unavailable)"/.test(text)
}

/** What the server says of it, for whoever has to find out. */
function logOf({ headers }: Response): string {
  const id = headers.get('x-request-id') ?? 'none'
  return server.logs.filter((line) => line.includes(id)).join('')
}

async function fuzz(): Promise<void> {
  const { known, roles } = people
  const request = fc.oneof(
    ...operations.map((operation) => ({
      arbitrary: arbitraries.requestsOf(operation, { roles, known }),
      // There is little to a page.
      weight: operation.tags.includes('system') ? 1 : 5,
    })),
  )
  const runs = Array.from({ length: AT_ONCE }, (_, index) =>
    fc.assert(fc.asyncProperty(request, send), { numRuns: Math.ceil(REQUESTS / AT_ONCE), seed: SEED + index }),
  )
  const failures = (await Promise.allSettled(runs)).flatMap((run) => (run.status === 'rejected' ? [run.reason] : []))
  if (failures.length > 0) {
    const shown = failures.slice(0, 4).map((failure) => inspect(failure, { depth: 4 }).slice(0, 4_000))
    throw new Error(`VEKTOR_TEST_FUZZ_SEED=${SEED} shows it again.\n\n${shown.join('\n\n')}`)
  }
}

test(`of ${REQUESTS} requests none fails, and none is answered with what the contract does not declare`, {
  timeout: 60_000 + REQUESTS * 30,
}, async () => {
  const started = performance.now()
  await fuzz()
  const perSecond = Math.round((REQUESTS * 1000) / (performance.now() - started))
  const counts = [...statuses].sort(([one], [other]) => one - other).map(([status, count]) => `${count} × ${status}`)
  process.stdout.write(`${REQUESTS} requests (seed ${SEED}), ${perSecond} a second: ${counts.join(', ')}\n`)
  expect(EXPECTED.filter((status) => !statuses.has(status))).toEqual([])
  expect(server.logs.filter((line) => line.includes('request-failed'))).toEqual([])
})
