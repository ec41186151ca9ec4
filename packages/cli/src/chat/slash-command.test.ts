import { expect, test } from 'vitest'
import { lineFor, parseSlashCommand, questionIn } from './slash-command.ts'

test('a line that starts with a slash is a command', () => {
  expect(parseSlashCommand('/new')).toEqual({ name: 'new' })
  expect(parseSlashCommand(' /model gpt-4 ')).toEqual({ name: 'model', argument: 'gpt-4' })
  expect(parseSlashCommand('/model')).toEqual({ name: 'model', argument: '' })
})

test('a path and a line with two slashes are messages', () => {
  expect(parseSlashCommand('/etc/passwd is what?')).toBeUndefined()
  expect(parseSlashCommand('//help')).toBeUndefined()
  expect(parseSlashCommand('what does /help do?')).toBeUndefined()
})

test.each(['/foo bar', '/new', '//x', '/etc/passwd is what?', 'Hola', 'a / b', '\n/foo'])(
  'what was sent can be typed again, and is no command: %s',
  (question) => {
    expect(parseSlashCommand(lineFor(question))).toBeUndefined()
    expect(questionIn(lineFor(question))).toBe(question.trimStart())
  },
)

test('an unknown command says what it may have meant', () => {
  expect(parseSlashCommand('/hlp')).toMatchObject({ name: 'unknown', sentence: expect.stringContaining('/help') })
})
