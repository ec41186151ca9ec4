import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Chores, startHousekeeping } from './housekeeping.ts'
import { createLog } from './log.ts'

const MINUTE_MS = 60_000
const lines: string[] = []

async function start(chores: Chores, intervalMs?: number): Promise<AsyncDisposable> {
  const log = await createLog({ logLevel: 'info', logFormat: 'json' }, { write: (line) => void lines.push(line) })
  return startHousekeeping(chores, log, intervalMs)
}

beforeEach(() => {
  lines.length = 0
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test.each([
  ['an hour', 60 * MINUTE_MS, [1, 61, 121]],
  ['a minute', undefined, [1, 2, 3]],
  ['ten seconds', MINUTE_MS / 6, [1 / 6, 2 / 6, 3 / 6]],
])('what is done every %s is done within a minute for the first time', async (_name, intervalMs, expected) => {
  const began = Date.now()
  const minutes: number[] = []
  await using _housekeeping = await start(
    { chore: async () => void minutes.push((Date.now() - began) / MINUTE_MS) },
    intervalMs,
  )
  while (minutes.length < 3) await vi.advanceTimersToNextTimerAsync()
  expect(minutes).toEqual(expected)
})

test('a chore that fails is in the log, keeps no other one from being done, and is tried again', async () => {
  const done: string[] = []
  const bad = async () => {
    done.push('bad')
    throw new Error('no reason')
  }
  await using _housekeeping = await start({ bad, good: async () => void done.push('good') })
  await vi.advanceTimersByTimeAsync(2 * MINUTE_MS)
  expect(done).toEqual(['bad', 'good', 'bad', 'good'])
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    Array(2).fill(expect.objectContaining({ chore: 'bad', msg: 'housekeeping-failed' })),
  )
})

test('whoever ends it waits for the chore that is being done, which hears of it, and for no other', async () => {
  const done: string[] = []
  const lastStep = Promise.withResolvers<void>()
  const long = async (signal: AbortSignal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    await lastStep.promise
    done.push('long')
    throw signal.reason
  }
  const housekeeping = await start({ long, next: async () => void done.push('next') })
  await vi.advanceTimersByTimeAsync(MINUTE_MS)
  const ending = housekeeping[Symbol.asyncDispose]().then(() => done.push('ended'))
  await vi.advanceTimersByTimeAsync(3 * MINUTE_MS)
  lastStep.resolve()
  await ending
  expect([done, lines]).toEqual([['long', 'ended'], []])
  expect(vi.getTimerCount()).toBe(0)
})
