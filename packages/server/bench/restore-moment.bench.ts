/**
 * How long others wait while the conversations of an account are added, changed or replaced, all of them at once.
 * `--conversations 10000` says how many; `--postgres` takes PostgreSQL instead of SQLite.
 */
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { spread } from './support/numbers.ts'
import { postgresSettings } from './support/postgres-settings.ts'
import { sampleArchive } from './support/sample-archive.ts'
import { startServer } from './support/server.ts'
import { signUp } from './support/sign-up.ts'

const MESSAGES_EACH = 20

const { values } = parseArgs({
  options: { conversations: { type: 'string', default: '10000' }, postgres: { type: 'boolean', default: false } },
})
const conversations = Number(values.conversations)

const folder = await mkdtemp(join(tmpdir(), 'vektor-bench-'))
try {
  await using opened = new AsyncDisposableStack()
  const settings = values.postgres ? await postgresSettings(opened) : {}
  await using server = await startServer(join(folder, 'server'), { ...settings, VEKTOR_RATE_LIMIT: '10000000' })
  const [ana, bob] = [await signUp(server.url), await signUp(server.url, 'bob')]
  const [one, other] = [await upload(server.url, ana, 0), await upload(server.url, ana, 1)]
  console.log(
    `${values.postgres ? 'PostgreSQL' : 'SQLite'}, ${conversations} conversations of ${MESSAGES_EACH} messages`,
  )
  await report('nothing', () => delay(3_000))
  await report('all are added', () => restore(one, 'merge'))
  await report('all are there already', () => restore(one, 'merge'))
  await report('title and last message of each change', () => restore(other, 'merge'))
  await report('the same, replaced', () => restore(one, 'replace'))

  async function restore(backup_id: string, mode: string): Promise<void> {
    await ask(ana, 'POST', `${server.url}/sync/restore`, { backup_id, mode })
  }

  /** Somebody else writes again and again meanwhile. */
  async function report(name: string, work: () => Promise<unknown>): Promise<void> {
    const waits: number[] = []
    let isDone = false
    const began = performance.now()
    const writing = (async () => {
      while (!isDone) {
        const asked = performance.now()
        await ask(bob, 'PUT', `${server.url}/users/preferences`, { theme: waits.length % 2 ? 'dark' : 'light' })
        waits.push(performance.now() - asked)
        await delay(5)
      }
    })()
    await work()
    isDone = true
    await writing
    const seconds = ((performance.now() - began) / 1_000).toFixed(1)
    console.log(`  ${name}: ${seconds} s; others waited ${spread(waits, 0)} ms to write`)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function upload(url: string, token: string, edition: number): Promise<string> {
  const { path } = await sampleArchive(await mkdtemp(join(folder, 'archive-')), conversations * MESSAGES_EACH, {
    edition,
  })
  const headers = { 'Content-Type': 'application/gzip', Authorization: `Bearer ${token}` }
  const body = ReadableStream.from(createReadStream(path))
  const response = await fetch(`${url}/sync/backup/upload`, { method: 'POST', headers, body, duplex: 'half' })
  const { backup_id: id } = Object(await response.json())
  return String(id)
}

async function ask(token: string, method: string, url: string, body: object): Promise<void> {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) })
  const text = await response.text()
  if (!response.ok) throw new Error(text)
}
