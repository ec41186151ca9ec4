import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { ChatStream } from '@vektor/sdk'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { builtCli } from './support/built-cli.ts'
import { Recorder } from './support/recorder.ts'
import { runVektor } from './support/run-vektor.ts'
import { TestTerminal } from './support/terminal.ts'
import { PATIENT, type Person, SLOW, TwoDevices } from './support/two-devices.ts'

let devices: TwoDevices
let person: Person
let children: ChildProcess[] = []

beforeAll(async () => {
  devices = await TwoDevices.start()
})

beforeEach(async () => {
  person = await devices.person()
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  await person[Symbol.asyncDispose]()
  await devices.untilOpenStreams(0)
})

afterAll(async () => {
  await devices?.[Symbol.asyncDispose]()
})

/** `vektor chat --follow`, and what it has printed so far; once the server streams to it. */
async function follow(args: string[] = []) {
  const command = [await builtCli(), 'chat', '--follow', ...args]
  const child = spawn(process.execPath, command, {
    env: person.computer.environment(),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  children.push(child)
  const printed = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed.stderr += text
  })
  await devices.untilOpenStreams(1)
  return { child, printed, closed: once(child, 'close') }
}

/** What is stored of an answer. */
async function lastWords({ conversationId = '' }: ChatStream): Promise<string | undefined> {
  return (await person.phone.history.get(conversationId)).messages.at(-1)?.content
}

test('what is asked on another device is shown with its answer, as it comes', async () => {
  const { printed } = await follow()
  const { answer, conversationId } = await person.ask('Where is the river?\nAnd its bed?')
  answer.write('In the ')
  const beginning = `── Where is the river? · ${conversationId}\n› Where is the river?\n  And its bed?\n\n`
  await vi.waitFor(() => expect(printed.stdout).toBe(`${beginning}In the `), PATIENT)
  answer.write('valley.')
  answer.end()
  await vi.waitFor(() => expect(printed.stdout).toBe(`${beginning}In the valley.\n\n`), PATIENT)
  await person.exchange('And the sea?', 'Below.', conversationId)
  const next = '› And the sea?\n\nBelow.\n\n'
  await vi.waitFor(() => expect(printed.stdout).toBe(`${beginning}In the valley.\n\n${next}`), PATIENT)
  expect(printed.stderr).toBe('')
})

test('answers that are written at the same time are told one after the other, the first one live', async () => {
  const { printed } = await follow()
  const one = await person.ask('One?')
  const two = await person.ask('Two?')
  const three = await person.ask('Three?')
  two.answer.write('two two')
  three.answer.write('three ')
  one.answer.write('one ')
  await vi.waitFor(() => expect(printed.stdout).toMatch(/one $/), PATIENT)
  two.answer.end()
  await two.stream.final()
  one.answer.write('one')
  one.answer.end()
  await vi.waitFor(() => expect(printed.stdout).toMatch(/three $/), PATIENT)
  three.answer.write('three')
  three.answer.end()
  await vi.waitFor(() => expect(printed.stdout).toMatch(/three three\n\n$/), PATIENT)
  expect(printed.stdout.replace(/ · .*/g, '')).toBe(
    '── One?\n› One?\n\none one\n\n── Two?\n› Two?\n\ntwo two\n\n── Three?\n› Three?\n\nthree three\n\n',
  )
})

test('with --conversation nothing else is shown, and the next answers are waited for', async () => {
  const conversationId = await person.exchange('First?', 'Said before.')
  const { printed } = await follow(['--conversation', conversationId])
  await person.exchange('Elsewhere?', 'Not shown.')
  await person.exchange('Second?', 'Shown.', conversationId)
  await person.exchange('Elsewhere again?', 'Not shown either.')
  await person.exchange('Third?', 'Shown too.', conversationId)
  const whole = `── First? · ${conversationId}\n› Second?\n\nShown.\n\n› Third?\n\nShown too.\n\n`
  await vi.waitFor(() => expect(printed.stdout).toBe(whole), PATIENT)
})

test('a conversation that there is not cannot be followed, and nothing can be said while following', async () => {
  const nowhere = await runVektor(['chat', '--follow', '--conversation', 'nowhere'], person.computer.environment())
  expect(nowhere).toMatchObject({ exitCode: 5, stderr: 'There is no such conversation: vektor history lists yours.\n' })
  const json = ['chat', '--follow', '--conversation', 'nowhere', '--json']
  const { stdout } = await runVektor(json, person.computer.environment())
  expect(JSON.parse(stdout)).toMatchObject({ error: { status: 404 } })
  expect(stdout.trimEnd()).not.toContain('\n')
  const none = await runVektor(['chat', '--follow', '-c'], person.computer.environment())
  expect(none).toMatchObject({ exitCode: 1, stderr: 'There is no conversation to follow yet.\n' })
  const saying = await runVektor(['chat', '--follow', 'Hola'], person.computer.environment())
  expect(saying).toMatchObject({
    exitCode: 2,
    stderr: '--follow takes no message: it only watches.\n--help shows how.\n',
  })
})

test('with --json each event is one line, and the end of the session too', async () => {
  const { printed, closed } = await follow(['--json'])
  await person.exchange('Hola', 'Sí,\u009b31m\nno.')
  const types = () => lines().map(({ type }) => type)
  const lines = () =>
    printed.stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  await vi.waitFor(() => expect(types()).toEqual(['message', 'start', 'delta', 'done']), PATIENT)
  expect(lines()[2].content).toBe('Sí,\u009b31m\nno.')
  expect(printed.stdout).not.toContain('\u009b')
  const [own] = await person.phone.sync.sessions()
  await person.phone.sync.endSession(own?.device_id ?? '')
  expect((await closed)[0]).toBe(4)
  expect(lines().at(-1)).toMatchObject({ error: { status: 401 } })
})

test('whoever is signed out elsewhere is told, and follows no longer', async () => {
  const { printed, closed } = await follow()
  const [own] = await person.phone.sync.sessions()
  await person.phone.sync.endSession(own?.device_id ?? '')
  expect((await closed)[0]).toBe(4)
  expect(printed.stderr).toMatch(/You are signed out: vektor login\n$/)
})

test('a server that goes away and comes back is followed on, with nothing missing and nothing twice', {
  timeout: SLOW,
}, async () => {
  const { printed } = await follow()
  const { answer, stream } = await person.ask('Hola')
  answer.write('before ')
  await vi.waitFor(() => expect(printed.stdout).toMatch(/before $/), PATIENT)
  await vi.waitFor(async () => expect(await lastWords(stream)).toBe('before '), PATIENT)
  await devices.server.stop('SIGKILL')
  await vi.waitFor(() => expect(printed.stderr).toBe('Connection lost, resuming…\n'), PATIENT)
  await devices.server.start()
  await vi.waitFor(() => expect(printed.stderr).toBe('Connection lost, resuming…\nConnected again.\n'), PATIENT)
  const interruption = 'The server stopped in the middle of this answer; what there is of it is kept.'
  await vi.waitFor(() => expect(printed.stdout).toContain(`before \n(${interruption})\n\n`), PATIENT)
  await person.exchange('And now?', 'Again.')
  await vi.waitFor(() => expect(printed.stdout).toMatch(/› And now\?\n\nAgain\.\n\n$/), PATIENT)
  expect(printed.stdout.match(/before/g)).toHaveLength(1)
})

test('an answer whose conversation was deleted meanwhile does not keep the others waiting', async () => {
  await using recorder = await Recorder.before(devices.server.url)
  await person.signIn(recorder.url)
  const { printed } = await follow(['--url', recorder.url])
  const { answer, conversationId } = await person.ask('One?')
  answer.write('one ')
  await vi.waitFor(() => expect(printed.stdout).toMatch(/one $/), PATIENT)
  const release = recorder.holdNext('GET /chat/stream')
  recorder.cut()
  await vi.waitFor(() => expect(printed.stderr).toBe('Connection lost, resuming…\n'), PATIENT)
  await person.phone.history.delete(conversationId)
  await devices.untilOpenStreams(0)
  release()
  await devices.untilOpenStreams(1)
  await person.exchange('Two?', 'two')
  await vi.waitFor(() => expect(printed.stdout).toMatch(/two\n\n$/), PATIENT)
  expect(printed.stdout.replace(/ · .*/g, '')).toBe(
    '── One?\n› One?\n\none \n(this conversation was deleted)\n\n── Two?\n› Two?\n\ntwo\n\n',
  )
})

test('a title that is not told in time holds up nothing', async () => {
  await using recorder = await Recorder.before(devices.server.url)
  await person.signIn(recorder.url)
  const { printed } = await follow(['--url', recorder.url])
  const release = recorder.holdNext('GET /chat/history')
  const { answer, conversationId } = await person.ask('Hola')
  answer.write('Already.')
  await vi.waitFor(() => expect(printed.stdout).toBe(`── ${conversationId}\n› Hola\n\nAlready.`), PATIENT)
  release()
  answer.end()
})

test('Ctrl-C ends it at the end of a line, with 130 and without a word; the answer goes on', async () => {
  const { child, printed, closed } = await follow()
  const { answer, stream } = await person.ask('Hola')
  answer.write('half')
  await vi.waitFor(() => expect(printed.stdout).toMatch(/half$/), PATIENT)
  child.kill('SIGINT')
  expect((await closed)[0]).toBe(130)
  expect(printed.stdout).toMatch(/half\n$/)
  expect(printed.stderr).toBe('')
  answer.write(' and whole')
  answer.end()
  expect((await stream.final()).content).toBe('half and whole')
})

test('a reader that has read enough is no error', async () => {
  const { child, printed, closed } = await follow()
  child.stdout?.destroy()
  const { answer } = await person.ask('Hola')
  answer.write('Nobody reads this.')
  expect((await closed)[0]).toBe(0)
  expect(printed.stderr).toBe('')
})

test('escape sequences in a question or an answer are shown, not obeyed, on a pipe too', async () => {
  const { printed } = await follow()
  await person.exchange('a\u001b]0;owned\u0007', 'b\u001b[2J\r\nc')
  await vi.waitFor(() => expect(printed.stdout).toMatch(/› a␛\]0;owned␇\n\nb␛\[2J\nc\n\n$/), PATIENT)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for what a terminal would obey.
  expect(printed.stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/)
})

test('on a terminal it says what is followed, and Ctrl-C ends it', async () => {
  await using terminal = await TestTerminal.open({
    args: ['chat', '--follow'],
    environment: person.computer.environment(),
  })
  await terminal.shows('(Following all your conversations: Ctrl-C ends it)')
  await devices.untilOpenStreams(1)
  const { answer } = await person.ask('Hola')
  answer.breakOff()
  await terminal.shows('(The connection to the model broke off: send your message again.)')
  terminal.type('\u0003')
  expect(await terminal.exits()).toBe(130)
})
