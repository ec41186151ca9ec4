/**
 * What one chunk of an answer costs on its way from the upstream to who asked for it: the real server, which
 * authenticates, stores and lets streams be resumed, beside node:http that parses each delta and writes it again. `--all`
 * measures bytes that are piped untouched and what people write, Express with the `openai` client, in the same run.
 */
import { startChatServer } from './support/chat-server.ts'
import { Load, type Stream } from './support/load.ts'
import { median, spread } from './support/numbers.ts'
import { cpuMilliseconds } from './support/process-stats.ts'
import { type RunningServer, startProgram } from './support/server.ts'

const ROUNDS = 5
const SCENARIOS = {
  '10 streams × 50/s': { streams: 10, rounds: 1, wish: { chunks: 250, perSecond: 50 } },
  '100 streams × 50/s': { streams: 100, rounds: 1, wish: { chunks: 250, perSecond: 50 } },
  'one-chunk streams': { streams: 10, rounds: 40, wish: { chunks: 1, perSecond: 50 } },
}
type Scenario = (typeof SCENARIOS)[keyof typeof SCENARIOS]

interface Contestant {
  name: string
  server: RunningServer
  token: string
}

interface Costs {
  cpu: number[]
  p50: number[]
  p99: number[]
}

await using stack = new AsyncDisposableStack()
const load = stack.use(new Load())
const contestants = await start(stack)
for (const contestant of contestants) await warmUp(contestant)
console.log(`CPU ms of the serving process for 1,000 chunks, median of ${ROUNDS} rounds; ratio of medians to the floor`)
for (const [name, scenario] of Object.entries(SCENARIOS)) await compare(name, scenario)

async function start(opened: AsyncDisposableStack): Promise<Contestant[]> {
  const vektor = await startChatServer(opened)
  const program = async (name: string, file: string, args: string[]) => ({
    name,
    server: opened.use(await startProgram(file, [...args, vektor.upstream.url])),
    token: 'nobody asks',
  })
  return [
    await program('floor: node:http, parsed', 'relay-server.ts', ['parsed']),
    { name: 'vektor', ...vektor },
    ...(process.argv.includes('--all')
      ? [
          await program('node:http, piped', 'relay-server.ts', ['piped']),
          await program('Express + openai', 'express-openai-server.ts', []),
        ]
      : []),
  ]
}

/** Until what is done for each chunk is compiled: a server runs for longer than a benchmark. */
async function warmUp(contestant: Contestant): Promise<void> {
  for (let round = 0; round < 2; round += 1) await measure(contestant, SCENARIOS['100 streams × 50/s'])
}

/** By turns, so that whatever else the machine does slows down all of them. */
async function compare(title: string, scenario: Scenario): Promise<void> {
  const costs = new Map<Contestant, Costs>(contestants.map((one) => [one, { cpu: [], p50: [], p99: [] }]))
  for (const [contestant] of costs) await measure(contestant, { ...scenario, rounds: Math.ceil(scenario.rounds / 2) })
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [contestant, { cpu, p50, p99 }] of costs) {
      const cost = await measure(contestant, scenario)
      cpu.push(cost.cpu)
      p50.push(cost.latency.p50)
      p99.push(cost.latency.p99)
    }
  }
  const [floor] = costs.values()
  const rows = [...costs].map(([{ name }, { cpu, p50, p99 }]) => ({
    [title]: name,
    'CPU ms': spread(cpu),
    ratio: (median(cpu) / median(floor?.cpu ?? [])).toFixed(2),
    'p50 ms': spread(p50, 2),
    'p99 ms': spread(p99, 2),
    'p99 ratio': (median(p99) / median(floor?.p99 ?? [])).toFixed(2),
  }))
  console.table(rows)
}

async function measure({ server, token }: Contestant, scenario: Scenario) {
  const stream: Stream = { type: 'stream', url: `${server.url}/chat/stream`, token, viewers: 1, ...scenario }
  const before = await cpuMilliseconds(server.process)
  const { latency } = await load.run(stream)
  const chunks = scenario.streams * scenario.rounds * scenario.wish.chunks
  return { cpu: (((await cpuMilliseconds(server.process)) - before) / chunks) * 1000, latency }
}
