import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readProblem, type SmallServer, startSmallServer, TOKEN } from '../../test/support/http-fixture.ts'

async function send(server: SmallServer, body: string) {
  return fetch(`${server.url}/things`, {
    method: 'POST',
    body,
    headers: { ...TOKEN, 'content-type': 'application/json' },
  })
}

/** What is wrong with a body, field by field. */
async function faultsOf(server: SmallServer, body: string | object): Promise<Record<string, string>> {
  const response = await send(server, typeof body === 'string' ? body : JSON.stringify(body))
  return readFaults(response)
}

async function readFaults(response: Response): Promise<Record<string, string>> {
  const problem = await readProblem(response)
  expect(problem).toMatchObject({ status: 422, type: '/problems/invalid-request', title: 'Invalid request' })
  return Object.fromEntries((problem.errors ?? []).map(({ pointer, detail }) => [pointer, detail]))
}

const fillForm = (server: SmallServer, body: string) =>
  fetch(`${server.url}/form`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })

const getThing = (server: SmallServer, query: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/things/a${query}`, { headers: { ...TOKEN, ...headers } })

test('all that is wrong is told at once, one sentence per field', async () => {
  await using server = await startSmallServer()
  const body = {
    name: 'a',
    count: -1,
    color: 'green',
    tags: ['a', '', 'b', 'c'],
    link: 'nowhere',
    code: 'A',
    'a/b~': 1,
  }
  expect(await faultsOf(server, body)).toEqual({
    '/name': 'Use at least 2 characters.',
    '/count': 'Use a number that is at least 0.',
    '/color': 'Use one of these: red, blue.',
    '/tags': 'Send at most 3 entries.',
    '/tags/1': 'Do not leave this empty.',
    '/link': 'Send a whole address, such as https://example.com/picture.png.',
    '/code': 'Send what belongs here: a word in small letters.',
    '/a~1b~0': 'Leave this field out: it is unknown here.',
  })
})

test('a missing field is named', async () => {
  await using server = await startSmallServer()
  expect(await faultsOf(server, {})).toEqual({ '/name': 'Fill in this field: it is required.' })
})

test('objects, lists, numbers and null are no text, and JSON is never converted', async () => {
  await using server = await startSmallServer()
  for (const name of [{}, { toString: 'ab' }, ['ab'], 12, true, null]) {
    expect(await faultsOf(server, { name })).toEqual({ '/name': 'Send text.' })
  }
  expect(await faultsOf(server, { name: 'ab', count: '3' })).toEqual({ '/count': 'Send a whole number.' })
  expect(await faultsOf(server, { name: 'ab', link: 3 })).toEqual({ '/link': 'Send text or null.' })
  for (const body of ['[]', '"ab"', 'null', '7'])
    expect(await faultsOf(server, body)).toEqual({ '': 'Send an object.' })
})

test('numbers that no machine has are refused', async () => {
  await using server = await startSmallServer()
  for (const count of ['1e400', '1.5']) {
    expect(await faultsOf(server, `{"name":"ab","count":${count}}`)).toEqual({ '/count': 'Send a whole number.' })
  }
})

test('a hundred unknown fields are named, and of more the first hundred', async () => {
  await using server = await startSmallServer()
  const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`x${index}`, 1]))
  expect(Object.keys(await faultsOf(server, { name: 'ab', ...fields(100) }))).toHaveLength(100)
  expect(Object.keys(await faultsOf(server, { name: 'ab', ...fields(5_000) }))).toHaveLength(100)
})

test('names of object internals are unknown fields like others, and change nothing', async () => {
  await using server = await startSmallServer()
  const unknown = 'Leave this field out: it is unknown here.'
  const body = '{"name":"ab","__proto__":{"count":1},"constructor":{"prototype":{"count":1}},"toString":1}'
  expect(await faultsOf(server, body)).toEqual({
    '/__proto__': unknown,
    '/constructor': unknown,
    '/toString': unknown,
  })
  expect(({} as { count?: number }).count).toBeUndefined()
  expect(await faultsOf(server, '{"__proto__":{"name":"ab"}}')).toMatchObject({
    '/name': 'Fill in this field: it is required.',
  })
})

test('of a key that comes twice the last counts, as in JavaScript, and it is validated', async () => {
  await using server = await startSmallServer()
  expect(await (await send(server, '{"name":"ab","name":"cd"}')).json()).toMatchObject({ body: { name: 'cd' } })
  expect(await faultsOf(server, '{"name":"ab","name":1}')).toEqual({ '/name': 'Send text.' })
})

test('a NUL or half a surrogate pair is refused wherever it stands, by the field', async () => {
  await using server = await startSmallServer()
  const sentence = 'Send valid Unicode without NUL characters.'
  for (const bad of ['\\u0000', '\\ud83d', '\\udca1\\ud83d', 'a\\u0000b']) {
    expect(await faultsOf(server, `{"name":"ab${bad}"}`)).toEqual({ '/name': sentence })
    expect(await faultsOf(server, `{"name":"ab","tags":["x","${bad}"]}`)).toEqual({ '/tags/1': sentence })
    expect(Object.values(await faultsOf(server, `{"name":"ab","extra":{"${bad}":1}}`))).toEqual([sentence])
  }
  expect((await send(server, '{"name":"a\\ud83d\\udca1"}')).status).toBe(200)
})

test('text arrives as it was sent', async () => {
  await using server = await startSmallServer()
  const text = fc.string({ unit: 'grapheme', minLength: 2, maxLength: 100 }).filter((text) => !text.includes('\0'))
  await fc.assert(
    fc.asyncProperty(text, async (name) => {
      expect(await (await send(server, JSON.stringify({ name }))).json()).toMatchObject({ body: { name } })
      const form = new URLSearchParams({ name }).toString()
      expect(await (await fillForm(server, form)).json()).toMatchObject({ body: { name } })
    }),
    { numRuns: 50 },
  )
})

test('no JSON, whatever it is, makes the server fail', async () => {
  await using server = await startSmallServer()
  await fc.assert(
    fc.asyncProperty(fc.json({ stringUnit: 'binary' }), async (body) => {
      expect((await send(server, body)).status).toBe(422)
    }),
    { numRuns: 60 },
  )
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
      expect((await send(server, `{"name":${text}`)).status).toBeGreaterThanOrEqual(400)
      expect((await fillForm(server, text)).status).toBeLessThan(500)
    }),
    { numRuns: 30 },
  )
  expect(server.logs.filter(({ level }) => level === 'error')).toEqual([])
})

test('query parameters are what the contract says they are', async () => {
  await using server = await startSmallServer()
  const response = await getThing(server, '?limit=7&deep=true&q=a%20b%2B+%C3%B1&other=1')
  expect(await response.json()).toMatchObject({ query: { limit: 7, deep: true, q: 'a b+ ñ' } })
  expect(await (await getThing(server, '?')).json()).toMatchObject({ query: {} })
})

test('a query parameter that is not is refused by its name', async () => {
  await using server = await startSmallServer()
  const faults = async (query: string) => readFaults(await getThing(server, query))
  expect(await faults('?limit=-1&deep=yes&q=12345678901')).toEqual({
    '/limit': 'Use a number that is at least 1.',
    '/deep': 'Send true or false.',
    '/q': 'Use at most 10 characters.',
  })
  for (const limit of ['', 'x', '1.5', '0x10', ' 5', '5 ', 'Infinity', 'NaN', '1e999', '[]', 'null']) {
    expect(await faults(`?limit=${encodeURIComponent(limit)}`)).toEqual({ '/limit': 'Send a whole number.' })
  }
  expect(await faults('?limit=1e9')).toEqual({ '/limit': 'Use a number that is at most 200.' })
  expect(await faults('?limit=1&limit=2')).toEqual({ '/limit': 'Send this field once.' })
  expect(await faults('?q=a%00')).toEqual({ '/q': 'Send valid Unicode without NUL characters.' })
  expect(Object.keys(await faults('?q=%ff'))).toEqual(['/q'])
  expect(Object.keys(await faults('?q=%ed%a0%80'))).toEqual(['/q'])
})

test('headers of the contract arrive in its spelling, be they Latin-1 or UTF-8', async () => {
  await using server = await startSmallServer()
  const utf8 = Buffer.from('Teléfono').toString('latin1')
  for (const note of ['Teléfono', utf8]) {
    expect(await (await getThing(server, '', { 'x-note': note })).json()).toMatchObject({
      headers: { 'X-Note': 'Teléfono' },
    })
  }
  expect(await readFaults(await getThing(server, '', { 'x-note': '12345678901' }))).toEqual({
    '/X-Note': 'Use at most 10 characters.',
  })
  expect(await (await getThing(server, '', { 'x-other': '1' })).json()).toMatchObject({ headers: {} })
})

test('the fields of a form are what the contract says they are', async () => {
  await using server = await startSmallServer()
  const response = await fillForm(server, 'name=a+b&count=-3&agreed=false')
  expect(await response.json()).toMatchObject({ body: { name: 'a b', count: -3, agreed: false } })
  expect(await (await fillForm(server, 'name=12')).json()).toMatchObject({ body: { name: '12' } })
})

test('a form as curl sends it needs no escapes', async () => {
  await using server = await startSmallServer()
  for (const name of ['contraseña', '100%', '%zz', 'a=b=c', '%u0041']) {
    expect(await (await fillForm(server, `name=${name}`)).json()).toMatchObject({ body: { name } })
  }
})

test('a field of a form that is repeated, nested or unknown is refused', async () => {
  await using server = await startSmallServer()
  const faults = async (form: string) => readFaults(await fillForm(server, form))
  const unknown = 'Leave this field out: it is unknown here.'
  expect(await faults('name=a&name=b')).toEqual({ '/name': 'Send this field once.' })
  expect(await faults('name=a&name[x]=b')).toEqual({ '/name[x]': unknown })
  expect(await faults('name=a&__proto__=b')).toEqual({ '/__proto__': unknown })
  expect(await faults('name=a&count=many')).toEqual({ '/count': 'Send a whole number.' })
  expect(await faults('')).toEqual({ '/name': 'Fill in this field: it is required.' })
  expect(Object.keys(await faults('name=%ff'))).toEqual(['/name'])
  expect(await faults('a&'.repeat(20_000))).toEqual({ '': 'Send fewer fields.' })
})

test('a form that is not UTF-8 is 400', async () => {
  await using server = await startSmallServer()
  const response = await fetch(`${server.url}/form`, {
    method: 'POST',
    body: Buffer.from('name=\xff', 'latin1'),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  expect(await readProblem(response)).toMatchObject({ status: 400, type: '/problems/invalid-body' })
})
