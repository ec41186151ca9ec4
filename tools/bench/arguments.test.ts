import { expect, test } from 'vitest'
import { parseArguments } from './arguments.ts'

test('options are passed on to the benchmarks, and choose none', () => {
  expect(parseArguments(['history', '--million', 'parse'])).toEqual({
    wanted: ['history', 'parse'],
    options: ['--million'],
  })
  expect(parseArguments(['--million'])).toEqual({ wanted: [], options: ['--million'] })
})
