import { expect, test } from 'vitest'
import { chooseModel } from './choose-model.ts'

const MODELS = [
  { name: 'gpt-4-stream', available: false },
  { name: 'eliza', available: true },
  { name: 'local', available: true },
]
const NOTHING = { asked: undefined, conversation: undefined, own: undefined }

test('who was asked for answers, else who answered last, else whom the user prefers', () => {
  const all = { asked: 'a', conversation: 'b', own: 'c' }
  expect(chooseModel(MODELS, all)).toBe('a')
  expect(chooseModel(MODELS, { ...all, asked: undefined })).toBe('b')
  expect(chooseModel(MODELS, { ...NOTHING, own: 'c' })).toBe('c')
})

test('otherwise the first that can be used, the offline one last', () => {
  expect(chooseModel(MODELS, NOTHING)).toBe('local')
  expect(chooseModel(MODELS.slice(0, 2), NOTHING)).toBe('eliza')
  expect(() => chooseModel(MODELS.slice(0, 1), NOTHING)).toThrow('vektor models says why')
})
