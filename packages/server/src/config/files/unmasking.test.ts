import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MASK, maskSecrets } from './masking.ts'
import { restoreSecrets } from './unmasking.ts'

const name = fc.oneof(fc.constantFrom('token', 'url', 'a', 'b', '__proto__', 'constructor'), fc.string())
const text = fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true }), fc.constantFrom(MASK, `\${NAME}`))
const { settings } = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, text, fc.integer(), fc.boolean(), fc.constant(null), tie('list'), tie('settings')),
  list: fc.array(tie('value'), { maxLength: 4 }),
  settings: fc.dictionary(name, tie('value'), { maxKeys: 5 }),
}))

test('what is shown, sent back, is what was stored', () => {
  fc.assert(
    fc.property(settings, (stored) => {
      const { value, errors } = restoreSecrets(maskSecrets(stored), stored)
      expect(errors).toEqual([])
      expect(JSON.stringify(value)).toBe(JSON.stringify(stored))
    }),
  )
})

test('a mask stands for what is stored in its own place, and for nothing else', () => {
  const stored = { token: 'one', hooks: [{ url: 'https://a.example/x' }], plain: 'a' }
  expect(restoreSecrets({ token: MASK, plain: 'b' }, stored)).toEqual({
    value: { token: 'one', plain: 'b' },
    errors: [],
  })
  expect(restoreSecrets({ token: 'two' }, stored).value).toEqual({ token: 'two' })
  const wrong = [{ key: MASK }, { hooks: [{ url: `https://b.example/${MASK}` }] }, { plain: MASK }, { token: [MASK] }]
  for (const sent of wrong) expect(restoreSecrets(sent, stored).errors).toHaveLength(1)
  expect(restoreSecrets({ token: MASK }, undefined).errors).toEqual([
    { pointer: '/token', detail: expect.stringContaining('Send the secret itself') },
  ])
  expect(restoreSecrets({ constructor: MASK, ['__proto__']: MASK }, {}).errors).toHaveLength(2)
})

const ANA = { name: 'ana', token: 'AAA' }
const BOB = { name: 'bob', token: 'BBB' }
const EVE = { name: 'eve', token: 'EEE' }
const shown = ({ name }: { name: string }) => ({ token: MASK, name })

test('an entry of a list keeps its own secret, wherever in the list it is now', () => {
  const stored = { recipients: [ANA, BOB, EVE] }
  const restored = (...recipients: unknown[]) => restoreSecrets({ recipients }, stored)
  expect(restored(shown(BOB))).toEqual({ value: { recipients: [BOB] }, errors: [] })
  expect(restored(shown(BOB), shown(EVE), ANA)).toEqual({ value: { recipients: [BOB, EVE, ANA] }, errors: [] })
  expect(restored(shown(EVE), shown(ANA), shown(BOB)).value).toEqual({ recipients: [EVE, ANA, BOB] })
  expect(restored({ name: 'new' }, shown(ANA)).value).toEqual({ recipients: [{ name: 'new' }, ANA] })
})

test('an entry of a list that is not as it was shown has no secret to keep', () => {
  const stored = { recipients: [ANA, BOB] }
  const pointers = (...recipients: unknown[]) =>
    restoreSecrets({ recipients }, stored).errors.map(({ pointer }) => pointer)
  expect(pointers(shown(BOB), shown({ name: 'ana maria' }))).toEqual(['/recipients/1/token'])
  expect(pointers(shown(ANA), shown(ANA))).toEqual(['/recipients/0/token', '/recipients/1/token'])
  expect(pointers([MASK])).toEqual(['/recipients/0/0'])
})

test('entries that look alike keep their order, and with one more or less nobody knows which is which', () => {
  const stored = { tokens: ['one', 'two', 3], names: ['a', 'a'] }
  const restored = (...tokens: unknown[]) => restoreSecrets({ tokens, names: ['a'] }, stored)
  expect(restored(MASK, 'four', MASK, MASK)).toEqual({
    value: { tokens: ['one', 'four', 'two', 3], names: ['a'] },
    errors: [],
  })
  expect(restored(MASK, MASK, 'four').errors).toHaveLength(2)
})
