import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError } from '../../app-error.ts'
import type { Ending } from '../conversations/index.ts'
import { every } from './every.ts'
import { GenerationLog } from './generation-log.ts'
import { followOne } from './log-viewer.ts'
import { formatCursor, parseCursor, startOf } from './position.ts'
import { Registry } from './registry.ts'
import { RunningGeneration } from './running-generation.ts'
import { type AccountGenerations, followAccount } from './viewers.ts'

const DONE: Ending = { type: 'done', finishReason: 'stop', usage: null }

/** One account whose generations are written by the test, and loaded from a map once they have ended. */
class TestAccount implements AccountGenerations {
  readonly #registry = new Registry()
  readonly #elsewhere = new Map<number, RunningGeneration>()
  readonly #ended = new Map<number, GenerationLog>()
  readonly texts = new Map<number, string>()

  begin({ isElsewhere = false } = {}): number {
    const sequence = this.texts.size + 1
    const identity = { messageId: `m${sequence}`, conversationId: `c${sequence}`, ownerId: 'ana', sequence }
    const generation = new RunningGeneration(identity)
    if (isElsewhere) this.#elsewhere.set(sequence, generation)
    else this.#registry.add(generation)
    generation.log.begin([{ type: 'start', model: 'eliza', parentId: null }])
    this.texts.set(sequence, '')
    return sequence
  }

  /** As in the transaction that stores the prompt, before its commit. */
  announce(): void {
    const sequence = this.texts.size + 1
    this.#registry.add(new RunningGeneration({ messageId: 'next', conversationId: 'next', ownerId: 'ana', sequence }))
  }

  append(sequence: number, content: string): void {
    const generation = this.#find(sequence)
    if (!generation) return
    generation.log.append(content)
    this.texts.set(sequence, (this.texts.get(sequence) ?? '') + content)
  }

  end(sequence: number): void {
    const generation = this.#find(sequence)
    if (!generation) return
    this.#store(sequence, generation)
    generation.settle(DONE)
  }

  /** Its writer finds that another server has ended it, with so much of its text. */
  lose(sequence: number, length: number): void {
    const generation = this.#find(sequence)
    if (!generation) return
    this.texts.set(sequence, (this.texts.get(sequence) ?? '').slice(0, length))
    this.#store(sequence, generation)
    generation.abandon()
  }

  #store(sequence: number, generation: RunningGeneration): void {
    const stored = new GenerationLog(generation.log.identity)
    stored.begin([{ type: 'start', model: 'eliza', parentId: null }])
    const text = this.texts.get(sequence) ?? ''
    if (text !== '') stored.append(text)
    stored.end(DONE)
    this.#ended.set(sequence, stored)
    this.#registry.delete(generation)
    this.#elsewhere.delete(sequence)
  }

  #find(sequence: number): RunningGeneration | undefined {
    return this.#registry.find(`m${sequence}`) ?? this.#elsewhere.get(sequence)
  }

  running = async () => [...this.#registry.ofAccount('ana'), ...this.#elsewhere.values()].map(({ log }) => log)
  watch = (onLog: (log: GenerationLog) => void) => this.#registry.watch('ana', onLog)
  watchOthers = (look: () => void) => every(1, look)
  newest = async () => this.texts.size
  after = async (sequence: number) => [...this.texts.keys()].filter((known) => known > sequence)
  load = async (sequence: number) => this.#elsewhere.get(sequence)?.log ?? this.#ended.get(sequence)
}

/** A client that loses its connection after so many events each time, and comes back with its last cursor. */
class Client {
  readonly received = new Map<number, string>()
  readonly endings: number[] = []
  cursor: string | undefined

  async connect(account: TestAccount, lives: number, left: AbortSignal): Promise<void> {
    const connection = new AbortController()
    const signal = AbortSignal.any([connection.signal, left])
    const from = this.cursor === undefined ? undefined : parseCursor(this.cursor)
    let events = 0
    for await (const reading of followAccount(account, from, signal, (reading) => reading)) {
      this.cursor = reading.cursor
      if (reading.event) this.#take(reading.log.identity.sequence, reading.event)
      events += 1
      if (events >= lives) connection.abort()
    }
  }

  #take(sequence: number, event: { type: string; content?: string; length?: number }): void {
    const text = this.received.get(sequence)
    if (event.type === 'start') this.received.set(sequence, '')
    if (event.type === 'delta') this.received.set(sequence, `${text}${event.content}`)
    if (event.type === 'truncate') this.received.set(sequence, String(text).slice(0, event.length))
    if (event.type === 'done') this.endings.push(sequence)
  }
}

const deeds = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ deed: fc.constant('begin' as const), isElsewhere: fc.boolean() }) },
    {
      weight: 5,
      arbitrary: fc.record({
        deed: fc.constant('append' as const),
        which: fc.nat(5),
        text: fc.string({ minLength: 1 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ deed: fc.constant('end' as const), which: fc.nat(5) }) },
    {
      weight: 1,
      arbitrary: fc.record({ deed: fc.constant('lose' as const), which: fc.nat(5), length: fc.nat(20) }),
    },
    { weight: 3, arbitrary: fc.constant({ deed: 'breathe' as const }) },
  ),
  { minLength: 1, maxLength: 50 },
)

test('whoever follows an account receives every answer whole and once, wherever the connection was cut', async () => {
  await fc.assert(
    fc.asyncProperty(deeds, fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 30 }), async (todo, lives) => {
      const account = new TestAccount()
      const client = new Client()
      const left = new AbortController()
      const following = (async () => {
        for (const life of lives) await client.connect(account, life, left.signal)
        await client.connect(account, Number.POSITIVE_INFINITY, left.signal)
      })()
      await breathe()
      for (const step of todo) {
        if (step.deed === 'begin') account.begin(step)
        else if (step.deed === 'append') account.append(step.which + 1, step.text)
        else if (step.deed === 'end') account.end(step.which + 1)
        else if (step.deed === 'lose') account.lose(step.which + 1, step.length)
        else await breathe()
      }
      for (const sequence of account.texts.keys()) account.end(sequence)
      await expect.poll(() => client.endings.length, { interval: 1 }).toBe(account.texts.size)
      left.abort()
      await following
      expect(Object.fromEntries(client.received)).toEqual(Object.fromEntries(account.texts))
      expect(new Set(client.endings).size).toBe(account.texts.size)
    }),
    { numRuns: 200 },
  )
})

test('what ran while nobody was connected is replayed, even if the connection was lost before anything came', async () => {
  const account = new TestAccount()
  const client = new Client()
  await client.connect(account, 1, new AbortController().signal)
  expect(client.cursor).toBeDefined()
  const sequence = account.begin()
  account.append(sequence, 'while you were away')
  account.end(sequence)
  await client.connect(account, 3, new AbortController().signal)
  expect(client.received.get(sequence)).toBe('while you were away')
})

test('a viewer that leaves while nothing happens ends at once', async () => {
  const log = new GenerationLog({ messageId: 'm', conversationId: 'c', ownerId: 'ana', sequence: 1 })
  const leaving = new AbortController()
  const reading = followOne(
    log,
    { sequence: 1, offset: 0, ordinal: 0, reasoning: 0 },
    leaving.signal,
    (reading) => reading,
  ).next()
  const following = followAccount(new TestAccount(), parseCursor('1.0.0'), leaving.signal, (reading) => reading).next()
  await breathe()
  leaving.abort()
  expect(await Promise.all([reading, following])).toMatchObject([{ done: true }, { done: true }])
})

test('what goes wrong for one viewer is told to that one, and the answer goes on', async () => {
  const log = new GenerationLog({ messageId: 'm', conversationId: 'c', ownerId: 'o', sequence: 1 })
  log.begin([])
  const { signal } = new AbortController()
  const fail = () => {
    throw new Error('cannot be told')
  }
  const failing = followOne(log, startOf(1), signal, fail).next()
  const viewer = followOne(log, startOf(1), signal, ({ event }) => event)
  const reading = viewer.next()
  log.append('Hola')
  await expect(failing).rejects.toThrow('cannot be told')
  expect(await reading).toEqual({ done: false, value: { type: 'delta', content: 'Hola' } })
  await viewer.return(undefined)
  expect(log.isWatched).toBe(false)
})

test('followers of a log whose prompt could not be stored are let go', async () => {
  const log = new GenerationLog({ messageId: 'm', conversationId: 'c', ownerId: 'ana', sequence: 1 })
  const reading = followOne(
    log,
    { sequence: 1, offset: 0, ordinal: 0, reasoning: 0 },
    new AbortController().signal,
    (reading) => reading,
  ).next()
  log.abandon()
  expect(await reading).toMatchObject({ done: true })
})

test('an answer that its writer has lost goes on from the database: what does not hold is taken back, and it ends', async () => {
  const account = new TestAccount()
  const [lost, other] = [account.begin(), account.begin()]
  const client = new Client()
  const left = new AbortController()
  const following = client.connect(account, Number.POSITIVE_INFINITY, left.signal)
  account.append(lost, 'stored, and not')
  await expect.poll(() => client.received.get(lost), { interval: 1 }).toBe('stored, and not')
  account.lose(lost, 6)
  await expect.poll(() => client.endings, { interval: 1 }).toEqual([lost])
  expect(client.received.get(lost)).toBe('stored')
  account.end(other)
  await expect.poll(() => client.endings, { interval: 1 }).toEqual([lost, other])
  left.abort()
  await following
})

test('an answer that was deleted while it was followed holds up no other', async () => {
  const account = new TestAccount()
  const [deleted, other] = [account.begin(), account.begin()]
  const load = account.load
  account.load = async (sequence) => (sequence === deleted ? undefined : load(sequence))
  const client = new Client()
  const left = new AbortController()
  const following = client.connect(account, Number.POSITIVE_INFINITY, left.signal)
  account.append(deleted, 'gone')
  await expect.poll(() => client.received.get(deleted), { interval: 1 }).toBe('gone')
  account.lose(deleted, 0)
  account.end(other)
  await expect.poll(() => client.endings, { interval: 1 }).toEqual([other])
  left.abort()
  await following
})

test('a fault in finding what other servers began ends the stream, and a database that is away does not', async () => {
  const away = new AppError('database-unavailable', 'The database is away.')
  const fault = new TypeError('Nobody foresaw this.')
  const errors = [away, fault]
  const account = Object.assign(new TestAccount(), { after: () => Promise.reject(errors.shift() ?? fault) })
  await expect(new Client().connect(account, 9, new AbortController().signal)).rejects.toBe(fault)
  expect(errors).toEqual([])
})

test('while the database is away one viewer looks again once a second, however often it is woken', async () => {
  const away = new AppError('database-unavailable', 'The database is away.')
  let [asked, wake] = [0, () => {}]
  const account = Object.assign(new TestAccount(), {
    after: () => {
      asked += 1
      return Promise.reject(away)
    },
    watchOthers: (look: () => void) => {
      wake = look
      return { [Symbol.dispose]() {} }
    },
  })
  const leaving = new AbortController()
  const following = new Client().connect(account, 9, leaving.signal)
  for (let time = 0; time < 20; time += 1) {
    await breathe()
    wake()
  }
  await breathe()
  const woken = asked
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  expect(asked - woken).toBe(1)
  leaving.abort()
  await following
})

test('a cursor lists the answers that are unfinished, and of the others only the newest', async () => {
  const account = new TestAccount()
  const [first, second, third] = [account.begin(), account.begin(), account.begin()]
  const client = new Client()
  const following = client.connect(account, 6, new AbortController().signal)
  await breathe()
  account.append(first, 'one')
  account.end(second)
  account.end(third)
  await following
  expect(parseCursor(client.cursor ?? '').map(({ sequence }) => sequence)).toEqual([first, third])
})

test('a cursor names no answer whose prompt is only about to be stored: a crash would leave nobody who knows it', async () => {
  const account = new TestAccount()
  const first = account.begin()
  const client = new Client()
  const following = client.connect(account, 2, new AbortController().signal)
  account.announce()
  await breathe()
  account.append(first, 'one')
  await following
  expect(client.received.get(first)).toBe('one')
  expect(parseCursor(client.cursor ?? '').map(({ sequence }) => sequence)).toEqual([first])
})

test('whoever was away for very many answers is not the reason that others wait', async () => {
  const many = Array.from({ length: 30_000 }, (_, index) => index + 1)
  const account = Object.assign(new TestAccount(), { after: async () => many, load: async () => undefined })
  const left = new AbortController()
  const following = new Client()
  following.cursor = '0.0.0'
  let longest = 0
  let last = performance.now()
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 5)
  const done = following.connect(account, 1, left.signal)
  await new Promise((resolve) => setTimeout(resolve, 500))
  left.abort()
  await done
  clearInterval(beat)
  expect(longest).toBeLessThan(5_000)
})

test('a cursor that names answers which are gone goes on with those that are there', async () => {
  const account = new TestAccount()
  const client = new Client()
  client.cursor = formatCursor([{ sequence: 41, offset: 3, ordinal: 1, reasoning: 0 }])
  const left = new AbortController()
  const following = client.connect(account, 3, left.signal)
  await breathe()
  const sequence = account.begin()
  account.end(sequence)
  await expect.poll(() => client.endings, { interval: 1 }).toEqual([sequence])
  left.abort()
  await following
})

function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
