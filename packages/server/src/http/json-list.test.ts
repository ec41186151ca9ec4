import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { readProblem, type SmallServer, startSmallServer, TOKEN, until } from '../../test/support/http-fixture.ts'
import { AppError } from '../app-error.ts'

/** Items without end, or up to a number, and what became of them. */
class Items implements AsyncIterable<object> {
  taken = 0
  isReturned = false
  readonly #count: number
  readonly #failure: Error | undefined

  constructor(count: number, failure?: Error) {
    this.#count = count
    this.#failure = failure
  }

  async *[Symbol.asyncIterator]() {
    try {
      while (this.taken < this.#count) {
        this.taken += 1
        yield { number: this.taken, text: 'ñ'.repeat(100) }
        if (this.taken % 100 === 0) await new Promise(setImmediate)
      }
      if (this.#failure) throw this.#failure
    } finally {
      this.isReturned = true
    }
  }
}

const startWith = (items: Items, options: { stallMs?: number } = {}) =>
  startSmallServer({ ...options, handlers: { getThing: async () => ({ status: 200, items }) } })

const get = (server: SmallServer, init: RequestInit = {}) =>
  fetch(`${server.url}/things/a`, { headers: TOKEN, ...init })

test.each([0, 1, 2, 5_000])('a list of %i is one JSON array', async (count) => {
  await using server = await startWith(new Items(count))
  const response = await get(server)
  expect(response.headers.get('content-type')).toBe('application/json')
  const list: unknown = await response.json()
  expect(list).toHaveLength(count)
  if (Array.isArray(list) && count > 0) expect(list.at(-1)).toEqual({ number: count, text: 'ñ'.repeat(100) })
})

test('a list that fails before anything of it was sent is a problem', async () => {
  await using server = await startWith(new Items(3, new AppError('database-unavailable', 'Try again.')))
  const response = await get(server)
  expect(response.status).toBe(503)
  expect(await readProblem(response)).toMatchObject({ type: '/problems/database-unavailable' })
})

test('a list that fails later breaks the connection, so that nobody takes it for the whole', async () => {
  await using server = await startWith(new Items(5_000, new Error('broken')))
  const response = await get(server)
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow()
  expect(server.logs).toContainEqual(expect.objectContaining({ level: 'error', msg: 'request-failed' }))
})

test('nothing more is asked for when the client has left', async () => {
  const items = new Items(Number.POSITIVE_INFINITY)
  await using server = await startWith(items)
  const leaving = new AbortController()
  const response = await get(server, { signal: leaving.signal })
  await response.body?.getReader().read()
  leaving.abort()
  await until(() => items.isReturned)
})

test('a client that reads nothing is waited for in little memory, and let go in the end', async () => {
  const items = new Items(Number.POSITIVE_INFINITY)
  await using server = await startWith(items, { stallMs: 400 })
  const { hostname, port } = new URL(server.url)
  const deaf = connect(Number(port), hostname).on('error', () => undefined)
  deaf.pause()
  deaf.write(`GET /things/a HTTP/1.1\r\nHost: x\r\nAuthorization: ${TOKEN.Authorization}\r\n\r\n`)
  await until(() => server.bufferedBytes > 0)
  expect(server.bufferedBytes).toBeLessThan(200_000)
  await until(() => items.isReturned)
  deaf.destroy()
})

test('a list ends with the session that asked for it', async () => {
  const items = new Items(Number.POSITIVE_INFINITY)
  await using server = await startWith(items)
  const response = await get(server)
  server.authenticator.endSession()
  await expect(response.text()).rejects.toThrow()
  await until(() => items.isReturned)
  expect(server.authenticator.watching).toBe(0)
})

test('HEAD asks for no item', async () => {
  const items = new Items(10)
  await using server = await startWith(items)
  const response = await get(server, { method: 'HEAD' })
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
  expect(items.taken).toBe(0)
})
