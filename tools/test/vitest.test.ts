import { expect, test } from 'vitest'
import { countTests } from './vitest.ts'

const report = { success: true, numPassedTests: 7, numTotalTests: 7 }

test('a run in which every test passed has no failure', () => {
  expect(countTests(report, 0)).toEqual({ passed: 7, failed: 0 })
})

test('a skipped test counts as failed', () => {
  expect(countTests({ ...report, numPassedTests: 5 }, 0)).toEqual({ passed: 5, failed: 2 })
})

test('a run that fails though its tests passed counts as one failure', () => {
  expect(countTests(report, 1)).toEqual({ passed: 7, failed: 1 })
  expect(countTests({ ...report, success: false }, 0)).toEqual({ passed: 7, failed: 1 })
})

test('a run that dies before its report counts as one failure', () => {
  expect(countTests(undefined, null)).toEqual({ passed: 0, failed: 1 })
})
