import { connect } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readProblem, type SmallServer, startSmallServer, TOKEN, until } from '../../test/support/http-fixture.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

async function post(
  server: SmallServer,
  body: string | Uint8Array<ArrayBuffer> | Blob,
  headers: Record<string, string> = JSON_TYPE,
) {
  const response = await fetch(`${server.url}/things`, { method: 'POST', body, headers: { ...TOKEN, ...headers } })
  return { response, status: response.status, body: await response.clone().json() }
}

async function refused(
  server: SmallServer,
  body: string | Uint8Array<ArrayBuffer> | Blob,
  headers?: Record<string, string>,
) {
  const { response } = await post(server, body, headers)
  const problem = await readProblem(response)
  return `${response.status} ${problem.type.replace('/problems/', '')}`
}

test('only the media types that the operation names are read', async () => {
  await using server = await startSmallServer()
  const body = '{"name":"ab"}'
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json-seq', 'json', '']) {
    expect(await refused(server, body, { 'content-type': type })).toBe('415 unsupported-media-type')
  }
  const latin = 'application/json; charset=latin1'
  expect(await refused(server, body, { 'content-type': latin })).toBe('415 unsupported-media-type')
  for (const type of ['application/json', 'Application/JSON;charset=UTF-8', 'application/json; charset="utf-8"; a=b']) {
    expect((await post(server, body, { 'content-type': type })).status).toBe(200)
  }
})

test('a body without a media type is refused', async () => {
  await using server = await startSmallServer()
  const body = new Blob(['{"name":"ab"}'])
  expect(await refused(server, body, {})).toBe('415 unsupported-media-type')
})

test('what is not JSON is 400', async () => {
  await using server = await startSmallServer()
  for (const body of [
    '',
    '{',
    '{"name":"ab"',
    '{"name":"ab"}}',
    '{name:1}',
    '"a',
    '{"name":"a\nb"}',
    'NaN',
    '][',
    '{"a":1,}',
  ]) {
    expect(await refused(server, body)).toBe('400 invalid-json')
  }
})

test('JSON that is not UTF-8 is 400', async () => {
  await using server = await startSmallServer()
  const bytes = Buffer.concat([Buffer.from('{"name":"a'), Buffer.from([0xff]), Buffer.from('"}')])
  expect(await refused(server, bytes)).toBe('400 invalid-json')
})

test('a body may be exactly as large as the limit, and one byte more is 413', async () => {
  const bodyOf = (bytes: number) => JSON.stringify({ name: 'x'.repeat(bytes - '{"name":""}'.length) })
  await using server = await startSmallServer({ bodyLimitBytes: 5_000 })
  expect((await post(server, bodyOf(5_000))).status).toBe(200)
  expect(await refused(server, bodyOf(5_001))).toBe('413 payload-too-large')
  expect((await post(server, gzipSync(bodyOf(5_000)), { ...JSON_TYPE, 'content-encoding': 'gzip' })).status).toBe(200)
  expect(await refused(server, gzipSync(bodyOf(5_001)), { ...JSON_TYPE, 'content-encoding': 'gzip' })).toBe(
    '413 payload-too-large',
  )
})

test('a body without a length is counted while it comes, and refused before its end', async () => {
  await using server = await startSmallServer({ bodyLimitBytes: 1_000 })
  let sent = 0
  const endless = new ReadableStream({
    pull(controller) {
      sent += 1_000
      controller.enqueue(new Uint8Array(1_000).fill(0x20))
    },
  })
  const response = await fetch(`${server.url}/things`, {
    method: 'POST',
    headers: { ...TOKEN, ...JSON_TYPE },
    body: endless,
    duplex: 'half',
  } as RequestInit)
  expect(response.status).toBe(413)
  expect(sent).toBeGreaterThan(0)
})

test('compressed bodies are read', async () => {
  await using server = await startSmallServer()
  const json = JSON.stringify({ name: 'ñandú' })
  const encoded = {
    gzip: gzipSync(json),
    'x-gzip': gzipSync(json),
    deflate: deflateSync(json),
    br: brotliCompressSync(json),
  }
  for (const [encoding, bytes] of Object.entries(encoded)) {
    const { body } = await post(server, bytes, { ...JSON_TYPE, 'content-encoding': encoding })
    expect(body).toMatchObject({ body: { name: 'ñandú' } })
  }
})

test('a body that cannot be decompressed is 400, one in an unknown encoding 415', async () => {
  await using server = await startSmallServer()
  const json = '{"name":"ab"}'
  for (const encoding of ['gzip', 'deflate', 'br']) {
    const headers = { ...JSON_TYPE, 'content-encoding': encoding }
    expect(await refused(server, json, headers)).toBe('400 invalid-body')
  }
  const cut = gzipSync(json).subarray(0, 15)
  expect(await refused(server, cut, { ...JSON_TYPE, 'content-encoding': 'gzip' })).toBe('400 invalid-body')
  for (const encoding of ['zip', 'gzip, gzip', '__proto__', 'constructor']) {
    expect(await refused(server, json, { ...JSON_TYPE, 'content-encoding': encoding })).toBe(
      '415 unsupported-media-type',
    )
  }
})

test('decompression bombs are stopped at the limit', async () => {
  await using server = await startSmallServer()
  const zeros = Buffer.alloc(100_000_000)
  const bombs = {
    gzip: gzipSync(zeros, { level: 9 }),
    deflate: deflateSync(zeros, { level: 9 }),
    br: brotliCompressSync(zeros),
  }
  for (const [encoding, bomb] of Object.entries(bombs)) {
    if (encoding === 'br') expect(bomb.length).toBeLessThan(1_000_000)
    const before = process.memoryUsage().external
    expect(await refused(server, bomb, { ...JSON_TYPE, 'content-encoding': encoding })).toBe('413 payload-too-large')
    expect(process.memoryUsage().external - before).toBeLessThan(50_000_000)
  }
})

test('JSON nested too deep is refused, whole or broken off, and the server lives on', async () => {
  await using server = await startSmallServer({ bodyLimitBytes: 10_000_000 })
  const deep = (depth: number) => `{"name":"ab","extra":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`
  expect(await refused(server, deep(100_000))).toBe('422 invalid-request')
  expect(await refused(server, `{"name":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`)).toBe(
    '422 invalid-request',
  )
  expect(await refused(server, '['.repeat(10_000))).toBe('400 invalid-json')
  expect(await refused(server, '['.repeat(5_000_000))).toBe('400 invalid-json')
  expect((await readProblem((await post(server, deep(63))).response)).errors).toEqual([
    { pointer: '', detail: 'Nest lists and objects at most 64 deep.' },
  ])
  expect((await post(server, deep(62))).status).toBe(200)
})

test('brackets and quotes inside a text nest nothing', async () => {
  await using server = await startSmallServer()
  const name = `${'['.repeat(1_000)}"{\\"\\\\`
  expect((await post(server, JSON.stringify({ name }))).body).toMatchObject({ body: { name } })
})

test('a body of countless values is refused before it is parsed', async () => {
  await using server = await startSmallServer()
  const body = (values: number) => `{"name":"ab","extra":{"a":[${'1,'.repeat(values)}1]}}`
  expect(await refused(server, body(400_000))).toBe('422 invalid-request')
  expect((await post(server, body(5_000))).status).toBe(200)
})

test('an optional body may be left out', async () => {
  await using server = await startSmallServer()
  expect((await fetch(`${server.url}/wish`, { method: 'POST' })).status).toBe(200)
  const response = await fetch(`${server.url}/wish`, { method: 'POST', body: '{"name":""}', headers: JSON_TYPE })
  expect(response.status).toBe(422)
})

test('a body that nobody asked for does no harm', async () => {
  await using server = await startSmallServer()
  const response = await fetch(`${server.url}/things/a`, { method: 'DELETE', headers: TOKEN, body: '{{{' })
  expect(response.status).toBe(204)
})

test('a client that leaves in the middle of its body is no error of ours', async () => {
  await using server = await startSmallServer()
  const { port, hostname } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  const head = `POST /things HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nContent-Type: application/json\r\n`
  socket.write(`${head}Content-Length: 100\r\nX-Request-Id: leaver\r\n\r\n{"name":`)
  await until(() => server.authenticator.asked === 1)
  socket.destroy()
  await until(() => server.logs.some((line) => line.request_id === 'leaver'))
  expect(server.logs.filter((line) => line.request_id === 'leaver')).toMatchObject([
    { level: 'info', msg: 'request', route: '/things', client_left: true },
  ])
})

test('after a refused body the connection is still good', async () => {
  await using server = await startSmallServer({ bodyLimitBytes: 1_000 })
  const { port, hostname } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  let received = ''
  socket.on('data', (bytes) => {
    received += bytes
  })
  const head = `POST /things HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer good\r\nContent-Type: application/json\r\n`
  socket.write(`${head}Content-Length: 500000\r\n\r\n`)
  await until(() => received.includes('413'))
  socket.write(Buffer.alloc(500_000, 0x20))
  socket.write('GET /ping HTTP/1.1\r\nHost: x\r\n\r\n')
  await until(() => received.includes('200 OK'))
  socket.destroy()
})

test('a problem about the body names the request', async () => {
  await using server = await startSmallServer()
  const response = await fetch(`${server.url}/things?secret=1`, {
    method: 'POST',
    body: '{',
    headers: { ...TOKEN, ...JSON_TYPE, 'x-request-id': 'mine' },
  })
  expect(await readProblem(response)).toEqual({
    type: '/problems/invalid-json',
    title: 'Invalid JSON',
    status: 400,
    detail: 'Send a body that is valid JSON.',
    instance: '/things',
    request_id: 'mine',
  })
})
