import { expect, test } from 'vitest'
import { type Backup, createVektor } from '../src/index.ts'
import { startServer } from './support/test-server.ts'

const BACKUP: Backup = {
  backup_id: 'b',
  task_id: 'b',
  status: 'in_progress',
  origin: 'requested',
  created_at: '2025-07-09T12:00:00Z',
  progress: 0,
  counts: { conversations: 0, messages: 0 },
  encrypted: false,
}
const ARCHIVE = Buffer.from('0123456789')
const ETAG = '"abc"'

test('who waits is told how far a backup is, and has it in the end, whatever breaks meanwhile', async () => {
  const progress = [0, 0.5, 'broken', 0.5, 1] as const
  let looks = 0
  await using server = await startServer({
    'GET /sync/backup/{id}': ({ json, drop }) => {
      const now = progress[looks++] ?? 1
      if (now === 'broken') return drop()
      json(200, { ...BACKUP, progress: now, status: now === 1 ? 'completed' : 'in_progress' })
    },
  })
  const seen: number[] = []
  const { backups } = createVektor({ baseUrl: server.url })
  const backup = await backups.wait('b', { onProgress: ({ progress: now }) => void seen.push(now) })
  expect(backup).toMatchObject({ backup_id: 'b', status: 'completed' })
  expect(seen).toEqual([0, 0.5, 0.5, 1])
})

test('a backup that failed is an error that says why, and so is one that was deleted', async () => {
  await using server = await startServer({
    'GET /sync/backup/failed': ({ json }) => json(200, { ...BACKUP, status: 'failed', error: 'The disk is full.' }),
    'GET /sync/backup/deleted': ({ problem }) => problem(404, 'backup-not-found'),
  })
  const { backups } = createVektor({ baseUrl: server.url })
  const failure = { name: 'VektorError', code: 'backup-failed', message: 'The disk is full.' }
  await expect(backups.wait('failed')).rejects.toMatchObject(failure)
  await expect(backups.wait('deleted')).rejects.toMatchObject({ code: 'backup-not-found' })
})

test('whoever stops waiting waits no longer', async () => {
  await using server = await startServer({ 'GET /sync/backup/{id}': ({ json }) => json(200, BACKUP) })
  const { backups } = createVektor({ baseUrl: server.url })
  const leaving = new AbortController()
  const waiting = backups.wait('b', { signal: leaving.signal, onProgress: () => leaving.abort() })
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' })
})

test('a download goes on from a byte, of the same archive only', async () => {
  await using server = await startServer({
    'GET /sync/backup/{id}/content': ({ headers, beginStream, raw }) => {
      const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
      const isSame = headers['if-range'] === undefined || headers['if-range'] === ETAG
      if (from === 0 || !isSame) return void beginStream({ etag: ETAG }).end(ARCHIVE)
      const rest = ARCHIVE.subarray(from)
      const head = `HTTP/1.1 206 Partial Content\r\nETag: ${ETAG}\r\nContent-Length: ${rest.length}\r\n\r\n`
      raw(Buffer.concat([Buffer.from(head), rest]))
    },
  })
  const { backups } = createVektor({ baseUrl: server.url })
  const read = async (options?: Parameters<typeof backups.download>[1]) => {
    const response = await backups.download('b', options)
    return [response.status, await response.text()]
  }
  expect(await read()).toEqual([200, '0123456789'])
  expect(await read({ from: 7 })).toEqual([206, '789'])
  expect(await read({ from: 7, etag: ETAG })).toEqual([206, '789'])
  expect(await read({ from: 7, etag: '"other"' })).toEqual([200, '0123456789'])
})

test('an archive is sent as it is, and its problems are errors', async () => {
  let isDamaged = false
  await using server = await startServer({
    'POST /sync/backup/upload': ({ json, problem }) =>
      isDamaged ? problem(422, 'archive-invalid') : json(201, { ...BACKUP, status: 'completed' }),
  })
  const { backups } = createVektor({ baseUrl: server.url })
  expect(await backups.upload(new Blob([ARCHIVE]).stream())).toMatchObject({ status: 'completed' })
  expect(server.asked('POST /sync/backup/upload')[0]?.body).toBe(ARCHIVE.toString())
  isDamaged = true
  await expect(backups.upload(new Blob([ARCHIVE]))).rejects.toMatchObject({ code: 'archive-invalid', status: 422 })
})
