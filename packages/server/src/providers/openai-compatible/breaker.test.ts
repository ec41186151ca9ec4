import { beforeEach, expect, test } from 'vitest'
import { Breaker } from './breaker.ts'

let now: number
let breaker: Breaker
beforeEach(() => {
  now = 1_000_000
  breaker = new Breaker(() => now)
})

/** How many seconds from now it is open. */
const openFor = () => breaker.openUntil && (breaker.openUntil - now) / 1000
const fail = (wishMs?: number) => breaker.begin().failed(wishMs)

test('it opens with the third failure in a row, and not with three that had a success between them', () => {
  expect([fail(), fail()]).toEqual([false, false])
  breaker.begin().succeeded()
  expect([fail(), fail(), breaker.isReady]).toEqual([false, false, true])
  expect([fail(), breaker.isReady, openFor()]).toEqual([true, false, 10])
})

test('once its time is over, one question finds out, and nobody else asks meanwhile', () => {
  for (let count = 0; count < 3; count += 1) fail()
  now += 9_999
  expect(breaker.isReady).toBe(false)
  now += 1
  expect(breaker.isReady).toBe(true)
  const probe = breaker.begin()
  expect(breaker.isReady).toBe(false)
  expect([probe.succeeded(), breaker.isReady, breaker.openUntil]).toEqual([true, true, undefined])
})

test('each time that the question fails it is open for twice as long, up to two minutes', () => {
  for (let count = 0; count < 3; count += 1) fail()
  const pauses = [20, 40, 80, 120, 120].map(() => {
    now += openFor() ?? 0
    now = breaker.openUntil ?? now
    fail()
    return openFor()
  })
  expect(pauses).toEqual([20, 40, 80, 120, 120])
  breaker.begin().succeeded()
  for (let count = 0; count < 3; count += 1) fail()
  expect(openFor()).toBe(10)
})

test('whoever leaves before there is an answer leaves the question to the next', () => {
  for (let count = 0; count < 3; count += 1) fail()
  now += 10_000
  const probe = breaker.begin()
  probe.released()
  expect(breaker.isReady).toBe(true)
})

test('questions that were under way when it opened make it no worse', () => {
  const trials = Array.from({ length: 10 }, () => breaker.begin())
  expect(trials.map((trial) => trial.failed())).toEqual([false, false, true, ...Array(7).fill(false)])
  expect(openFor()).toBe(10)
})

test('a server that says when to come back is left alone until then, from the first failure on', () => {
  expect([fail(7_000), openFor()]).toEqual([true, 7])
  const [one, other] = [breaker.begin(), breaker.begin()]
  expect([one.failed(90_000), openFor(), other.failed(50_000), openFor()]).toEqual([true, 90, false, 90])
})

test('and for no more than an hour', () => {
  fail(86_400_000)
  expect(openFor()).toBe(3600)
})
