/** From nothing to a streamed answer: builds, starts a server of its own, makes an account, and opens a chat. */
import { styleText } from 'node:util'
import { announce, reportResult } from '../support/report.ts'
import { run } from '../support/run.ts'
import { Chat } from './chat.ts'
import { takeFolder } from './folder.ts'
import { QuickstartError } from './quickstart-error.ts'
import { startServer } from './server.ts'

const NEXT = [
  ['Connect a real model', 'OPENAI_API_KEY=sk-… npx pnpm@12 quickstart, then /model gpt-4-stream in the chat'],
  ['Start the server for good', 'npx pnpm@12 vektor-server serve, then npx pnpm@12 vektor register'],
  ['Run the tests', 'npx pnpm@12 test'],
] as const

async function quickstart(signal: AbortSignal): Promise<void> {
  announce('building')
  const build = await run('node', ['tools/build/main.ts'], { signal })
  signal.throwIfAborted()
  reportResult('build', build)
  if (!build.isSuccess) throw new QuickstartError('It could not be built.')
  using folder = await takeFolder()
  await using server = await startServer(folder, signal)
  report('server', `${server.url}, everything it keeps is in ${folder.name}`)
  const chat = new Chat(folder, server.url, signal)
  report('account', `${await chat.signIn()}, made for this folder`)
  await (process.stdin.isTTY && process.stdout.isTTY ? chat.open() : chat.askOnce())
  await chat.signOut()
}

function report(what: string, words: string): void {
  console.log(`${styleText('green', '✓')} ${what.padEnd(9)} ${words}`)
}

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stop.abort())

try {
  await quickstart(stop.signal)
  console.log(`\n${NEXT.map(([what, how]) => `${styleText('bold', what.padEnd(26))} ${how}`).join('\n')}`)
} catch (error) {
  process.exitCode = stop.signal.aborted ? 130 : 1
  if (stop.signal.aborted) console.error('Stopped.')
  else if (error instanceof QuickstartError) console.error(`\n${error.message}`)
  else throw error
}
