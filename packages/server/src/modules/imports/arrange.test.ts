import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arrange } from './arrange.ts'
import { emptyPlace, type FoundMessage } from './found-conversation.ts'

function said(sourceId: string, parentId: string | null, more: Partial<FoundMessage> = {}): FoundMessage {
  return { ...emptyPlace(sourceId, parentId), isSkipped: false, content: sourceId, ...more }
}
const skipped = (id: string, parent: string | null, reasoning = '') => ({ ...emptyPlace(id, parent), reasoning })

function placesOf(found: readonly FoundMessage[]) {
  return arrange(found).messages.map(({ parentId, sourceId }) => [sourceId, parentId])
}

test('each message comes after the one that it comes after, whatever their order in the file', () => {
  expect(placesOf([said('c', 'b'), said('b', 'a'), said('a', null), said('d', 'b')])).toEqual([
    ['a', null],
    ['b', 'a'],
    ['c', 'b'],
    ['d', 'b'],
  ])
})

test('what is left out leaves no gap, and its thoughts go to the answers after it', () => {
  const found = [skipped('root', null), said('q', 'root'), skipped('t', 'q', 'Hm.'), said('a', 't'), said('b', 't')]
  const { messages, standing } = arrange(found)
  expect(messages.map(({ parentId, reasoning, sourceId }) => [sourceId, parentId, reasoning])).toEqual([
    ['q', null, ''],
    ['a', 'q', 'Hm.'],
    ['b', 'q', 'Hm.'],
  ])
  expect([standing.get('root'), standing.get('t'), standing.get('a')]).toEqual([null, 'q', 'a'])
})

test('whoever comes after nobody, or in a circle, begins a branch', () => {
  const { messages, strays } = arrange([
    said('a', 'gone'),
    said('b', 'd'),
    said('c', 'b'),
    said('d', 'c'),
    said('e', 'e'),
  ])
  expect(messages.map(({ parentId, sourceId }) => [sourceId, parentId])).toEqual([
    ['a', null],
    ['b', null],
    ['c', 'b'],
    ['d', 'c'],
    ['e', null],
  ])
  expect(strays).toBe(3)
})

test('whatever a file calls a tree, each message is in it once, after its parent, and `__proto__` is a name', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__', 'constructor')
  const message = fc.record({ id, parent: fc.option(id), isSkipped: fc.boolean() })
  fc.assert(
    fc.property(fc.array(message), (nodes) => {
      const found = nodes.map((node) => ({ ...said(node.id, node.parent), isSkipped: node.isSkipped }))
      const { messages } = arrange(found)
      const seen = new Set<string>()
      for (const { parentId, sourceId } of messages) {
        expect(seen.has(sourceId)).toBe(false)
        if (parentId !== null) expect(seen.has(parentId)).toBe(true)
        seen.add(sourceId)
      }
    }),
  )
})

test('a hundred thousand messages, one after the other, are arranged in no time and in no depth', () => {
  const found = Array.from({ length: 100_000 }, (_, at) => said(`${at}`, at === 0 ? null : `${at - 1}`))
  const began = performance.now()
  expect(arrange(found).messages).toHaveLength(100_000)
  expect(performance.now() - began).toBeLessThan(3_000)
})
