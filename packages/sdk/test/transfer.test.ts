import { expect, test } from 'vitest'
import { createVektor, type ImportReport, memoryStore } from '../src/index.ts'
import { startServer } from './support/test-server.ts'

const REPORTS: ImportReport[] = [
  { source_id: 'a', title: 'One, {two}] "three\\" ñ 🦤', status: 'imported', conversation_id: 'x', new_messages: 2 },
  { source_id: null, title: null, status: 'refused', reason: '},{"status":"imported"' },
]

test('the reports of an import come as they are sent, wherever they are cut', async () => {
  const bytes = Buffer.from(` [\n${REPORTS.map((report) => JSON.stringify(report)).join(' ,')}] `)
  for (const length of [1, 2, 3, 7, 1_000]) {
    await using server = await startServer({
      'POST /chat/history/import': ({ beginStream }) => {
        const response = beginStream({ 'content-type': 'application/json' })
        for (let at = 0; at < bytes.length; at += length) response.write(bytes.subarray(at, at + length))
        response.end()
      },
    })
    const { history } = createVektor({ baseUrl: server.url })
    expect(await Array.fromAsync(history.import(new Blob(['file'])))).toEqual(REPORTS)
    const [{ body, headers } = {}] = server.asked('POST /chat/history/import')
    expect([body, headers?.['content-type']]).toEqual(['file', 'application/octet-stream'])
  }
})

test('a file is a blob, bytes or a stream', async () => {
  await using server = await startServer({ 'POST /chat/history/import': ({ json }) => json(200, []) })
  const { history } = createVektor({ baseUrl: server.url })
  for (const file of [new Blob(['file']), new Uint8Array(Buffer.from('file')), new Blob(['file']).stream()]) {
    expect(await Array.fromAsync(history.import(file))).toEqual([])
  }
  expect(server.requests.map(({ body }) => body)).toEqual(['file', 'file', 'file'])
})

test('a list of reports that breaks off is an error, and what came before was there', async () => {
  await using server = await startServer({
    'POST /chat/history/import': ({ beginStream }) =>
      void beginStream({ 'content-type': 'application/json' }).end(`[${JSON.stringify(REPORTS[0])},{"source_id"`),
  })
  const found: ImportReport[] = []
  const reading = (async () => {
    for await (const report of createVektor({ baseUrl: server.url }).history.import(new Blob(['x']))) found.push(report)
  })()
  await expect(reading).rejects.toMatchObject({ name: 'VektorError', code: 'invalid-response' })
  expect(found).toEqual([REPORTS[0]])
})

test('a file that was refused is not sent a second time with another token', async () => {
  await using server = await startServer({
    'POST /chat/history/import': ({ problem }) => problem(401, 'unauthorized'),
    'POST /auth/refresh': ({ json }) =>
      json(200, {
        access_token: 'b',
        token_type: 'bearer',
        expires_in: 60,
        refresh_token: 'r',
        refresh_expires_in: 60,
      }),
  })
  const later = Date.now() + 600_000
  const store = memoryStore({ access_token: 'a', refresh_token: 'r', expires_at: later, refresh_expires_at: later })
  const { history } = createVektor({ baseUrl: server.url, store })
  await expect(Array.fromAsync(history.import(new Blob(['x'])))).rejects.toMatchObject({ code: 'unauthorized' })
  expect(server.asked('POST /chat/history/import')).toHaveLength(1)
})

test('an export is text, and everything is bytes that come as they are sent', async () => {
  await using server = await startServer({
    'GET /chat/history/export': ({ json }) => json(200, [{ id: 'c' }]),
    'GET /chat/history/{id}/export': ({ beginStream, query }) =>
      void beginStream({ 'content-type': query.get('format') === 'json' ? 'application/json' : 'text/markdown' }).end(
        `{"asked":"${query}"}`,
      ),
  })
  const { history } = createVektor({ baseUrl: server.url })
  expect(await history.export('c')).toBe('{"asked":"format=md&tree=false"}')
  expect(await history.export('c', { format: 'json', tree: true })).toBe('{"asked":"format=json&tree=true"}')
  expect(Buffer.concat(await Array.fromAsync(history.exportAll())).toString()).toBe('[{"id":"c"}]')
})
