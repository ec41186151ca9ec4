/** How long the built server takes until it is ready, in an empty folder, and what it holds then; beside node:http. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { spread } from './support/numbers.ts'
import { cpuMilliseconds, residentMegabytes } from './support/process-stats.ts'

const ROUNDS = 7
const BUILT = fileURLToPath(new URL('../dist/main.js', import.meta.url))
const BARE = `const server = require('node:http').createServer((_, response) => response.end())
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: 'http://127.0.0.1:' + server.address().port })))`

const programs = { 'floor: node:http': ['-e', BARE], vektor: [BUILT, 'serve'] }
const measured = Object.keys(programs).map((name) => ({
  name,
  wall: [] as number[],
  cpu: [] as number[],
  rss: [] as number[],
}))
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [at, args] of Object.values(programs).entries()) {
    const folder = await mkdtemp(join(tmpdir(), 'vektor-bench-'))
    const { wall, cpu, rss } = await boot(args, folder).finally(() => rm(folder, { recursive: true, force: true }))
    measured[at]?.wall.push(wall)
    measured[at]?.cpu.push(cpu)
    measured[at]?.rss.push(rss)
  }
}
console.log(`From the start of the process to the first "ready", median of ${ROUNDS}`)
console.table(
  measured.map(({ name, wall, cpu, rss }) => ({
    server: name,
    'wall ms': spread(wall, 0),
    'CPU ms': spread(cpu, 0),
    'RSS MB': spread(rss),
  })),
)

async function boot(args: readonly string[], folder: string) {
  const began = performance.now()
  const child = spawn(process.execPath, args, {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      VEKTOR_DATA_DIR: folder,
      VEKTOR_PORT: '0',
      VEKTOR_LOG_FORMAT: 'json',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const { status } = await fetch(`${await findUrl(child)}/health/ready`)
    if (status !== 200) throw new Error(`The server is not ready: ${status}.`)
    const wall = performance.now() - began
    return { wall, cpu: await cpuMilliseconds(child), rss: await residentMegabytes(child) }
  } finally {
    child.kill()
    await once(child, 'exit')
  }
}

async function findUrl({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new TypeError('It says nothing.')
  for await (const line of createInterface(stdout)) {
    const { url }: { url?: string } = JSON.parse(line)
    stdout.resume()
    if (url) return url
  }
  throw new Error('The server stopped before it listened: build it first (npx pnpm@12 run build).')
}
