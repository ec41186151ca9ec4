import { expect, test } from 'vitest'
import { collect } from '../../../test/support/collect.ts'
import { parentsFirst } from './parents-first.ts'

type Following = [id: string, parentId: string | null]

async function order(...batches: Following[][]): Promise<string> {
  const messages = async function* () {
    for (const batch of batches) yield batch.map(([id, parentId]) => ({ id, parentId }))
  }
  return (await collect(parentsFirst(messages())))
    .flat()
    .map(({ id }) => id)
    .join('')
}

test('what is in order stays in order', async () => {
  expect(
    await order(
      [
        ['a', null],
        ['b', 'a'],
      ],
      [
        ['c', 'b'],
        ['d', 'a'],
      ],
    ),
  ).toBe('abcd')
})

test('what comes before the message that it follows waits for it, and so does what follows that', async () => {
  expect(
    await order(
      [
        ['a', 'd'],
        ['b', 'a'],
      ],
      [['c', null]],
      [
        ['d', 'c'],
        ['e', 'b'],
      ],
    ),
  ).toBe('cdabe')
})

test('a message whose parent never comes is a failure, and no loss', async () => {
  await expect(
    order([
      ['a', 'z'],
      ['b', null],
    ]),
  ).rejects.toThrow('not there')
})
