import { expect, test } from 'vitest'
import { Asking } from './asking.ts'

const HERE = { model: 'eliza', conversationId: 'here' }
const hola = { typed: 'Hola', text: 'Hola', ...HERE }

function begun(content: string, conversationId = 'here') {
  const message = { id: 'q', role: 'user', content, created_at: '', parent_id: null, status: 'completed' } as const
  return { conversationId, messageId: 'a', parentId: null, questions: [message] }
}

test('a question that may have arrived has the same key when it is asked again, even if others were asked since', () => {
  const asking = new Asking()
  const first = asking.send(hola)
  asking.settle(asking.send({ typed: 'Adiós', text: 'Adiós', ...HERE }))
  expect(asking.send(hola).idempotencyKey).toBe(first.idempotencyKey)
  asking.settle(first)
  expect(asking.send(hola).idempotencyKey).not.toBe(first.idempotencyKey)
})

test('a question that may have arrived is recognised by its words where it was asked, once', () => {
  const asking = new Asking()
  const question = asking.send(hola)
  expect(asking.recognise(begun('Something else'))).toBeUndefined()
  expect(asking.recognise(begun('Hola', 'elsewhere'))).toBeUndefined()
  expect(asking.recognise(begun('Hola'))).toBe(question)
  expect(asking.recognise(begun('Hola'))).toBeUndefined()
})

test('a question that was not answered takes its place with it when it is asked again', () => {
  const asking = new Asking()
  asking.branchFrom(null)
  const edited = asking.send(hola)
  expect(edited.request.parent_id).toBeNull()
  asking.takeBack(edited)
  expect(asking.send(hola).request).toEqual(edited.request)
  expect(asking.send(hola).request).not.toHaveProperty('parent_id')
})

test('a question that was taken back and had arrived after all leaves its place to nobody', () => {
  const asking = new Asking()
  asking.branchFrom(null)
  const edited = asking.send(hola)
  asking.takeBack(edited)
  expect(asking.recognise(begun('Hola'))).toBe(edited)
  expect(asking.send({ typed: 'Adiós', text: 'Adiós', ...HERE }).request).not.toHaveProperty('parent_id')
})
