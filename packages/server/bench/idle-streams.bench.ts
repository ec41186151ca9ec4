/**
 * What streams cost on which nothing is said: their memory, whether it comes back, and the processor's time while they are
 * open; beside node:http with as many responses open. `--many` opens ten thousand, for which one process needs as many open
 * files: `ulimit -n 11000`.
 */
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { startChatServer } from './support/chat-server.ts'
import { Load } from './support/load.ts'
import { median, quantile, spread } from './support/numbers.ts'
import { cpuMilliseconds, residentMegabytes } from './support/process-stats.ts'
import { type RunningServer, startProgram } from './support/server.ts'

const MANY = 10_000
const isMany = process.argv.includes('--many')
const STREAMS = isMany ? MANY : 1_000
const ROUNDS = isMany ? 1 : 5
const WARM_UP = 100
const WATCHED_SECONDS = 3
/** `--import` wants an address. */
const MEASURABLE = { NODE_OPTIONS: `--import=${new URL('./support/collect-on-signal.ts', import.meta.url)}` }

interface Contestant {
  server: RunningServer
  url: string
  token: string
}

interface Measured {
  grown: number[]
  left: number[]
  cpu: number[]
  health: number[]
}

await requireOpenFiles(STREAMS + 100)
const starters: Record<string, (opened: AsyncDisposableStack) => Promise<Contestant>> = {
  'floor: node:http': async (opened) => {
    const server = opened.use(await startProgram('open-response-server.ts', [], MEASURABLE))
    return { server, url: `${server.url}/chat/stream`, token: 'nobody asks' }
  },
  vektor: (opened) => startChatServer(opened, MEASURABLE),
}
const measured = new Map<string, Measured>()
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, start] of Object.entries(starters)) {
    await using opened = new AsyncDisposableStack()
    const all = measured.get(name) ?? { grown: [], left: [], cpu: [], health: [] }
    measured.set(name, all)
    await measure(await start(opened), opened.use(new Load()), all)
  }
}
console.log(`${STREAMS} idle streams, ${ROUNDS} rounds, each with a new process; memory after a collection`)
const floor = median(measured.get('floor: node:http')?.grown ?? [])
const rows = [...measured].map(([name, { grown, left, cpu, health }]) => ({
  server: name,
  'MB more': spread(grown),
  ratio: (median(grown) / floor).toFixed(2),
  'MB left after': spread(left),
  'CPU ms a second': spread(cpu),
  '/health p99 ms': spread(health),
}))
console.table(rows)

async function measure({ server, url, token }: Contestant, load: Load, { grown, left, cpu, health }: Measured) {
  await load.during({ url, token, streams: WARM_UP }, async () => {})
  const before = await settledMegabytes(server)
  await load.during({ url, token, streams: STREAMS }, async () => {
    grown.push((await settledMegabytes(server)) - before)
    const spent = await cpuMilliseconds(server.process)
    await delay(WATCHED_SECONDS * 1000)
    cpu.push(((await cpuMilliseconds(server.process)) - spent) / WATCHED_SECONDS)
    health.push(await healthP99(server))
  })
  left.push((await settledMegabytes(server)) - before)
}

/** What a process holds once it has collected its garbage and given its pages back: it is asked until that is less no more. */
async function settledMegabytes({ process: child }: RunningServer): Promise<number> {
  for (let last = Number.POSITIVE_INFINITY; ; ) {
    child.kill('SIGUSR2')
    await delay(700)
    const now = await residentMegabytes(child)
    if (now > last - 0.5) return Math.min(now, last)
    last = now
  }
}

async function healthP99({ url }: RunningServer): Promise<number> {
  const times: number[] = []
  for (let asked = 0; asked < 200; asked += 1) {
    const began = performance.now()
    await (await fetch(`${url}/health`)).arrayBuffer()
    times.push(performance.now() - began)
  }
  return quantile(times, 0.99)
}

/** https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html: Node raises it as far as it may. */
async function requireOpenFiles(count: number): Promise<void> {
  const limit = Number(/Max open files\s+(\d+)/.exec(await readFile('/proc/self/limits', 'utf8'))?.[1])
  if (limit < count) throw new Error(`A process may have ${limit} files open: allow it ${count} (ulimit -n ${count}).`)
}
