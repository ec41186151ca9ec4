/** What is shown in a conversation that goes on on another device. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { Recorder } from './support/recorder.ts'
import { TestTerminal } from './support/terminal.ts'
import { type Person, SLOW, TwoDevices } from './support/two-devices.ts'

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

test('a question that another device was quicker than is back in the input, and that one is shown', async () => {
  await using recorder = await Recorder.before(devices.server.url)
  const conversationId = await person.exchange('Before?', 'Long ago.')
  await person.signIn(recorder.url)
  // So that the view does not hear of it before it asks.
  const release = recorder.holdNext('GET /chat/stream')
  const args = ['chat', '--conversation', conversationId, '--url', recorder.url]
  await using terminal = await TestTerminal.open({ args, environment: person.computer.environment() })
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
  // Whoever was told something knows where to go on.
  await person.exchange('First?', 'The first.', conversationId)
  await terminal.shows('The first.')
  await terminal.shows('Enter sends')
  await devices.server.stop('SIGKILL')
  await terminal.shows('connection lost, resuming…')
  await devices.server.start()
  await person.exchange('Meanwhile?', 'This.', conversationId)
  await terminal.shows('This.')
  await terminal.shows('Enter sends')
  await exchange(terminal, 'Mine?', 'That.')
  const meanwhile = ['── from another device ──', '› Meanwhile?', 'This.', '› Mine?', 'That.']
  expect(said(terminal).slice(2)).toEqual(['── from another device ──', '› First?', 'The first.', ...meanwhile])
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
