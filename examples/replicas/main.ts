/** Three servers are killed one by one while somebody reads: see the README. It fails if anything was lost. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVektor, type Vektor } from '@vektor/sdk'
import { Balancer } from './balancer.ts'
import { startPostgres } from './postgres.ts'
import { Reader } from './reader.ts'
import { Server, type Shared, writeModels } from './servers.ts'

const QUESTION = 'Are you ChatGPT?'
/** Of its answer, before the server that writes it is killed. */
const FIRST_WORDS = 40

interface Killed {
  server: string
  messageId: string
  /** Milliseconds from the kill until the reader was told the end. */
  toldAfter: number
}

await using cleanUp = new AsyncDisposableStack()
const folder = await mkdtemp(join(tmpdir(), 'vektor-replicas-'))
cleanUp.defer(() => rm(folder, { recursive: true, force: true }))
const postgres = cleanUp.use(await startPostgres())
const shared: Shared = { databaseUrl: postgres.url, folder }
await writeModels(shared)
const servers = ['one', 'two', 'three'].map((name) => new Server(name, shared))
cleanUp.defer(async () => {
  await Promise.all(servers.map((server) => server.kill()))
})
await Promise.all(servers.map((server) => server.start()))
const balancer = cleanUp.use(new Balancer(servers))
await balancer.check()
const vektor = createVektor({ baseUrl: await balancer.listen(), device: { name: 'Replicas' } })
await signIn(vektor)
console.log('Three servers share one PostgreSQL, and a reader follows the account.')

const reader = new Reader(vektor)
const left = new Set(servers)
const killed: Killed[] = []
while (left.size > 0) killed.push(await killOne())
const last = await vektor.chat.stream({ model: 'eliza', messages: [{ role: 'user', content: QUESTION }] }).final()
await reader.until(() => reader.answers.get(last.messageId)?.ends.length === 1)
await reader.stop()
await report()

/** Asks until a server that has not been killed yet answers; kills it in the middle of that, and replaces it. */
async function killOne(): Promise<Killed> {
  for (;;) {
    const stream = vektor.chat.stream({ model: 'eliza', messages: [{ role: 'user', content: QUESTION }] })
    const first = await stream[Symbol.asyncIterator]().next()
    const server = balancer.asked
    if (first.done || !server) throw new Error('Nobody answered.')
    const messageId = first.value.message_id
    if (!left.delete(server)) {
      await stream.stop()
      await stream.final()
      continue
    }
    await reader.until(() => (reader.answers.get(messageId)?.text.length ?? 0) >= FIRST_WORDS)
    const killedAt = performance.now()
    await server.kill()
    console.log(`Server ${server.name} is killed in the middle of its answer.`)
    const replaced = server.start()
    await reader.until(() => reader.answers.get(messageId)?.ends.length === 1)
    const toldAfter = performance.now() - killedAt
    const { content, finishReason } = await stream.final()
    assert.equal(finishReason, 'interrupted', 'who asked is told that the answer was interrupted')
    assert.equal(content, reader.answers.get(messageId)?.text, 'who asked and who reads have the same text')
    await replaced
    return { server: server.name, messageId, toldAfter }
  }
}

/** A new account, through whichever server. */
async function signIn({ auth }: Vektor): Promise<void> {
  const [username, password] = [`reader-${randomUUID().slice(0, 8)}`, randomUUID()]
  await auth.register({ email: `${username}@example.com`, username, password })
  await auth.logIn({ username, password })
}

/** Compares what was read with what is stored. */
async function report(): Promise<void> {
  const stored = new Map<string, string>()
  for (const { id } of await vektor.history.list()) {
    const { messages } = await vektor.history.get(id)
    for (const { id: messageId, role, content } of messages) if (role === 'assistant') stored.set(messageId, content)
  }
  assert.equal(reader.answers.size, stored.size, 'the reader has seen every answer')
  for (const [messageId, { ends, text }] of reader.answers) {
    assert.equal(text, stored.get(messageId), 'what was read is exactly what is stored')
    assert.equal(ends.length, 1, 'each answer ended once')
  }
  for (const { messageId } of killed) assert.deepEqual(reader.answers.get(messageId)?.ends, ['interrupted'])
  assert.equal(last.finishReason, 'stop')
  assert.equal(killed.length, servers.length)
  assert.ok(reader.reconnections > 0, 'the reader was cut off at least once, by the server that it had been sent to')

  console.log()
  for (const { server, messageId, toldAfter } of killed) {
    const { text = '', truncations = 0 } = reader.answers.get(messageId) ?? {}
    const more = truncations > 0 ? ', having received more than was stored' : ''
    const seconds = (toldAfter / 1000).toFixed(1)
    console.log(`${server.padEnd(6)} ${text.length} characters, then "interrupted" after ${seconds} s${more}`)
  }
  console.log(
    `The reader was connected ${reader.reconnections + 1} times and has exactly what is stored of all ${stored.size} answers.`,
  )
}
