import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

test('work of one key waits for the one before it, even if that fails; other keys do not wait', async () => {
  const turns = new Turns(60_000)
  const done: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = turns.take('ana', async () => {
    await gate.promise
    done.push('first')
    throw new Error('It failed.')
  })
  const second = turns.take('ana', async () => done.push('second'))
  await turns.take('bob', async () => done.push('of bob'))
  gate.resolve()
  await expect(first).rejects.toThrow('It failed.')
  await second
  expect(done).toEqual(['of bob', 'first', 'second'])
})

test('who waits too long is told to come back, and nobody passes those who are at work', async () => {
  const turns = new Turns(20)
  const done: string[] = []
  const gate = Promise.withResolvers<void>()
  const first = turns.take('ana', async () => {
    await gate.promise
    done.push('first')
  })
  await expect(turns.take('ana', async () => done.push('never'))).rejects.toMatchObject({ code: 'busy' })
  await expect(turns.take('ana', async () => done.push('never'))).rejects.toMatchObject({ code: 'busy' })
  gate.resolve()
  await first
  await turns.take('ana', async () => done.push('last'))
  expect(done).toEqual(['first', 'last'])
})
