/**
 * What streams cost on which nothing is said: their memory, whether it comes back, and the processor's time while they are
 * open; beside node:http with as many responses open. `--many` opens ten thousand, for which one process needs as many open
 * files: `ulimit -n 11000`.
 */
import type { ChildProcess } from 'node:child_process'
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
const ROUNDS = isMany ? 1 : 3
const WARM_UP = 100
const WATCHED_SECONDS = 3
const COLLECTIONS = 5
/** `--import` wants an address. */
const MEASURABLE = { NODE_OPTIONS: `--import=${new URL('./support/collect-on-signal.ts', import.meta.url)}` }

interface Contestant {
  server: RunningServer
  url: string
  token: string
}

interface Measured {
  grown: number[]
  /** Of what is in use, once they have closed: what the process holds is not all given back by allocators. */
  left: number[]
  /** Opened again, compared with before the first time. */
  again: number[]
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
    const all = measured.get(name) ?? { grown: [], left: [], again: [], cpu: [], health: [] }
    measured.set(name, all)
    await measure(await start(opened), opened.use(new Load()), all)
  }
}
console.log(`${STREAMS} idle streams, ${ROUNDS} rounds, each with a new process; memory after a collection`)
const floor = median(measured.get('floor: node:http')?.grown ?? [])
const rows = [...measured].map(([name, { grown, left, again, cpu, health }]) => ({
  server: name,
  'MB more': spread(grown),
  ratio: (median(grown) / floor).toFixed(2),
  'MB in use left after': spread(left),
  'MB more, opened again': spread(again),
  'CPU ms a second': spread(cpu),
  '/health p99 ms': spread(health),
}))
console.table(rows)

async function measure({ server, url, token }: Contestant, load: Load, measured: Measured) {
  const { grown, left, again, cpu, health } = measured
  await load.during({ url, token, streams: WARM_UP }, async () => {})
  const before = await settledMegabytes(server)
  await load.during({ url, token, streams: STREAMS }, async () => {
    grown.push((await settledMegabytes(server)).resident - before.resident)
    const spent = await cpuMilliseconds(server.process)
    await delay(WATCHED_SECONDS * 1000)
    cpu.push(((await cpuMilliseconds(server.process)) - spent) / WATCHED_SECONDS)
    health.push(await healthP99(server))
  })
  left.push((await settledMegabytes(server)).live - before.live)
  await load.during({ url, token, streams: STREAMS }, async () => {
    again.push((await settledMegabytes(server)).resident - before.resident)
  })
}

/** What a process holds once it has collected its garbage, which takes a few times, and how much of that is in use. */
async function settledMegabytes({ process: child }: RunningServer): Promise<{ resident: number; live: number }> {
  let live = Number.NaN
  for (let time = 0; time < COLLECTIONS; time += 1) {
    live = await collectedMegabytes(child)
    await delay(400)
  }
  return { resident: await residentMegabytes(child), live }
}

async function collectedMegabytes(child: ChildProcess): Promise<number> {
  if (!child.stdout) throw new TypeError('It says nothing.')
  const collected = new Promise<number>((resolve) => {
    const listen = (data: Buffer) => {
      const [, megabytes] = /"liveMegabytes":([\d.]+)/.exec(String(data)) ?? []
      if (megabytes === undefined) return
      child.stdout?.off('data', listen)
      resolve(Number(megabytes))
    }
    child.stdout?.on('data', listen)
  })
  child.kill('SIGUSR2')
  return collected
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
