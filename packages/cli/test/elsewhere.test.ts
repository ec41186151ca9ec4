/** What is shown in a conversation that goes on on another device. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { Recorder } from './support/recorder.ts'
import { TestTerminal } from './support/terminal.ts'
import { PATIENT, type Person, SLOW, TwoDevices } from './support/two-devices.ts'

let devices: TwoDevices
let person: Person

beforeAll(async () => {
  devices = await TwoDevices.start()
})

beforeEach(async () => {
  person = await devices.person()
})

afterEach(async () => {
  await person[Symbol.asyncDispose]()
  await devices.untilOpenStreams(0)
})

afterAll(async () => {
  await devices?.[Symbol.asyncDispose]()
})

/** The view, listening to what others ask. */
async function openView(args: string[] = []): Promise<TestTerminal> {
  const environment = person.computer.environment()
  const terminal = await TestTerminal.open({ args: ['chat', '-m', 'written', ...args], environment })
  await terminal.shows('Enter sends')
  await devices.untilOpenStreams(1)
  return terminal
}

/** Asks in the view, and is answered. */
async function exchange(terminal: TestTerminal, question: string, reply: string): Promise<void> {
  const asked = devices.model.nextQuestion()
  terminal.type(`${question}\r`)
  const answer = await asked
  answer.write(reply)
  answer.end()
  await terminal.shows(reply)
  await terminal.shows('Enter sends')
}

/** All that stands above the input, without empty lines and the welcome. */
function said(terminal: TestTerminal): string[] {
  const lines = terminal.lines.filter((line) => line.trim() !== '')
  const end = lines.findLastIndex((line) => line.startsWith('›'))
  return lines.slice(0, end).filter((line) => line !== 'Vektor' && !line.startsWith('Ask written something.'))
}

async function conversationIdOf({ phone }: Person): Promise<string> {
  return (await phone.history.list({ limit: 1 }))[0]?.id ?? ''
}

test('a conversation begun here and continued elsewhere is shown here as it goes on, and goes on here', async () => {
  await using terminal = await openView()
  await exchange(terminal, 'One?', 'First.')
  const { answer } = await person.ask('Two?', await conversationIdOf(person))
  answer.write('Sec')
  await terminal.shows('Sec')
  await terminal.shows('answering… (Esc stops)')
  answer.write('ond.')
  answer.end()
  await terminal.shows('Enter sends')
  await exchange(terminal, 'Three?', 'Third.')
  expect(said(terminal)).toEqual([
    '› One?',
    'First.',
    '── from another device ──',
    '› Two?',
    'Second.',
    '› Three?',
    'Third.',
  ])
})

test('an old conversation is followed too, and no other one', async () => {
  const conversationId = await person.exchange('Before?', 'Long ago.')
  await using terminal = await openView(['--conversation', conversationId])
  await person.exchange('Elsewhere?', 'Not shown.')
  await person.exchange('And now?', 'Now.', conversationId)
  await terminal.shows('Now.')
  await terminal.shows('Enter sends')
  expect(said(terminal)).toEqual(['› Before?', 'Long ago.', '── from another device ──', '› And now?', 'Now.'])
})

test('what is typed while an answer from elsewhere comes is kept, and Esc stops that answer', async () => {
  const conversationId = await person.exchange('Before?', 'Long ago.')
  await using terminal = await openView(['--conversation', conversationId])
  const { answer, stream } = await person.ask('Another?', conversationId)
  answer.write('Half an ans')
  await terminal.shows('Half an ans')
  terminal.type('my own question\r')
  await terminal.shows('Still answering: Esc stops it.')
  terminal.type('\u001b')
  await terminal.shows('what there is of the answer is kept')
  await terminal.shows('› my own question')
  expect((await stream.final()).finishReason).toBe('cancelled')
})

/** The view of an old conversation, by way of the recorder. */
async function openBehind(recorder: Recorder, conversationId: string): Promise<TestTerminal> {
  const args = ['chat', '--conversation', conversationId, '--url', recorder.url]
  return TestTerminal.open({ args, environment: person.computer.environment() })
}

test('what is asked elsewhere after the conversation was read, and before it is on the screen, is shown', async () => {
  await using recorder = await Recorder.before(devices.server.url)
  const conversationId = await person.exchange('Before?', 'Long ago.')
  await person.signIn(recorder.url)
  const release = recorder.holdNext('GET /chat/models')
  await using terminal = await openBehind(recorder, conversationId)
  await vi.waitFor(() => expect(recorder.answered).toContain(`GET /chat/history/${conversationId}`), PATIENT)
  await person.exchange('Meanwhile?', 'This.', conversationId)
  release()
  await terminal.shows('This.')
  await terminal.shows('Enter sends')
  expect(said(terminal)).toEqual(['› Before?', 'Long ago.', '── from another device ──', '› Meanwhile?', 'This.'])
})

test('what is both read of the conversation and told of it is shown once', async () => {
  await using recorder = await Recorder.before(devices.server.url)
  const conversationId = await person.exchange('Before?', 'Long ago.')
  await person.signIn(recorder.url)
  const release = recorder.holdNext(`GET /chat/history/${conversationId}`)
  await using terminal = await openBehind(recorder, conversationId)
  await vi.waitFor(() => expect(recorder.asked).toContain(`GET /chat/history/${conversationId}`), PATIENT)
  await person.exchange('Meanwhile?', 'This.', conversationId)
  release()
  await terminal.shows('This.')
  await person.exchange('Now?', 'That.', conversationId)
  await terminal.shows('That.')
  await terminal.shows('Enter sends')
  const read = ['› Before?', 'Long ago.', '› Meanwhile?', 'This.']
  expect(said(terminal)).toEqual([...read, '── from another device ──', '› Now?', 'That.'])
})

test('the conversation opens even if the server does not say what goes on elsewhere, and what was missed is shown', async () => {
  await using recorder = await Recorder.before(devices.server.url)
  const conversationId = await person.exchange('Before?', 'Long ago.')
  await person.signIn(recorder.url)
  const release = recorder.holdNext('GET /chat/stream')
  await using terminal = await openBehind(recorder, conversationId)
  await terminal.shows('Enter sends')
  await person.exchange('Missed?', 'This.', conversationId)
  release()
  await devices.untilOpenStreams(1)
  await person.exchange('Now?', 'That.', conversationId)
  await terminal.shows('That.')
  await terminal.shows('Enter sends')
  const shown = ['── from another device ──', '› Missed?', 'This.', '› Now?', 'That.']
  expect(said(terminal)).toEqual(['› Before?', 'Long ago.', ...shown])
})

test('what was asked and answered elsewhere while nothing could be heard is shown in order', async () => {
  await using recorder = await Recorder.before(devices.server.url)
  const conversationId = await person.exchange('Before?', 'Long ago.')
  await person.signIn(recorder.url)
  await using terminal = await openBehind(recorder, conversationId)
  await terminal.shows('Enter sends')
  const release = recorder.holdNext('GET /chat/stream')
  recorder.cut()
  await terminal.shows('connection lost, resuming…')
  await person.exchange('One?', 'First.', conversationId)
  await person.exchange('Two?', 'Second.', conversationId)
  await vi.waitFor(() => expect(recorder.isHolding).toBe(true), PATIENT)
  // Until the first answer is there nobody listens for what comes after it.
  const tell = recorder.holdNext(`GET /chat/history/${conversationId}`)
  release()
  await terminal.shows('› One?')
  await vi.waitFor(() => expect(recorder.isHolding).toBe(true), PATIENT)
  await devices.untilOpenStreams(0)
  tell()
  await terminal.shows('Second.')
  await terminal.shows('Enter sends')
  const mark = '── from another device ──'
  expect(said(terminal).slice(2)).toEqual([mark, '› One?', 'First.', mark, '› Two?', 'Second.'])
})

test('a question that had arrived without a word is told as one of ours, and is in the input no more', async () => {
  await using recorder = await Recorder.before(devices.server.url)
  const conversationId = await person.exchange('Before?', 'Long ago.')
  await person.signIn(recorder.url)
  await using terminal = await openBehind(recorder, conversationId)
  await terminal.shows('Enter sends')
  recorder.mute = 'POST /chat/stream'
  const asked = devices.model.nextQuestion()
  terminal.type('Mine?\r')
  const answer = await asked
  await terminal.shows('your question had arrived')
  answer.write('Yours.')
  answer.end()
  await terminal.shows('Yours.')
  await terminal.shows('Enter sends')
  expect(said(terminal).slice(-3)).toEqual(['── your question had arrived ──', '› Mine?', 'Yours.'])
  expect(terminal.lines.findLast((line) => line.startsWith('›'))?.trim()).toBe('›')
  recorder.mute = undefined
  await exchange(terminal, 'More?', 'Some.')
})

test('a question that another device was quicker than is back in the input, and that one is shown', async () => {
  await using recorder = await Recorder.before(devices.server.url)
  const conversationId = await person.exchange('Before?', 'Long ago.')
  await person.signIn(recorder.url)
  // So that the view does not hear of it before it asks.
  const release = recorder.holdNext('GET /chat/stream')
  await using terminal = await openBehind(recorder, conversationId)
  await terminal.shows('Enter sends')
  const { answer } = await person.ask('Quicker?', conversationId)
  terminal.type('Slower?\r')
  await terminal.shows('This conversation is being answered right now')
  await terminal.shows(/^› Slower\?$/m)
  release()
  answer.write('Told.')
  await terminal.shows('Told.')
  answer.end()
  await terminal.shows('Enter sends')
  expect(said(terminal).slice(-3)).toEqual(['── from another device ──', '› Quicker?', 'Told.'])
  const asked = devices.model.nextQuestion()
  terminal.type('\r')
  expect((await asked).question).toBe('Slower?')
})

test('an answer given again and a question in other words are told as such', async () => {
  const conversationId = await person.exchange('One?', 'First.')
  await using terminal = await openView(['--conversation', conversationId])
  const { messages } = await person.phone.history.get(conversationId)
  const again = devices.model.nextQuestion()
  const request = { model: 'written', conversation_id: conversationId }
  person.phone.chat.stream({ ...request, messages: [], parent_id: messages[0]?.id ?? null })
  const second = await again
  second.write('Other.')
  second.end()
  await terminal.shows('Other.')
  await terminal.shows('Enter sends')
  const edited = devices.model.nextQuestion()
  person.phone.chat.stream({ ...request, messages: [{ role: 'user', content: 'Uno?' }], parent_id: null })
  const third = await edited
  third.write('Primero.')
  third.end()
  await terminal.shows('Primero.')
  await terminal.shows('Enter sends')
  expect(said(terminal).slice(2)).toEqual([
    '── answered again on another device ──',
    'Other.',
    '── from another device, in another branch ──',
    '› Uno?',
    'Primero.',
  ])
})

test('what was asked elsewhere while the connection was lost is shown when it is back', { timeout: SLOW }, async () => {
  const conversationId = await person.exchange('Before?', 'Long ago.')
  await using terminal = await openView(['--conversation', conversationId])
  await devices.server.stop('SIGKILL')
  await terminal.shows('connection lost, resuming…')
  await devices.server.start()
  await person.exchange('Meanwhile?', 'This.', conversationId)
  await terminal.shows('This.')
  await terminal.shows('Enter sends')
  await exchange(terminal, 'Mine?', 'That.')
  const meanwhile = ['── from another device ──', '› Meanwhile?', 'This.', '› Mine?', 'That.']
  expect(said(terminal).slice(2)).toEqual(meanwhile)
})

test('after /new nothing of the old conversation is shown', async () => {
  const conversationId = await person.exchange('Before?', 'Long ago.')
  await using terminal = await openView(['--conversation', conversationId])
  terminal.type('/new\r')
  await terminal.shows('── new conversation ──')
  await person.exchange('There?', 'Still there.', conversationId)
  await exchange(terminal, 'Here?', 'Here.')
  expect(said(terminal).slice(2)).toEqual(['── new conversation ──', '› Here?', 'Here.'])
})

test('whoever is signed out elsewhere is told in the view', async () => {
  await using terminal = await openView()
  const [own] = await person.phone.sync.sessions()
  await person.phone.sync.endSession(own?.device_id ?? '')
  await terminal.shows('You are signed out: vektor login')
})
