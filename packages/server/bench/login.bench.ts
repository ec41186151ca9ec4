/**
 * Whether the time that a refused sign-in takes tells if there is such an account: the probability that a known name takes
 * longer than an unknown one (the area under the ROC curve), which is 0.5 if it tells nothing. Its floor is what the same
 * clock makes of two groups of unknown names. `--pairs=10000` takes ten minutes.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSqlite } from '../src/database/database.ts'
import { newId } from '../src/id.ts'
import { PasswordHasher } from '../src/modules/accounts/index.ts'
import { median } from './support/numbers.ts'
import { startServer } from './support/server.ts'

const PAIRS = Number(
  process.argv.find((argument) => argument.startsWith('--pairs='))?.slice('--pairs='.length) ?? 1_000,
)
/** A name may be tried wrongly a few times before its next tries have to wait. */
const TRIES_PER_NAME = 5

const folder = await mkdtemp(join(tmpdir(), 'vektor-bench-'))
try {
  // Each try comes from an address of its own, as those of somebody who has many do.
  await using server = await startServer(folder, { VEKTOR_TRUST_PROXY: '1' })
  await insertAccounts(join(folder, 'vektor.db'), Math.ceil(PAIRS / TRIES_PER_NAME))
  const times: Record<string, number[]> = { known: [], unknown: [], 'unknown again': [] }
  let tries = 0
  for (let pair = -20; pair < PAIRS; pair += 1) {
    const number = Math.floor(Math.abs(pair) / TRIES_PER_NAME)
    // By turns, so that no group always comes after the same one.
    const groups = pair % 2 === 0 ? Object.keys(times) : Object.keys(times).reverse()
    for (const group of groups) {
      tries += 1
      const milliseconds = await refuse(server.url, `${group.replace(' ', '-')}-${number}`, tries)
      if (pair >= 0) times[group]?.push(milliseconds)
    }
  }
  const { known = [], unknown = [], 'unknown again': again = [] } = times
  console.log(`${PAIRS} refused sign-ins of known and of unknown names, wall time in ms`)
  console.table({
    'floor: unknown against unknown': row(again, unknown),
    'known against unknown': row(known, unknown),
  })
} finally {
  await rm(folder, { recursive: true, force: true })
}

function row(one: readonly number[], other: readonly number[]) {
  const medians = [one, other].map((times) => median(times).toFixed(2))
  return { medians: medians.join(' and '), AUC: areaUnderCurve(one, other).toFixed(3) }
}

/** The share of pairs in which the first is the larger one: https://en.wikipedia.org/wiki/Mann–Whitney_U_test */
function areaUnderCurve(ones: readonly number[], others: readonly number[]): number {
  const sorted = others.toSorted((one, other) => one - other)
  const below = (value: number) => {
    let [from, to] = [0, sorted.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if ((sorted[middle] ?? 0) < value) from = middle + 1
      else to = middle
    }
    return from
  }
  return ones.reduce((sum, value) => sum + below(value), 0) / (ones.length * others.length)
}

async function refuse(url: string, username: string, tries: number): Promise<number> {
  const address = `10.${(tries >> 16) & 255}.${(tries >> 8) & 255}.${tries & 255}`
  const body = new URLSearchParams({ username, password: 'Corriente-Abajo-72' })
  const started = performance.now()
  const response = await fetch(`${url}/auth/login`, { method: 'POST', headers: { 'X-Forwarded-For': address }, body })
  await response.text()
  const milliseconds = performance.now() - started
  if (response.status !== 401) throw new Error(`The server answered ${response.status} where it was to refuse.`)
  return milliseconds
}

/** Accounts named `known-0` and so on, all with the same password. */
async function insertAccounts(file: string, count: number): Promise<void> {
  await using database = openSqlite(file)
  const hash = (await (await PasswordHasher.create()).hash('Corriente-Abajo-71')).reveal()
  const rows = Array.from({ length: count }, (_, number) => {
    const names = { email: `known-${number}@example.org`, username: `known-${number}` }
    const keys = { email_key: names.email, username_key: names.username }
    return { id: newId(), ...names, ...keys, password_hash: hash, role: 'user', created_at: 0, updated_at: 0 }
  })
  for (let start = 0; start < count; start += 50) await database.write('accounts').insert(rows.slice(start, start + 50))
}
