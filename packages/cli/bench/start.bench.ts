/**
 * How long the built executable takes to start, beside a Node that does nothing. Wall time in a quiet moment; on a busy
 * machine the CPU time says more. In turn, so that whatever else the machine does meets all alike. Build first.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { spawn as spawnPty } from '@lydell/node-pty'
import { FakeServer } from '../test/support/fake-server.ts'
import { Home } from '../test/support/home.ts'
import { printTable } from './support/table.ts'

const ROUNDS = 15
const VEKTOR = fileURLToPath(new URL('../dist/vektor.js', import.meta.url))
if (!existsSync(VEKTOR)) throw new Error('Build @vektor/cli first: npx pnpm@12 build')

await using server = await FakeServer.start()
await using home = await Home.create()
await home.signIn(server.url)
const env = home.environment({ VEKTOR_URL: server.url })

/** Until the process has ended. */
async function wholeRun(args: string[]): Promise<number> {
  const begin = performance.now()
  const child = spawn(process.execPath, args, { env, stdio: 'ignore' })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${args.join(' ')} failed: ${code}`))))
  await promise
  return performance.now() - begin
}

/** Until the prompt of the conversation is on the terminal. */
async function firstPaint(): Promise<number> {
  const begin = performance.now()
  const pty = spawnPty(process.execPath, [VEKTOR, 'chat'], { cols: 80, rows: 24, env })
  const { promise, resolve } = Promise.withResolvers<number>()
  let output = ''
  pty.onData((data) => {
    output += data
    if (output.includes('/help')) resolve(performance.now() - begin)
  })
  const time = await promise
  const ended = Promise.withResolvers<void>()
  pty.onExit(() => ended.resolve())
  pty.kill('SIGKILL')
  await ended.promise
  return time
}

/** CPU of a process and all it did, from the kernel's books; the shell reads them when its child has ended. */
function cpu(args: string[]): number {
  const shell = 'for i in 1 2 3 4 5; do "$@" >/dev/null; done; times'
  const { stdout } = spawnSync('bash', ['-c', shell, 'bash', process.execPath, ...args], { env, encoding: 'utf8' })
  const [, children = ''] = stdout.trim().split('\n')
  const seconds = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  )
  return (seconds.reduce((sum, value) => sum + value, 0) * 1000) / 5
}

const RUNS = {
  'node -e 0': ['-e', '0'],
  'vektor --version': [VEKTOR, '--version'],
  'vektor --help': [VEKTOR, '--help'],
  'vektor models': [VEKTOR, 'models'],
}

const wall = new Map<string, number[]>()
const add = (name: string, time: number) => wall.set(name, [...(wall.get(name) ?? []), time])
// The first round fills the compile cache.
for (let round = -1; round < ROUNDS; round++) {
  for (const [name, args] of Object.entries(RUNS)) {
    const time = await wholeRun(args)
    if (round >= 0) add(name, time)
  }
  const time = await firstPaint()
  if (round >= 0) add('vektor chat, first paint', time)
}
printTable('Start, wall time', 'ms', wall)

const busy = new Map<string, number[]>()
for (let round = 0; round < 5; round++) {
  for (const [name, args] of Object.entries(RUNS)) {
    // `models` needs this process for its answer, which a synchronous run would keep from giving it.
    if (name !== 'vektor models') busy.set(name, [...(busy.get(name) ?? []), cpu(args)])
  }
}
printTable('Start, CPU time', 'ms', busy)
