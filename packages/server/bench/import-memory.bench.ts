/** How large the server gets, and how long others wait, while it imports a file that is far larger; beside JSON.parse alone. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openAsBlob } from 'node:fs'
import { mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chatgptConversation, MARCH, node } from '../test/support/chatgpt-export.ts'
import { quantile } from './support/numbers.ts'
import { residentMegabytes } from './support/process-stats.ts'
import { startServer } from './support/server.ts'
import { signUp } from './support/sign-up.ts'

const MEGABYTES = Number(process.argv[2] ?? 500)
const MESSAGES = 24
const PARAGRAPH =
  'The train from Sevilla to Cádiz takes an hour and a half, "more or less", and stops in Jerez;\nthe sea is on the left. '

const folder = await mkdtemp(join(tmpdir(), 'vektor-bench-'))
try {
  const file = join(folder, 'conversations.json')
  const conversations = await makeFile(file, MEGABYTES * 1024 ** 2)
  const { size } = await stat(file)
  console.log(
    `A file of ${(size / 1024 ** 2).toFixed(0)} MB with ${conversations} conversations of ${MESSAGES} messages.`,
  )
  await measureFloor(file)
  await measureImport(join(folder, 'data'), file)
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** As ChatGPT would have written it. */
async function makeFile(path: string, bytes: number): Promise<number> {
  await using file = await open(path, 'w')
  let count = 0
  for (let size = 0; size < bytes; count += 1) {
    const nodes = Array.from({ length: MESSAGES }, (_, at) =>
      node({
        id: `${count}-${at}`,
        parent: at === 0 ? null : `${count}-${at - 1}`,
        role: at % 2 ? 'assistant' : 'user',
        text: `${count} ${at} ${PARAGRAPH.repeat(at % 2 ? 9 : 2)}`,
        time: MARCH + count,
        metadata: { model_slug: 'gpt-4o', request_id: `request-${count}-${at}`, timestamp_: 'absolute' },
      }),
    )
    const text = `${count === 0 ? '[' : ','}${JSON.stringify(chatgptConversation(`c-${count}`, nodes))}`
    size += Buffer.byteLength(text)
    await file.write(text)
  }
  await file.write(']')
  return count
}

/** Another process, which does nothing but read the file and parse what is in it. */
async function measureFloor(file: string): Promise<void> {
  const parser = spawn(process.execPath, [fileURLToPath(new URL('support/parse-export.ts', import.meta.url)), file], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const ended = once(parser, 'close')
  await report('the floor, reading and parsing alone', parser, () => ended)
}

async function measureImport(data: string, file: string): Promise<void> {
  await using server = await startServer(data, { VEKTOR_RATE_LIMIT: '1000000' })
  console.log('The server')
  const token = await signUp(server.url)
  for (const round of ['the first import', 'the same file again']) {
    const waits: number[] = []
    let isDone = false
    const asking = ask(server.url, token, waits, () => isDone)
    await report(`  ${round}`, server.process, async () => {
      await importFile(server.url, token, file)
      isDone = true
      await asking
    })
    const [middle, most] = [quantile(waits, 0.5), quantile(waits, 1)].map((wait) => wait.toFixed(0))
    console.log(
      `    others, asking for their conversations meanwhile, waited ${middle} ms, at most ${most} ms (${waits.length} times)`,
    )
  }
}

async function report(name: string, measured: ChildProcess, work: () => Promise<unknown>): Promise<void> {
  let most = 0
  const watch = setInterval(async () => {
    most = Math.max(most, (await residentMegabytes(measured).catch(() => 0)) || 0)
  }, 20)
  const began = performance.now()
  await work()
  clearInterval(watch)
  console.log(`${name}: ${((performance.now() - began) / 1_000).toFixed(1)} s, at most ${most.toFixed(0)} MB resident`)
}

async function importFile(url: string, token: string, file: string): Promise<void> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/octet-stream' }
  const response = await fetch(`${url}/chat/history/import`, { method: 'POST', headers, body: await openAsBlob(file) })
  const statuses = new Map<string, number>()
  const reports: { status: string }[] = JSON.parse(await response.text())
  for (const { status } of reports) statuses.set(status, (statuses.get(status) ?? 0) + 1)
  console.log(`  ${[...statuses].map(([status, count]) => `${count} × ${status}`).join(', ')}`)
}

/** What somebody else does all the while. */
async function ask(url: string, token: string, waits: number[], isDone: () => boolean): Promise<void> {
  while (!isDone()) {
    const began = performance.now()
    await (await fetch(`${url}/chat/history?limit=20`, { headers: { Authorization: `Bearer ${token}` } })).arrayBuffer()
    waits.push(performance.now() - began)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
