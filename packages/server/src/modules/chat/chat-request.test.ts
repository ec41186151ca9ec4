import { expect, test } from 'vitest'
import { requireSense } from './chat-request.ts'

test('the texts of a message may be as long together as one may be alone, counted in characters', () => {
  const withText = (content: string) => ({ model: 'm', messages: [{ role: 'user' as const, content }] })
  expect(() => requireSense(withText('🦤'.repeat(1_000_000)))).not.toThrow()
  const tooLong = () => requireSense(withText('a'.repeat(1_000_001)))
  expect(tooLong).toThrow(
    expect.objectContaining({ fields: [expect.objectContaining({ pointer: '/messages/0/content' })] }),
  )
})
