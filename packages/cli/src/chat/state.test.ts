import { expect, test } from 'vitest'
import { type ChatAction, type ChatState, reduceChat } from './state.ts'

const idle: ChatState = {
  printed: [],
  phase: 'idle',
  connection: 'up',
  model: 'eliza',
  models: [],
  conversationId: undefined,
  title: undefined,
  open: [],
  hint: undefined,
}

function after(...actions: ChatAction[]): ChatState {
  return actions.reduce(reduceChat, idle)
}

test('what was printed is never changed, only added to', () => {
  const one = after({ type: 'printed', lines: ['a', 'b'] })
  const two = reduceChat(one, { type: 'wrote', lines: ['c'], open: [] })
  expect(two.printed).toEqual([...one.printed, { id: 1, text: 'c' }])
  expect(two.printed[0]).toBe(one.printed[0])
})

test('the first question names the conversation until the server does', () => {
  expect(after({ type: 'asked', question: 'Hola\nque tal' }).title).toBe('Hola')
})

test('text that still comes in does not undo the wish to stop', () => {
  const state = after({ type: 'asked', question: 'x' }, { type: 'stopping' }, { type: 'wrote', lines: [], open: ['y'] })
  expect(state.phase).toBe('stopping')
})

test('an answer that has ended leaves nothing open', () => {
  const state = after(
    { type: 'asked', question: 'x' },
    { type: 'connection', state: 'lost' },
    { type: 'wrote', lines: [], open: ['y'] },
    { type: 'ended' },
  )
  expect(state).toMatchObject({ phase: 'idle', open: [], connection: 'up' })
})

test('a question shows its own connection, whatever the one before it was like', () => {
  const state = after({ type: 'connection', state: 'lost' }, { type: 'asked', question: 'x' })
  expect(state.connection).toBe('up')
})

test('a new conversation forgets the old one, and keeps the model', () => {
  const state = after(
    { type: 'chose-model', model: 'other' },
    { type: 'started', conversationId: '1' },
    { type: 'began-anew' },
  )
  expect(state).toMatchObject({ conversationId: undefined, title: undefined, model: 'other' })
})
