import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ResizeGuard } from './resize-guard.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

test('a size is believed when it has lasted longer than tmux waits before it tells the next one', () => {
  const stdout = Object.assign(new EventEmitter(), { columns: 80, rows: 24, write: () => true })
  const heard: string[] = []
  using _guard = new ResizeGuard(stdout as unknown as NodeJS.WriteStream, {
    resizing: () => heard.push('resizing'),
    settled: () => heard.push('settled'),
  })
  for (const columns of [60, 50, 40]) {
    stdout.columns = columns
    stdout.emit('resize')
    vi.advanceTimersByTime(300)
  }
  expect(heard).toEqual(['resizing', 'resizing', 'resizing'])
  vi.advanceTimersByTime(300)
  expect(heard.at(-1)).toBe('settled')
})
