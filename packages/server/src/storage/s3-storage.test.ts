import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { refuse, type S3Server, startS3Server } from '../../test/support/s3-server.ts'
import { newId } from '../id.ts'
import { Secret } from '../secret.ts'
import { ArchiveMissingError, StorageError } from './archive-storage.ts'
import { type S3Options, S3Storage } from './s3-storage.ts'

const KEY = `${newId()}/${newId()}.tar.gz`
/** Three parts. */
const LARGE = Buffer.alloc(20_000_000, 'vektor')
const HASTE = { silenceMs: 300, pauseMs: 1 }

let server: S3Server
let folder: string
let file: string

beforeEach(async () => {
  server = await startS3Server()
  folder = await mkdtemp(join(tmpdir(), 'vektor-s3-'))
  file = join(folder, 'finished')
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

function open(options: Partial<S3Options> = {}): S3Storage {
  return new S3Storage({ ...server.options, ...HASTE, ...options })
}

function count(pattern: RegExp): number {
  return server.requests.filter((request) => pattern.test(request)).length
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof StorageError)) throw new TypeError(`This is no StorageError: ${error}`)
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('canary')
  return error.message
}

test('an archive is an object below the prefix', async () => {
  await writeFile(file, 'content')
  await open().store(KEY, file)
  expect(server.requests).toEqual([`PUT /archives/vektor/${KEY}`])
})

test('without a prefix an archive is an object of the bucket', async () => {
  await writeFile(file, 'content')
  await open({ prefix: '' }).store(KEY, file)
  expect(server.requests).toEqual([`PUT /archives/${KEY}`])
})

describe('a part that fails', () => {
  test.each([
    ['with a server that is busy', (response: Response) => refuse(response, 503, 'SlowDown')],
    ['with a broken connection', (response: Response) => void response.destroy()],
  ])('%s is tried again', async (_how, fail) => {
    let failures = 0
    server.fault = (request, response) => {
      if (!request.includes('partNumber=2&') || failures === 2) return
      failures += 1
      fail(response)
    }
    await writeFile(file, LARGE)
    const storage = open()
    await storage.store(KEY, file)
    expect(failures).toBe(2)
    expect((await buffer(await storage.read(KEY))).equals(LARGE)).toBe(true)
  })

  test('again and again makes the upload fail, of which nothing is kept', async () => {
    server.fault = (request, response) => {
      if (request.includes('partNumber=2&')) refuse(response, 500, 'InternalError')
    }
    await writeFile(file, LARGE)
    const storage = open()
    expect(await messageOf(storage.store(KEY, file))).toMatch(
      /^The storage at [^\n]+ answered 500 \(InternalError\)\.$/,
    )
    expect(count(/partNumber=2/)).toBe(4)
    expect(count(/^DELETE .*uploadId=/)).toBe(1)
    await expect(storage.read(KEY)).rejects.toThrow(ArchiveMissingError)
  })
})

test('an upload that fails at its end fails, though the storage answers 200', async () => {
  server.fault = (request, response) => {
    if (/^POST .*uploadId=/.test(request)) refuse(response, 200, 'InternalError')
  }
  await writeFile(file, LARGE)
  const storage = open()
  expect(await messageOf(storage.store(KEY, file))).toContain('did not put the parts of an archive together')
  expect(count(/^DELETE .*uploadId=/)).toBe(1)
  await expect(storage.read(KEY)).rejects.toThrow(ArchiveMissingError)
})

test('an upload that is stopped in the middle stops at once, and is given up', async () => {
  const leaving = new AbortController()
  server.fault = (request) => {
    if (request.includes('partNumber=2&')) leaving.abort(new Error('The server ends.'))
  }
  await writeFile(file, LARGE)
  await expect(open().store(KEY, file, leaving.signal)).rejects.toThrow('The server ends.')
  expect(count(/partNumber=3/)).toBe(0)
  expect(count(/^DELETE .*uploadId=/)).toBe(1)
})

describe('a storage that falls silent', () => {
  /** Neither an answer nor an end. */
  const mute = (_request: string, response: Response) => void response.writeHead(200).flushHeaders()

  test('does not hold up whoever stores', async () => {
    server.fault = mute
    await writeFile(file, 'content')
    expect(await messageOf(open({ silenceMs: 20 }).store(KEY, file))).toContain('cannot be reached (ETIMEDOUT)')
  })

  test('in the middle of an archive does not hold up whoever reads', async () => {
    server.fault = (_request, response) => void response.writeHead(200, { 'content-length': '100' }).write('half')
    const reading = buffer(await open({ silenceMs: 50 }).read(KEY))
    expect(await messageOf(reading)).toContain('cannot be reached (ETIMEDOUT)')
  })
})

test('an archive that breaks off fails: it is never shorter', async () => {
  server.fault = (_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy())
  }
  expect(await messageOf(buffer(await open().read(KEY)))).toContain('cannot be reached')
})

test('a storage that sends all where a part was asked for is not believed', async () => {
  server.fault = (_request, response) => void response.writeHead(200).end('all of it')
  expect(await messageOf(open().read(KEY, { start: 1, end: 2 }))).toContain('all of an object')
})

describe('the check says in one sentence what to change', () => {
  test.each([
    ['a wrong key', { secretAccessKey: new Secret('canary-and-wrong') }, 'VEKTOR_S3_SECRET_ACCESS_KEY'],
    ['another region', { region: 'eu-west-2' }, 'VEKTOR_S3_SECRET_ACCESS_KEY'],
    ['a bucket that is not there', { bucket: 'elsewhere' }, 'no bucket elsewhere'],
    ['nobody there', { endpoint: 'http://127.0.0.1:9' }, 'endpoint in VEKTOR_BACKUP_STORAGE'],
  ])('about %s', async (_what, options, expected) => {
    const message = await messageOf(open(options).check())
    expect(message).toContain(expected)
    expect(message).not.toContain('canary')
    expect(message).toMatch(/^The storage at [^\n]+\.$/)
  })

  test.each([
    [403, 'AccessDenied', 'put, get and delete'],
    [403, 'InvalidAccessKeyId', 'VEKTOR_S3_ACCESS_KEY_ID'],
    [403, 'RequestTimeTooSkewed', 'clock'],
    [301, 'PermanentRedirect', 'region and endpoint'],
    [400, 'AuthorizationHeaderMalformed', 'region and endpoint'],
    [418, 'canary with spaces', 'answered 418 (no reason given)'],
  ])('about %i %s', async (status, code, expected) => {
    server.fault = (_request, response) => refuse(response, status, code)
    const message = await messageOf(open().check())
    expect(message).toContain(expected)
    expect(message).not.toContain('canary')
    // Whoever is refused for a reason is not asked again.
    expect(server.requests).toHaveLength(1)
  })
})

type Response = Parameters<typeof refuse>[0]
