import { expect, test } from 'vitest'
import { countTests } from './count-reporter.ts'

function module(states: string[], isOk = !states.includes('failed')) {
  return { children: { allTests: () => states.map((state) => ({ result: () => ({ state }) })) }, ok: () => isOk }
}

test('what passed has passed, and what failed has failed, in all files together', () => {
  expect(countTests([module(['passed', 'passed']), module(['failed', 'passed'])])).toEqual({ passed: 3, failed: 1 })
})

test('a skipped test counts as failed, and so does one that never got its turn', () => {
  expect(countTests([module(['passed', 'skipped', 'pending'])])).toEqual({ passed: 1, failed: 2 })
})

test('a file that cannot be loaded, or fails after its last test, counts as one failure', () => {
  expect(countTests([module([], false), module(['passed'], false)])).toEqual({ passed: 1, failed: 2 })
})
