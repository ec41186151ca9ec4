/**
 * What a page, a search and the whole list of a history cost at different sizes on each database, beside the same rows read
 * with Knex alone. `--million` adds a history of a million messages, which takes some minutes to write.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchDatabases, sqliteIn, startPostgres } from './support/bench-databases.ts'
import { cpuPerCall } from './support/cpu.ts'
import { type FilledHistory, fillHistory, MESSAGES_PER_CONVERSATION } from './support/filled-history.ts'
import { median } from './support/numbers.ts'
import { timePerCall } from './support/time.ts'

const SIZES = [1_000, 100_000, ...(process.argv.includes('--million') ? [1_000_000] : [])]
const ROUNDS = 7

type Costs = Record<string, number[]>
type Work = [name: string, times: number, run: () => Promise<unknown>]

const folder = await mkdtemp(join(tmpdir(), 'vektor-bench-'))
try {
  await measure(sqliteIn(folder))
  await measure(await startPostgres())
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** The sizes take turns, so that whatever else the machine does slows down all of them. */
async function measure(given: BenchDatabases): Promise<void> {
  await using databases = given
  const works: Work[][] = []
  for (const size of SIZES) {
    const database = await databases.create()
    const began = performance.now()
    works.push(workOn(await fillHistory(database, size), size))
    const seconds = ((performance.now() - began) / 1_000).toFixed(1)
    console.log(`${databases.name}: ${size} messages, and a stranger's ${size}, written in ${seconds} s`)
  }
  const costs = SIZES.map((): Costs => ({}))
  const perCall = databases.isInProcess ? cpuPerCall : timePerCall
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, work] of works.entries()) {
      for (const [name, times, run] of work) {
        const measured = costs[at] ?? {}
        measured[name] = [...(measured[name] ?? []), await perCall(times, run)]
      }
    }
  }
  for (const [at, size] of SIZES.entries()) {
    const unit = databases.isInProcess ? 'CPU ms' : 'ms until the answer is there'
    const title = `${databases.name}, ${size} messages in ${size / MESSAGES_PER_CONVERSATION} conversations: ${unit}`
    printCosts(title, costs[at] ?? {}, costs[0] ?? {})
  }
}

function workOn({ conversations, database, owner }: FilledHistory, size: number): Work[] {
  const middle = Buffer.from(`${Math.floor(size / MESSAGES_PER_CONVERSATION / 2)} z`).toString('base64url')
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

function printCosts(title: string, costs: Costs, smallest: Costs): void {
  console.log(`\n${title}, median of ${ROUNDS}`)
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
