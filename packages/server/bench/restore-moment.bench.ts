/**
 * How long others wait while the conversations of an account are added, changed or replaced, all of them at once.
 * `--conversations 10000 --messages-each 20` says how many; `--postgres` takes PostgreSQL instead of SQLite.
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

const { values } = parseArgs({
  options: {
    conversations: { type: 'string', default: '10000' },
    'messages-each': { type: 'string', default: '20' },
    postgres: { type: 'boolean', default: false },
  },
})
const conversations = Number(values.conversations)
const messagesEach = Number(values['messages-each'])

const folder = await mkdtemp(join(tmpdir(), 'vektor-bench-'))
try {
  await using opened = new AsyncDisposableStack()
  const settings = values.postgres ? await postgresSettings(opened) : {}
  await using server = await startServer(join(folder, 'server'), { ...settings, VEKTOR_RATE_LIMIT: '10000000' })
  const [ana, bob] = [await signUp(server.url), await signUp(server.url, 'bob')]
  const [one, other] = [await upload(server.url, ana, 0), await upload(server.url, ana, 1)]
  console.log(
    `${values.postgres ? 'PostgreSQL' : 'SQLite'}, ${conversations} conversations of ${messagesEach} messages`,
  )
  await report('nothing', () => delay(3_000, ''))
  await report('all are added', () => restore(one, 'merge'))
  await report('all are there already', () => restore(one, 'merge'))
  await report('title and last message of each change', () => restore(other, 'merge'))
  await report('the same, replaced', () => restore(one, 'replace'))

  async function restore(backup_id: string, mode: string): Promise<string> {
    const { restored } = Object(await ask(ana, 'POST', `${server.url}/sync/restore`, { backup_id, mode }))
    const { conversations_added: added, conversations_changed: changed, messages_changed: messages } = restored
    return `${added} conversations added, ${changed} changed, ${messages} messages changed, `
  }

  /** Somebody else writes again and again meanwhile. */
  async function report(name: string, work: () => Promise<string>): Promise<void> {
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
    const done = await work()
    isDone = true
    await writing
    const seconds = ((performance.now() - began) / 1_000).toFixed(1)
    console.log(`  ${name}: ${done}${seconds} s; others waited ${spread(waits, 0)} ms to write`)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}

async function upload(url: string, token: string, edition: number): Promise<string> {
  const { path } = await sampleArchive(await mkdtemp(join(folder, 'archive-')), conversations * messagesEach, {
    edition,
    messagesEach,
  })
  const headers = { 'Content-Type': 'application/gzip', Authorization: `Bearer ${token}` }
  const body = ReadableStream.from(createReadStream(path))
  const response = await fetch(`${url}/sync/backup/upload`, { method: 'POST', headers, body, duplex: 'half' })
  const { backup_id: id } = Object(await response.json())
  return String(id)
}

async function ask(token: string, method: string, url: string, body: object): Promise<unknown> {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` }
  const response = await fetch(url, { method, headers, body: JSON.stringify(body) })
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return JSON.parse(text)
}
