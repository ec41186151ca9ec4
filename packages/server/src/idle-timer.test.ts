import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { IdleTimer } from './idle-timer.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('it calls back after each while in which nothing happens', () => {
  const onIdle = vi.fn()
  using _ = new IdleTimer(1_000, onIdle)
  vi.advanceTimersByTime(999)
  expect(onIdle).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(onIdle).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(1_000)
  expect(onIdle).toHaveBeenCalledTimes(2)
})

test('what happens puts it off by a whole while', () => {
  const onIdle = vi.fn()
  using timer = new IdleTimer(1_000, onIdle)
  for (let count = 0; count < 10; count += 1) {
    vi.advanceTimersByTime(700)
    timer.touch()
  }
  vi.advanceTimersByTime(999)
  expect(onIdle).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(onIdle).toHaveBeenCalledTimes(1)
})

test('it can be made shorter, and not longer', () => {
  const onIdle = vi.fn()
  using timer = new IdleTimer(10_000, onIdle)
  vi.advanceTimersByTime(5_000)
  timer.shorten(100)
  timer.shorten(20_000)
  vi.advanceTimersByTime(99)
  expect(onIdle).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(onIdle).toHaveBeenCalledTimes(1)
})

test('once it is disposed, also from its own call, it says nothing', () => {
  const timer = new IdleTimer(100, () => {
    calls += 1
    timer[Symbol.dispose]()
  })
  let calls = 0
  vi.advanceTimersByTime(1_000)
  expect(calls).toBe(1)
  expect(vi.getTimerCount()).toBe(0)
})
