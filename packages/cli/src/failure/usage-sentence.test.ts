import { expect, test } from 'vitest'
import { unknownCommandSentence } from './usage-sentence.ts'

const COMMANDS = ['chat', 'history', 'history list', 'history show', 'login', 'logout', 'models', 'register', 'whoami']

test.each([
  ['histroy', 'There is no command "histroy": did you mean vektor history?'],
  ['history shwo', 'There is no command "history shwo": did you mean vektor history show?'],
  ['logn', 'There is no command "logn": did you mean vektor login?'],
  ['whoami extra', 'vektor whoami has no place for "extra".'],
  ['frobnicate', 'There is no command "frobnicate".'],
])('a command that there is not is told with what may have been meant: %s', (words, sentence) => {
  expect(unknownCommandSentence(words, COMMANDS)).toBe(sentence)
})
