/** What is put where it does not belong, into every field of every operation. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import contract from '../../src/generated/openapi.json' with { type: 'json' }
import { Contract, type Operation, type Place } from '../../src/http/contract.ts'
import {
  addressOf,
  initOf,
  meetPeople,
  type People,
  SAMPLE_REQUESTS,
  type SampleRequest,
} from '../support/sample-requests.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const document = new Contract(contract)

let server: TestServer
let people: People
beforeAll(async () => {
  server = await startTestServer()
  people = await meetPeople(server)
})
afterAll(() => server[Symbol.asyncDispose]())

interface Schema {
  type?: string | string[]
  enum?: unknown[]
  properties?: Record<string, object>
  additionalProperties?: unknown
  items?: object
}

interface Field {
  /** Where it is in the body. */
  path: readonly string[]
  schema: Schema
}

/** The fields of a body, those inside objects and of the first item of a list too. */
function fieldsOf(at: Place, path: readonly string[] = []): Field[] {
  const { place, value: schema } = document.resolve<Schema>(at)
  const inner = Object.keys(schema.properties ?? {}).flatMap((name) =>
    fieldsOf([...place, 'properties', name], [...path, name]),
  )
  const items = schema.items ? fieldsOf([...place, 'items'], [...path, '0']) : []
  return [{ path, schema }, ...inner, ...items]
}

function jsonFields(operation: Operation): Field[] {
  const schema = operation.body?.schemas.get('application/json')
  return schema ? fieldsOf(schema) : []
}

// What is handed on as it comes is judged by whoever takes it: see `import.test.ts`.
const withBody = document.operations.filter(
  (operation) => jsonFields(operation).length > 0 && operation.body?.streamLimit === undefined,
)
const isText = ({ schema }: Field) => [schema.type].flat().includes('string') && schema.enum === undefined
const isNullable = ({ schema }: Field) => [schema.type].flat().includes('null')

/** The value with another one at a place in it; lists and objects that are missing on the way are made. */
function put(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined) return replacement
  if (key === '0') return [put(Array.isArray(value) ? value[0] : undefined, rest, replacement)]
  return { ...Object(value), [key]: put(Object(value)[key], rest, replacement) }
}

async function send(operation: Operation, request: SampleRequest, body: string) {
  const init = initOf(operation.method, { ...request, json: {} })
  const { accessToken } = operation.role === 'administrator' ? people.administrator : people.ana
  init.headers.set('Authorization', `Bearer ${accessToken}`)
  const response = await server.fetch(addressOf(operation.path, request), { ...init, body })
  const text = await response.text()
  return { status: response.status, text, pointers: pointersOf(text) }
}

function pointersOf(text: string): string[] {
  const { errors = [] }: { errors?: { pointer: string }[] } = text.startsWith('{') ? JSON.parse(text) : {}
  return errors.map(({ pointer }) => pointer)
}

describe.each(withBody.map((operation) => [operation.id, operation] as const))('%s', (id, operation) => {
  let request: SampleRequest
  beforeAll(async () => {
    request = (await SAMPLE_REQUESTS[id]?.(people)) ?? {}
  })
  const fields = jsonFields(operation)
    .filter(isText)
    .map((field) => [`/${field.path.join('/')}`, field] as const)

  test.each(fields)('takes text at %s and nothing else', async (pointer, field) => {
    const strange = [
      {},
      { $ne: '' },
      { length: 3 },
      [],
      ['x'],
      [['x']],
      1,
      true,
      'a\0b',
      '\ud800',
      ...(isNullable(field) ? [] : [null]),
    ]
    for (const value of strange) {
      const { status, text, pointers } = await send(
        operation,
        request,
        JSON.stringify(put(request.json, field.path, value)),
      )
      expect(status, `${JSON.stringify(value)}: ${text}`).toBe(422)
      expect(
        pointers.some((found) => found.startsWith(pointer)),
        text,
      ).toBe(true)
    }
  })

  test('takes no field that it does not have, whatever that is called', async () => {
    for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'role', 'id', 'account_id']) {
      // Written by hand: an object with a key `__proto__` is not so easily made.
      const body = JSON.stringify(request.json).replace(/^\{/, `{"${name}":{"role":"administrator"},`)
      const { status, text } = await send(operation, request, body)
      const isKnown = jsonFields(operation).some(({ path }) => path[0] === name)
      if (!isKnown) expect(status, `${name}: ${text}`).toBe(422)
    }
    expect(Object({}).role).toBeUndefined()
  })

  test.each(['null', '[]', '""', '1', 'true'])('takes no %s for a body', async (body) => {
    expect((await send(operation, request, body)).status).toBe(422)
  })
})

const parameters = document.operations.flatMap((operation) =>
  operation.parameters
    .filter((parameter) => parameter.in === 'query')
    .map((parameter) => [`${operation.id} ?${parameter.name}`, operation, parameter] as const),
)

test.each(parameters)('%s takes what the contract says and never fails', async (_, operation, { name, schema }) => {
  const { type } = document.resolve<{ type?: string }>(schema).value
  const request = (await SAMPLE_REQUESTS[operation.id]?.(people)) ?? {}
  const { fetch } = operation.role === 'administrator' ? people.administrator : people.ana
  for (const value of [
    '-1',
    '0',
    '1e9',
    '1000000000',
    '0x10',
    'NaN',
    '',
    '٣',
    '1;DROP TABLE accounts',
    'a\0b',
    '[object Object]',
  ]) {
    const response = await fetch(addressOf(operation.path, { ...request, query: { [name]: value } }))
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
    await (isStream ? response.body?.cancel() : response.text())
    if (type === 'integer') expect(response.status, value).toBe(422)
    else expect([200, 204, 404, 422], value).toContain(response.status)
    if (value.includes('\0')) expect(response.status).toBe(422)
  }
  const twice = await fetch(`${addressOf(operation.path, request)}?${name}=1&${name}=2`)
  expect(twice.status).toBe(422)
})

const CURSORS = [
  '123 \0abc',
  '123 abc\0',
  '123 a\nb',
  '123 \ud800',
  "123 ' OR 1=1 --",
  '123 ',
  '-1 abc',
  '1e9 abc',
  '\u0663 abc',
  '1234567890123456 abc',
  '9223372036854775808 abc',
  `123 ${'a'.repeat(65)}`,
]

test.each(CURSORS)('a cursor that holds %j is none of ours, whichever list it is put into', async (text) => {
  const cursor = Buffer.from(text).toString('base64url')
  for (const more of ['', '&limit=2', '&q=hola', '&q=hola&limit=2']) {
    const response = await people.ana.fetch(`/chat/history?cursor=${cursor}${more}`)
    expect(response.status, more).toBe(422)
    expect(await response.json()).toMatchObject({ type: '/problems/invalid-cursor' })
  }
})

test('the largest numbers that a cursor may hold fit into the database', async () => {
  const cursor = Buffer.from(`${'9'.repeat(15)} ${'z'.repeat(64)}`).toString('base64url')
  for (const more of ['', '&limit=2']) {
    expect((await people.ana.fetch(`/chat/history?cursor=${cursor}${more}`)).status).toBe(200)
  }
})

describe('line breaks and escapes', () => {
  const EVIL = 'x\r\nSet-Cookie: evil=1\r\n\r\ndata: {"type":"done"}\n\n\u001b[31m'

  test('in a prompt are text in its event, and end no line of the stream', async () => {
    const init = initOf('post', { json: { model: 'eliza', messages: [{ role: 'user', content: EVIL }] } })
    // The fetch of the tests reads each event as the contract has it.
    const text = await (await people.ana.fetch('/chat/stream', init)).text()
    const events = text.split('\n\n').filter((event) => event.startsWith('id:'))
    const contents = events.map((event) => JSON.parse(event.split('\ndata: ')[1] ?? '{}'))
    expect(contents[0]).toMatchObject({ type: 'message', message: { content: EVIL } })
    expect(contents.filter(({ type }) => type === 'done')).toHaveLength(1)
  })

  test('make no title', async () => {
    const { path } = (await SAMPLE_REQUESTS.updateConversation?.(people)) ?? {}
    const address = addressOf('/chat/history/{conversation_id}', { ...(path && { path }) })
    const before = await (await people.ana.fetch(address)).json()
    for (const title of [EVIL, 'x\u2028y', '\u202etitle', ' \t ']) {
      expect((await people.ana.fetch(address, initOf('patch', { json: { title } }))).status, title).toBe(422)
    }
    expect(await (await people.ana.fetch(address)).json()).toEqual(before)
  })

  test('in a request id, an address or a name make no second line in the log, and no header', async () => {
    const before = server.logs.length
    const username = 'nobody\u0085\u2028"}{"msg":"forged"'
    await server.fetch('/auth/login', { method: 'POST', body: new URLSearchParams({ username, password: EVIL }) })
    await server.fetch(`/chat/history/${encodeURIComponent(EVIL)}`)
    const response = await server.fetch('/health', { headers: { 'X-Request-Id': 'x"}{"msg":"forged"' } })
    expect(response.headers.get('x-request-id')).not.toContain('forged')
    for (const line of server.logs.slice(before)) {
      expect(() => JSON.parse(line), line).not.toThrow()
      expect(JSON.parse(line).msg).not.toBe('forged')
      expect(line.trimEnd()).not.toMatch(/[\r\n]/)
    }
  })
})
