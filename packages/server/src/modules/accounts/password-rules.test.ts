import { describe, expect, test } from 'vitest'
import { findPasswordFault } from './password-rules.ts'

const OWNER = { email: 'ana@example.org', username: 'ana_la_grande' }

function fault(password: string, minLength = 8): string | undefined {
  return findPasswordFault(password, OWNER, { minLength })
}

describe('a password that anybody would guess is refused', () => {
  test.each([
    'password',
    'Password1',
    'P@ssw0rd!',
    'password123',
    'contraseña',
    'Contraseña123',
    'CONTRASEN\u0303A',
    '12345678',
    '123456789',
    '87654321',
    'qwertyui',
    'qwerty123',
    'asdfghjk',
    'aaaaaaaa',
    '12341234',
    'abcabcabc',
    'iloveyou',
    'iloveyou1',
    'administrator',
    'letmein1',
    '1q2w3e4r',
    'ＰＡＳＳＷＯＲＤ',
  ])('%s', (password) => {
    expect(fault(password)).toMatch(/less common/)
  })
})

describe('a password is accepted', () => {
  test.each([
    ['from the description', 'ContraseñaSegura123'],
    ['of unrelated words', 'correct horse battery staple'],
    ['of random letters', 'xkqvbzjw'],
    ['of spaces and signs, which count like others', ' ¿qué?  '],
    ['of emoji', '🦤🐙🦖🐍🦀🪲🐝🦋'],
    ['of exactly 128 characters', 'aB3$'.padEnd(128, 'the quick brown fox ')],
  ])('%s', (_, password) => {
    expect(fault(password)).toBeUndefined()
  })
})

test('its length is counted in characters, not in UTF-16 units or bytes', () => {
  expect(fault('🦤🐙🦖🐍🦀🪲🐝')).toBe('Use at least 8 characters.')
  expect(fault('xkqvbz🦤')).toBe('Use at least 8 characters.')
  expect(fault('🦤🐙'.repeat(64))).toMatch(/less common/)
  expect(fault(`${'🦤'.repeat(120)}🐙🦖🐍🦀🪲🐝🦋x`)).toBeUndefined()
  expect(fault(`${'🦤'.repeat(121)}🐙🦖🐍🦀🪲🐝🦋x`)).toBe('Use at most 128 characters.')
})

test('this server may ask for more than eight', () => {
  expect(fault('xkqvbzjwp', 12)).toBe('Use at least 12 characters.')
  expect(fault('xkqvbzjwpmtr', 12)).toBeUndefined()
})

test('the own e-mail address or username is no password, however it is written', () => {
  for (const password of ['ana@example.org', 'ANA@example.ORG', 'Ana_La_Grande']) {
    expect(fault(password)).toMatch(/not your e-mail address or username/)
  }
})

test('the longest inputs are judged in no time', () => {
  const started = performance.now()
  for (const unit of ['a', 'ab', '1', '!', 'password', '🦤']) fault(unit.repeat(100_000))
  expect(performance.now() - started).toBeLessThan(1_000)
})
