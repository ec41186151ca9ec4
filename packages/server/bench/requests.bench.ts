/** What the server spends on a request that reads one row or twenty, beside Express and Knex with nothing around them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import jsonwebtoken from 'jsonwebtoken'
import { openSqlite } from '../src/database/database.ts'
import { newId } from '../src/id.ts'
import { median, spread } from './support/numbers.ts'
import { cpuMilliseconds } from './support/process-stats.ts'
import { type RunningServer, startProgram, startServer } from './support/server.ts'
import { signUp } from './support/sign-up.ts'

const ROUNDS = 7
const REQUESTS = 400
const AT_ONCE = 10
const PATHS = { 'GET /users/me': '/users/me', 'GET /chat/history, 20 of them': '/chat/history?limit=20' }
const SECRET = 'a secret of the floor alone, which signs nothing else'

interface Contestant {
  server: RunningServer
  token: string
}

const folder = await mkdtemp(join(tmpdir(), 'vektor-bench-'))
try {
  const file = join(folder, 'vektor.db')
  await using vektor = await startServer(folder, { VEKTOR_RATE_LIMIT: '100000000' })
  const ours = { server: vektor, token: await signUp(vektor.url) }
  const accountId = await insertConversations(file)
  await using express = await startProgram('express-server.ts', [`FILE=${file}`, `SECRET=${SECRET}`])
  const floor = { server: express, token: jsonwebtoken.sign({ sub: accountId }, SECRET) }
  console.log(`CPU ms of the serving process for one request, median of ${ROUNDS} rounds of ${REQUESTS}`)
  console.table(await compare(ours, floor))
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** By turns, so that whatever else the machine does slows down both. */
async function compare(ours: Contestant, floor: Contestant) {
  const rows: Record<string, object> = {}
  for (const [name, path] of Object.entries(PATHS)) {
    const costs = { ours: [] as number[], floor: [] as number[] }
    for (let round = -1; round < ROUNDS; round += 1) {
      for (const [who, list] of [
        [ours, costs.ours],
        [floor, costs.floor],
      ] as const) {
        const cost = await costOf(who, path)
        // The first one warms up.
        if (round >= 0) list.push(cost)
      }
    }
    const [mine, other] = [median(costs.ours), median(costs.floor)]
    rows[name] = { vektor: spread(costs.ours, 3), floor: spread(costs.floor, 3), ratio: (mine / other).toFixed(2) }
  }
  return rows
}

async function costOf({ server, token }: Contestant, path: string): Promise<number> {
  const headers = { Authorization: `Bearer ${token}` }
  const before = await cpuMilliseconds(server.process)
  const clients = Array.from({ length: AT_ONCE }, async () => {
    for (let sent = 0; sent < REQUESTS / AT_ONCE; sent += 1) {
      const response = await fetch(server.url + path, { headers })
      await response.arrayBuffer()
      if (response.status !== 200) throw new Error(`${path} was answered ${response.status}.`)
    }
  })
  await Promise.all(clients)
  return ((await cpuMilliseconds(server.process)) - before) / REQUESTS
}

/** A hundred of the account's, whose id is answered. */
async function insertConversations(file: string): Promise<string> {
  await using database = openSqlite(file)
  const { id: owner_id }: { id: string } = await database.read('accounts').first('id')
  const rest = { owner_id, title: 'A title of the usual length, that is', model: 'gpt-4-stream', message_count: 2 }
  const times = (number: number) => ({ created_at: number, updated_at: number })
  const rows = Array.from({ length: 100 }, (_, number) => ({ id: newId(), ...rest, ...times(number) }))
  await database.write('conversations').insert(rows)
  return owner_id
}
