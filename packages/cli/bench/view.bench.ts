/**
 * What the view costs while an answer comes at 200 tokens a second, and while nothing happens: CPU of its process, bytes
 * and writes to the terminal. The least it could write is the text itself, which is printed beside it. Build first.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { spawn } from '@lydell/node-pty'
import { FakeServer } from '../test/support/fake-server.ts'
import { Home } from '../test/support/home.ts'

const TOKENS_PER_SECOND = 200
const SECONDS = 10
const IDLE_SECONDS = 10
const ROUNDS = 5
/** What the answer left behind is collected in the seconds after it. */
const SETTLE_MS = 15_000
/** The kernel counts in these. */
const TICK_MS = 10
const VEKTOR = fileURLToPath(new URL('../dist/vektor.js', import.meta.url))
if (!existsSync(VEKTOR)) throw new Error('Build @vektor/cli first: npx pnpm@12 build')

const PROSE = 'The view shows what can still change and nothing else, so that a terminal has little to do. '
const KINDS: Record<string, string> = {
  'paragraphs of 90 words': `${PROSE.repeat(5)}\n\n`,
  'a list': `- ${PROSE}\n- ${PROSE}\n\n`,
  code: '```ts\nconst answer = await vektor.chat.stream(question).final()\nconsole.log(answer.content)\n```\n\n',
}

interface Cost {
  cpu: number
  bytes: number
  frames: number
}

function cpuMilliseconds(pid: number): number {
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const values = fields.split(' ')
  return (Number(values[11]) + Number(values[12])) * TICK_MS
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

async function measure(text: string): Promise<{ streaming: Cost; idle: Cost; textBytes: number }> {
  await using server = await FakeServer.start()
  await using home = await Home.create()
  await home.signIn(server.url)
  const env = home.environment({ VEKTOR_URL: server.url, TERM: 'xterm-256color' })
  const pty = spawn(process.execPath, [VEKTOR, 'chat'], { cols: 80, rows: 24, env })
  let output = ''
  pty.onData((data) => {
    output += data
  })
  while (!output.includes('/help')) await pause(20)
  const asked = server.nextQuestion()
  pty.write('Tell me\r')
  const answer = await asked
  const tokens = text.match(/\s?\S{1,5}|\s/g) ?? []
  // A moment for the compiler to warm up, as in any conversation that lasts.
  let sent = 0
  const send = async (count: number) => {
    const begin = performance.now()
    for (let index = 0; index < count; index++) {
      answer.write(tokens[sent++ % tokens.length] ?? '')
      const early = begin + ((index + 1) * 1000) / TOKENS_PER_SECOND - performance.now()
      if (early > 1) await pause(early)
    }
  }
  await send(3 * TOKENS_PER_SECOND)
  const cost = async (during: () => Promise<unknown>): Promise<Cost> => {
    output = ''
    const before = cpuMilliseconds(pty.pid)
    await during()
    const cpu = cpuMilliseconds(pty.pid) - before
    return { cpu, bytes: Buffer.byteLength(output), frames: output.split('\u001b[?2026h').length - 1 }
  }
  const from = answer.text.length
  const streaming = await cost(() => send(SECONDS * TOKENS_PER_SECOND))
  const textBytes = Buffer.byteLength(answer.text.slice(from))
  answer.end()
  await pause(SETTLE_MS)
  const idle = await cost(() => pause(IDLE_SECONDS * 1000))
  pty.kill('SIGKILL')
  return { streaming, idle, textBytes }
}

/** CPU milliseconds of a Node that does nothing: machines differ, and so does how busy they are. */
function floor(): number {
  const run = 'for i in 1 2 3 4 5; do "$0" -e 0; done; times'
  const [, children = ''] = execFileSync('bash', ['-c', run, process.execPath], { encoding: 'utf8' }).trim().split('\n')
  const parts = [...children.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, rest]) => Number(minutes) * 60 + Number(rest),
  )
  return (parts.reduce((sum, value) => sum + value, 0) * 1000) / 5
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const rows: Record<string, Record<string, string>> = {}
for (const [kind, text] of Object.entries(KINDS)) {
  const rounds: Awaited<ReturnType<typeof measure>>[] = []
  const floors: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    floors.push(floor())
    rounds.push(await measure(text))
  }
  const tokens = SECONDS * TOKENS_PER_SECOND
  const of = (value: (round: (typeof rounds)[number]) => number, digits: number) => {
    const values = rounds.map(value)
    return `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)})`
  }
  rows[kind] = {
    '% of a core': of(({ streaming }) => streaming.cpu / (SECONDS * 10), 1),
    'CPU of one second / node -e 0': of(({ streaming }) => streaming.cpu / SECONDS / median(floors), 2),
    'bytes per token': of(({ streaming }) => streaming.bytes / tokens, 1),
    'of them text': of(({ textBytes }) => textBytes / tokens, 1),
    'frames per second': of(({ streaming }) => streaming.frames / SECONDS, 1),
    'idle, % of a core': of(({ idle }) => idle.cpu / (IDLE_SECONDS * 10), 2),
  }
}
console.log(`\n${TOKENS_PER_SECOND} tokens a second, 80 × 24`)
console.table(rows)
