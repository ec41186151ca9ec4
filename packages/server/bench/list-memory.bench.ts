/** How much larger the server gets while it sends a list of a hundred thousand conversations, to one client and to slow ones. */
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../src/database/database.ts'
import { newId } from '../src/id.ts'
import { residentMegabytes } from './support/process-stats.ts'
import { startServer } from './support/server.ts'
import { signUp } from './support/sign-up.ts'

const LISTED = 100_000
const SLOW_READERS = 8

const folder = await mkdtemp(join(tmpdir(), 'vektor-bench-'))
try {
  await measureMemory(folder)
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function measureMemory(data: string): Promise<void> {
  await using server = await startServer(data)
  const token = await signUp(server.url)
  await insertConversations(join(data, 'vektor.db'))
  const list = async () => {
    const response = await fetch(`${server.url}/chat/history`, { headers: { Authorization: `Bearer ${token}` } })
    let bytes = 0
    for await (const chunk of response.body ?? []) bytes += chunk.length
    return bytes
  }
  // The first time the server takes what garbage and compiled code need, too.
  await print(server.process, 'the first client reads all of it', list)
  await print(server.process, 'another client reads all of it', list)
  await print(server.process, `${SLOW_READERS} clients do not go on reading`, () => readSlowly(server.url, token))
}

async function print(server: ChildProcess, name: string, work: () => Promise<unknown>): Promise<void> {
  const before = await residentMegabytes(server)
  let most = before
  const watch = setInterval(async () => {
    most = Math.max(most, await residentMegabytes(server))
  }, 5)
  const began = performance.now()
  await work()
  clearInterval(watch)
  const seconds = ((performance.now() - began) / 1_000).toFixed(1)
  console.log(
    `${LISTED} conversations, ${name}: the server grew by ${(most - before).toFixed(1)} MB, to ${most.toFixed(1)} MB, in ${seconds} s`,
  )
}

/** Each takes the beginning of a list, and no more until all have it. */
async function readSlowly(url: string, token: string): Promise<void> {
  const readers = Array.from({ length: SLOW_READERS }, () => {
    const sent = request(`${url}/chat/history`, { headers: { Authorization: `Bearer ${token}` } }).end()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    sent.on('error', reject).on('response', (response) => {
      response.once('readable', () => resolve())
    })
    return { begun: promise, destroy: () => sent.destroy() }
  })
  await Promise.all(readers.map(({ begun }) => begun))
  for (const reader of readers) reader.destroy()
}

async function insertConversations(file: string): Promise<void> {
  await using database = openSqlite(file)
  const { id: owner_id }: { id: string } = await database.read('accounts').first('id')
  const rest = { owner_id, title: 'A title of the usual length, that is', model: 'gpt-4-stream', message_count: 2 }
  await database.transaction(async (transaction) => {
    for (let start = 0; start < LISTED; start += 100) {
      const rows = Array.from({ length: 100 }, (_, at) => ({ id: newId(), ...rest, ...timesOf(start + at) }))
      await transaction('conversations').insert(rows)
    }
  })
}

function timesOf(number: number) {
  return { created_at: number, updated_at: number }
}
