import fc from 'fast-check'
import { expect, test } from 'vitest'
import { identityKey } from './account.ts'

test.each([
  ['the case', 'Ana@Example.org', 'ana@EXAMPLE.ORG'],
  ['composition (NFC and NFD)', 'andré', 'andre\u0301'],
  ['compatibility forms, such as ligatures and full width', 'ﬁona', 'ＦＩＯＮＡ'],
  ['the Kelvin sign, which is a K', '\u212Aarl', 'karl'],
  ['the Ångström sign, which is an Å', '\u212Bsa', 'åsa'],
  ['the long s', 'ſam', 'SAM'],
  ['ß, which is SS in upper case', 'straße', 'STRASSE'],
  ['the capital ẞ', 'STRAẞE', 'strasse'],
  ['final sigma', 'ΝΙΚΟΣ', 'νικος'],
  ['final sigma against sigma', 'νικος', 'νικοσ'],
  ['the micro sign, which is a mu', '\u00B5', 'μ'],
  ['a mark that composes only once the case is gone', 'H\u0331', '\u1E96'],
])('%s does not make two names different', (_, one, other) => {
  expect(identityKey(one)).toBe(identityKey(other))
})

test.each([
  ['ana', 'anna'],
  ['andré', 'andre'],
  ['ana@example.org', 'ana@example.com'],
  ['ñ', 'n'],
])('%s and %s are two', (one, other) => {
  expect(identityKey(one)).not.toBe(identityKey(other))
})

test('whatever the text: its key does not depend on case or composition, and is its own key', () => {
  const text = fc.string({ unit: 'grapheme' })
  fc.assert(
    fc.property(text, (name) => {
      const key = identityKey(name)
      for (const other of [
        key,
        name.toUpperCase(),
        name.toLowerCase(),
        name.normalize('NFD'),
        name.normalize('NFKC'),
      ]) {
        expect(identityKey(other)).toBe(key)
      }
    }),
    { numRuns: 2_000 },
  )
})

test('every single character of Unicode has one key, in upper and in lower case, composed and decomposed', () => {
  const strays: string[] = []
  for (let point = 0; point <= 0x10ffff; point += 1) {
    if (point >= 0xd800 && point <= 0xdfff) continue
    const character = String.fromCodePoint(point)
    const key = identityKey(character)
    const forms = [key, character.toUpperCase(), character.toLowerCase(), character.normalize('NFD')]
    if (forms.some((form) => identityKey(form) !== key)) strays.push(point.toString(16))
  }
  expect(strays).toEqual([])
})
