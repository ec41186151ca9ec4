/**
 * What a page, a search and the whole list of a history cost at different sizes, beside the same rows read with Knex alone.
 * `--million` takes a quarter of an hour longer.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openSqlite } from '../src/database/database.ts'
import { newId } from '../src/id.ts'
import { cpuPerCall, median } from './support/cpu.ts'
import { MESSAGES_PER_CONVERSATION, openFilledHistory } from './support/filled-history.ts'

const SIZES = [1_000, 100_000, ...(process.argv.includes('--million') ? [1_000_000] : [])]
const ROUNDS = 7
const LISTED = 100_000

type Costs = Record<string, number[]>

type History = Awaited<ReturnType<typeof openFilledHistory>>
type Work = [name: string, times: number, run: () => Promise<unknown>]

const folder = await mkdtemp(join(tmpdir(), 'vektor-bench-'))
try {
  await measureCosts()
  await measureMemory()
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** The sizes take turns, so that whatever else the machine does slows down all of them. */
async function measureCosts(): Promise<void> {
  const works: Work[][] = []
  await using opened = new AsyncDisposableStack()
  for (const size of SIZES) {
    const began = performance.now()
    const history = await openFilledHistory(join(folder, `${size}.db`), size)
    opened.use(history.database)
    console.log(`${size} messages, and a stranger's ${size}, written in ${Math.round(performance.now() - began)} ms`)
    works.push(workOn(history, size))
  }
  const costs = SIZES.map((): Costs => ({}))
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, work] of works.entries()) {
      for (const [name, times, run] of work) {
        const measured = costs[at] ?? {}
        measured[name] = [...(measured[name] ?? []), await cpuPerCall(times, run)]
      }
    }
  }
  for (const [at, size] of SIZES.entries()) printCosts(size, costs[at] ?? {}, costs[0] ?? {})
}

function workOn({ conversations, database, owner }: History, size: number): Work[] {
  const middle = Buffer.from(`${Math.floor(size / MESSAGES_PER_CONVERSATION / 2)} ~`).toString('base64url')
  const page = (more: { cursor?: string; query?: string }) => conversations.page(owner, { limit: 20, ...more })
  const rows = () => database.read('conversations').where({ owner_id: owner })
  return [
    ['floor: 20 rows with Knex', 100, async () => rows().limit(20)],
    ['first page of 20', 100, () => page({})],
    ['page from the middle', 100, () => page({ cursor: middle })],
    ['search, one message has it', 100, () => page({ query: `NEEDLE${size / 2}` })],
    ['search, one in a thousand', 20, () => page({ query: 'seldom' })],
    ['search, two common words', 3, () => page({ query: 'palabra0 palabra1' })],
    ['search, nothing', 100, () => page({ query: 'nowhere' })],
    ['floor: all rows with Knex', 1, async () => rows()],
    ['whole list', 1, () => countOf(conversations.all(owner, {}))],
  ]
}

async function countOf(items: AsyncIterable<unknown>): Promise<number> {
  let count = 0
  for await (const _ of items) count += 1
  return count
}

function printCosts(size: number, costs: Costs, smallest: Costs): void {
  console.log(`\n${size} messages in ${size / MESSAGES_PER_CONVERSATION} conversations: CPU ms, median of ${ROUNDS}`)
  let floor = 1
  const rows = Object.entries(costs).map(([name, values]) => {
    const cost = median(values)
    if (name.startsWith('floor')) floor = cost
    const spread = `${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)}`
    const against = (cost / median(smallest[name] ?? [])).toFixed(2)
    return [name, { ms: cost.toFixed(2), spread, 'to floor': (cost / floor).toFixed(2), [`to ${SIZES[0]}`]: against }]
  })
  console.table(Object.fromEntries(rows))
}

/** How much larger the server gets while it sends a list of a hundred thousand conversations. */
async function measureMemory(): Promise<void> {
  const data = join(folder, 'server')
  const server = await startServer(data)
  try {
    const token = await signUp(server.url)
    await insertConversations(join(data, 'vektor.db'))
    const list = async (path: string) => {
      const response = await fetch(`${server.url}${path}`, { headers: { Authorization: `Bearer ${token}` } })
      let bytes = 0
      for await (const chunk of response.body ?? []) bytes += chunk.length
      return bytes
    }
    for (let warm = 0; warm < 50; warm += 1) await list('/chat/history?limit=200')
    const before = await residentMegabytes(server.process)
    let most = before
    const watch = setInterval(async () => {
      most = Math.max(most, await residentMegabytes(server.process))
    }, 5)
    const began = performance.now()
    const bytes = await list('/chat/history')
    const milliseconds = Math.round(performance.now() - began)
    clearInterval(watch)
    console.log(`\nThe whole list of ${LISTED}: ${(bytes / 2 ** 20).toFixed(1)} MB in ${milliseconds} ms.`)
    console.log(`The server grew by ${(most - before).toFixed(1)} MB, from ${before.toFixed(1)} MB.`)
  } finally {
    server.process.kill('SIGTERM')
  }
}

async function startServer(data: string): Promise<{ url: string; process: ChildProcess }> {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const env = { PATH: process.env.PATH, VEKTOR_DATA_DIR: data, VEKTOR_PORT: '0', VEKTOR_LOG_FORMAT: 'json' }
  const server = spawn(process.execPath, [main, 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface(server.stdout)) {
    const { msg, url }: { msg?: string; url?: string } = JSON.parse(line)
    if (msg !== 'listening' || !url) continue
    server.stdout.resume()
    return { url, process: server }
  }
  throw new Error('The server stopped before it listened.')
}

async function signUp(url: string): Promise<string> {
  const body = JSON.stringify({ email: 'ana@example.org', username: 'ana', password: 'Corriente-Abajo-71' })
  await fetch(`${url}/auth/register`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  const form = new URLSearchParams({ username: 'ana', password: 'Corriente-Abajo-71' })
  const tokens: unknown = await (await fetch(`${url}/auth/login`, { method: 'POST', body: form })).json()
  return String(Object(tokens).access_token)
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

async function residentMegabytes({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
}
