import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FakeServer } from './support/fake-server.ts'
import { Home } from './support/home.ts'
import { type TerminalOptions, TestTerminal } from './support/terminal.ts'

let server: FakeServer
let home: Home

beforeEach(async () => {
  server = await FakeServer.start()
  home = await Home.create()
  await home.signIn(server.url)
})

afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await home[Symbol.asyncDispose]()
})

function openView({ args = [], environment = {}, ...size }: Partial<TerminalOptions> = {}): Promise<TestTerminal> {
  const all = ['chat', '--url', server.url, ...args]
  return TestTerminal.open({ args: all, environment: home.environment(environment), ...size })
}

/** Sends a question, and gives the answer to write. */
async function ask(terminal: TestTerminal, question: string) {
  await terminal.shows(/\/help$/m)
  const asked = server.nextQuestion()
  terminal.type(`${question}\r`)
  const answer = await asked
  // What is shown when the answer is over is shown before it begins, too.
  await terminal.shows(/(thinking|answering)… \(/)
  return answer
}

/** All that stands above the input, without empty lines. */
function said(terminal: TestTerminal): string[] {
  const lines = terminal.lines.filter((line) => line.trim() !== '')
  return lines.slice(
    0,
    lines.findLastIndex((line) => line.startsWith('›')),
  )
}

test('a question and its answer stand in the terminal, and the prompt is ready again', async () => {
  await using terminal = await openView()
  const answer = await ask(terminal, 'Hola')
  answer.write('Hola, **Ana**.\n\nSecond')
  await terminal.shows('Second')
  answer.write(' paragraph.')
  answer.end()
  await terminal.shows('Enter sends')
  expect(said(terminal).slice(-3)).toEqual(['› Hola', 'Hola, Ana.', 'Second paragraph.'])
  expect(terminal.cursor.x).toBe(2)
})

test('an answer taller than the screen is in the scrollback once, in order', async () => {
  await using terminal = await openView({ columns: 40, rows: 12 })
  const answer = await ask(terminal, 'Count')
  const lines = Array.from({ length: 60 }, (_, index) => `- line ${index}.`)
  for (const line of lines) {
    answer.write(`${line.slice(0, 4)}`)
    await new Promise(setImmediate)
    answer.write(`${line.slice(4)}\n`)
  }
  answer.end()
  await terminal.shows('Enter sends')
  expect(said(terminal).slice(-60)).toEqual(lines.map((line) => line.replace('-', '•')))
})

test('a paragraph taller than the screen is in the scrollback once, in order', async () => {
  await using terminal = await openView({ columns: 30, rows: 10 })
  const answer = await ask(terminal, 'Tell')
  const words = Array.from({ length: 300 }, (_, index) => `w${index}`)
  for (const word of words) answer.write(`${word} `)
  await terminal.shows('w299')
  answer.end()
  await terminal.shows('Enter sends')
  expect(
    said(terminal)
      .join(' ')
      .match(/\bw\d+/g),
  ).toEqual(words)
})

test.each([
  ['Esc', '\u001b'],
  ['Ctrl-C', '\u0003'],
])('%s stops the answer, and what there is of it stays', async (_, key) => {
  await using terminal = await openView()
  const answer = await ask(terminal, 'Hola')
  answer.write('Half an ans')
  await terminal.shows('Half an ans')
  terminal.type(key)
  await terminal.shows('what there is of the answer is kept')
  await terminal.shows('Enter sends')
  expect(answer.finishReason).toBe('cancelled')
  expect(said(terminal).at(-2)).toBe('Half an ans')
})

test('what is typed while an answer comes is kept, and Enter does not send it yet', async () => {
  await using terminal = await openView()
  const answer = await ask(terminal, 'Hola')
  terminal.type('next question\r')
  await terminal.shows('Still answering')
  answer.end()
  await terminal.shows('Enter sends')
  expect(terminal.visible).toContain('› next question')
  const asked = server.nextQuestion()
  terminal.type('\r')
  expect((await asked).question).toBe('next question')
})

test('a lost connection is shown, and the answer goes on where it was', async () => {
  await using terminal = await openView()
  const answer = await ask(terminal, 'Hola')
  answer.write('one two ')
  await terminal.shows('one two')
  await server.goAway()
  await terminal.shows('connection lost, resuming…')
  answer.write('three ')
  await server.comeBack()
  await terminal.shows('one two three')
  answer.write('four')
  answer.end()
  await terminal.shows('Enter sends')
  expect(said(terminal).at(-1)).toBe('one two three four')
})

test('a question that is refused is back in the input, before what was typed since', async () => {
  await using terminal = await openView()
  server.refusal = { status: 503, code: 'model-unavailable', detail: 'Set OPENAI_API_KEY.' }
  await terminal.shows('/help')
  terminal.type('Hola\r')
  await terminal.shows('Set OPENAI_API_KEY.')
  await terminal.shows(/^› Hola$/m)
  server.refusal = undefined
  const asked = server.nextQuestion()
  terminal.type('\r')
  expect((await asked).question).toBe('Hola')
})

test('a question that may have arrived is not asked twice when it is sent again', async () => {
  await using terminal = await openView()
  // Whoever had heard the first word would know that it has arrived, and wait for the rest.
  server.isSilent = true
  const answer = await ask(terminal, 'Hola')
  await server.goAway()
  await terminal.shows('cannot be reached')
  server.isSilent = false
  await server.comeBack()
  terminal.type('\r')
  answer.write('Just once.')
  answer.end()
  await terminal.shows('Just once.')
  expect(server.answers).toHaveLength(1)
})

test('-c shows what was said, and follows an answer that is still being written', async () => {
  const first = await openView()
  const answer = await ask(first, 'Hola')
  answer.write('The beginning ')
  await first.shows('The beginning')
  await first[Symbol.asyncDispose]()

  await using terminal = await openView({ args: ['-c'] })
  await terminal.shows('The beginning')
  answer.write('and the end.')
  answer.end()
  await terminal.shows('Enter sends')
  expect(said(terminal)).toEqual(['› Hola', 'The beginning and the end.'])
  expect((await ask(terminal, 'More')).conversationId).toBe(answer.conversationId)
})

test('leaving while an answer comes lets it go on', async () => {
  await using terminal = await openView()
  const answer = await ask(terminal, 'Hola')
  answer.write('Half')
  await terminal.shows('Half')
  terminal.type('/quit\r')
  expect(await terminal.exits()).toBe(0)
  expect(answer.finishReason).toBeUndefined()
  expect(terminal.lines.join('\n')).toContain('The answer goes on on the server.')
})

test('leaving restores the terminal and leaves only what was said', async () => {
  await using terminal = await openView()
  const answer = await ask(terminal, 'Hola')
  answer.write('Adiós')
  answer.end()
  await terminal.shows('Enter sends')
  terminal.type('\u0004')
  expect(await terminal.exits()).toBe(0)
  const lines = terminal.lines.filter((line) => line !== '').slice(-3)
  expect(lines).toEqual(['› Hola', 'Adiós', 'vektor chat -c continues this conversation.'])
  expect(terminal.output).toMatch(/\[\?2004l/)
  expect(terminal.output.lastIndexOf('[?25h')).toBeGreaterThan(terminal.output.lastIndexOf('[?25l'))
})

test('Ctrl-C empties the input first, keeps what was in it, and leaves when there is nothing', async () => {
  await using terminal = await openView()
  await terminal.shows('/help')
  terminal.type('a thought')
  await terminal.shows('a thought')
  terminal.type('\u0003')
  await terminal.until(() => !terminal.visible.join('').includes('a thought'), 'an empty input')
  terminal.type('\u001b[A')
  await terminal.shows('› a thought')
  terminal.type('\u0003')
  await terminal.until(() => !terminal.visible.join('').includes('a thought'), 'an empty input')
  terminal.type('\u0003')
  await terminal.shows('Ctrl-C again leaves')
  terminal.type('\u0003')
  expect(await terminal.exits()).toBe(0)
})

test('Ctrl-C that comes when the answer has just ended does not leave', async () => {
  await using terminal = await openView()
  const answer = await ask(terminal, 'Hola')
  answer.end()
  await terminal.shows('Enter sends')
  terminal.type('\u0003')
  await terminal.shows('Ctrl-C again leaves')
  terminal.type('x')
  await terminal.shows('Enter sends')
  terminal.type('\u0003')
  await terminal.until(() => !terminal.visible.join('\n').includes('› x'), 'an empty input')
  terminal.type('\u0003')
  await terminal.shows('Ctrl-C again leaves')
  // Later it is a first one again.
  await terminal.shows('Enter sends')
  expect(terminal.exitCode).toBeUndefined()
})

test('while the connection is lost Ctrl-C leaves', async () => {
  await using terminal = await openView()
  const answer = await ask(terminal, 'Hola')
  answer.write('one two ')
  await terminal.shows('one two')
  await server.goAway()
  await terminal.shows('connection lost, resuming… (Ctrl-C leaves)')
  terminal.type('\u0003')
  expect(await terminal.exits()).toBe(0)
})

test('a second Ctrl-C does not wait for the answer to stop', async () => {
  await using terminal = await openView()
  const answer = await ask(terminal, 'Hola')
  answer.write('one two ')
  await terminal.shows('one two')
  server.isDeafToStop = true
  terminal.type('\u0003')
  await terminal.shows('stopping…')
  terminal.type('\u0003')
  expect(await terminal.exits()).toBe(0)
})

test('a model that cannot answer is told before it is asked, and after', async () => {
  server.models.push({ name: 'far', description: 'Not here.', available: false })
  await using terminal = await openView({ args: ['-m', 'far'] })
  await terminal.shows('far cannot answer now: /model chooses another')
  server.refusal = { status: 503, code: 'model-unavailable', detail: 'Set OPENAI_API_KEY.' }
  terminal.type('Hola\r')
  await terminal.shows('Set OPENAI_API_KEY.')
  await terminal.shows('› Hola')
  await terminal.shows('/model chooses another')
  expect(said(terminal).slice(-2)).toEqual(['› Hola', 'Set OPENAI_API_KEY.'])
})

test('a program that opens the view says what is said on leaving it', async () => {
  await using terminal = await openView({ environment: { VEKTOR_GOODBYE: 'Come back by the door.' } })
  const answer = await ask(terminal, 'Hola')
  answer.write('Half')
  await terminal.shows('Half')
  terminal.type('/quit\r')
  expect(await terminal.exits()).toBe(0)
  expect(terminal.lines.filter((line) => line !== '').at(-1)).toBe('Come back by the door.')
})

test('a terminal that tells no size is taken for one of 80 columns', async () => {
  const answered = await openView()
  const answer = await ask(answered, 'Hola')
  answer.write('A sentence that is longer than one letter.')
  answer.end()
  await answered.shows('Enter sends')
  await answered[Symbol.asyncDispose]()

  await using terminal = await TestTerminal.open({
    args: ['history', 'show', answer.conversationId, '--url', server.url],
    environment: home.environment(),
    tellsSize: false,
  })
  expect(await terminal.exits()).toBe(0)
  expect(terminal.lines).toContain('A sentence that is longer than one letter.')
})

test.each([
  ['Ctrl-J', 'one\ntwo'],
  ['a backslash before Enter', 'one\\\rtwo'],
  ['Alt-Enter', 'one\u001b\rtwo'],
  ['pasting', '\u001b[200~one\r\ntwo\u001b[201~'],
])('%s puts a new line into the message', async (_, keys) => {
  await using terminal = await openView()
  await terminal.shows('/help')
  const asked = server.nextQuestion()
  const [first = '', rest = ''] = keys.split(/(?<=\\)/)
  terminal.type(first)
  await terminal.shows('one')
  terminal.type(rest)
  await terminal.shows(/^› one\n {2}two$/m)
  terminal.type('\r')
  expect((await asked).question).toBe('one\ntwo')
})

test('escape sequences in an answer are shown, not obeyed', async () => {
  await using terminal = await openView()
  const answer = await ask(terminal, 'Hola')
  answer.write('a\u001b]0;owned\u0007b\u001b[2Jc\u009b31md')
  answer.end()
  await terminal.shows('Enter sends')
  expect(said(terminal).at(-1)).toBe('a␛]0;owned␇b␛[2Jc�31md')
  expect(terminal.output).not.toContain('\u001b]0;')
})

test('pasted escape sequences are shown, not obeyed', async () => {
  await using terminal = await openView()
  await terminal.shows('/help')
  terminal.type('\u001b[200~x\u001b[31my\u001b[201~')
  await terminal.shows('› x␛[31my')
})

test('NO_COLOR leaves no colours', async () => {
  await using terminal = await openView({ environment: { NO_COLOR: '1' } })
  const answer = await ask(terminal, 'Hola')
  answer.write('**bold** and `code`')
  answer.end()
  await terminal.shows('bold and code')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: looking for the sequences that set colours.
  expect(terminal.output).not.toMatch(/\u001b\[[\d;]*m/)
})

test('/model lists the models and changes who answers; one that is not there is told', async () => {
  server.models.push({ name: 'other', description: 'Another.', available: true })
  await using terminal = await openView({ args: ['-m', 'eliza'] })
  await terminal.shows('/help')
  terminal.type('/model\r')
  await terminal.shows('● eliza')
  terminal.type('/model nobody\r')
  await terminal.shows('There is no model nobody')
  terminal.type('/model other\r')
  await terminal.shows('other · new conversation')
  const asked = server.nextQuestion()
  terminal.type('Hola\r')
  expect((await asked).request.model).toBe('other')
})

test('/new begins another conversation', async () => {
  await using terminal = await openView()
  const first = await ask(terminal, 'Hola')
  first.end()
  await terminal.shows('Enter sends')
  const second = await ask(terminal, 'Again')
  second.end()
  await terminal.shows('Enter sends')
  terminal.type('/new\r')
  await terminal.shows('new conversation · Enter')
  const third = await ask(terminal, 'Anew')
  expect(second.conversationId).toBe(first.conversationId)
  expect(third.request.conversation_id).toBeUndefined()
})

test('an unknown command is told, and what it may have meant', async () => {
  await using terminal = await openView()
  await terminal.shows('/help')
  terminal.type('/modle\r')
  await terminal.shows('did you mean /model?')
})

test.each([
  [40, 24],
  [60, 20],
])('a terminal that becomes %i by %i in mid-answer holds nothing twice', async (columns, rows) => {
  await using terminal = await openView({ columns: 80, rows: 24 })
  const answer = await ask(terminal, 'Tell')
  const words = Array.from({ length: 120 }, (_, index) => `w${index}`)
  for (const word of words.slice(0, 60)) answer.write(`${word} `)
  await terminal.shows('w59')
  terminal.resize(columns, rows)
  for (const word of words.slice(60)) answer.write(`${word} `)
  await terminal.shows('w119')
  answer.end()
  await terminal.shows('Enter sends')
  expect(terminal.lines.join(' ').match(/\bw\d+/g)).toEqual(words)
})

test('while the size changes the paragraph that is still being written is not shown', async () => {
  await using terminal = await openView({ columns: 80, rows: 24 })
  const answer = await ask(terminal, 'Hola')
  answer.write('one two three')
  await terminal.shows('one two three')
  terminal.resize(60, 24)
  const isStatus = (line: string) => line.endsWith('(Esc stops)')
  await terminal.until(
    () => terminal.visible.some(isStatus) && !terminal.visible.includes('one two three'),
    'a view without the paragraph',
  )
  await terminal.shows('one two three')
})

test('a terminal that becomes wider in mid-answer holds nothing twice', async () => {
  await using terminal = await openView({ columns: 30, rows: 20 })
  const answer = await ask(terminal, 'Tell')
  const words = Array.from({ length: 60 }, (_, index) => `w${index}`)
  for (const word of words.slice(0, 30)) answer.write(`${word} `)
  await terminal.shows('w29')
  terminal.resize(100, 30)
  for (const word of words.slice(30)) answer.write(`${word} `)
  await terminal.shows('w59')
  answer.end()
  await terminal.shows('Enter sends')
  expect(terminal.lines.join(' ').match(/\bw\d+/g)).toEqual(words)
})

test('twenty columns are enough, wide characters included', async () => {
  await using terminal = await openView({ columns: 20, rows: 8 })
  const answer = await ask(terminal, '你好吗')
  answer.write('你好世界你好世界你好世界 👩‍👩‍👧‍👦\n\n| a | b |\n|---|---|\n| long cell | 世界世界世界世界 |\n')
  answer.end()
  await terminal.shows('Enter sends')
  const text = said(terminal).join('')
  expect(text).toContain('› 你好吗')
  expect(text.replace(/\s/g, '')).toContain('你好世界你好世界你好世界')
  expect(terminal.lines.every((line) => line.length <= 20)).toBe(true)
})

test('without a session the view does not open, and says how to sign in', async () => {
  await using nobody = await Home.create()
  await using terminal = await TestTerminal.open({
    args: ['chat', '--url', server.url],
    environment: nobody.environment(),
  })
  expect(await terminal.exits()).toBe(4)
  expect(terminal.lines.join('\n')).toContain('vektor login')
})

test('/retry has the last question answered again, without asking it again', async () => {
  await using terminal = await openView()
  const first = await ask(terminal, 'Hola')
  first.write('One.')
  first.end()
  await terminal.shows('Enter sends')
  const asked = server.nextQuestion()
  terminal.type('/retry\r')
  const again = await asked
  expect(again.request).toMatchObject({
    messages: [],
    conversation_id: first.conversationId,
    parent_id: first.questionId,
  })
  again.write('Two.')
  again.end()
  await terminal.shows('Two.')
  await terminal.shows('Enter sends')
  expect(said(terminal).slice(-3)).toEqual(['One.', '── answered again ──', 'Two.'])
})

test('/edit puts the last question back, and what it becomes takes its place', async () => {
  await using terminal = await openView()
  const first = await ask(terminal, 'Hola')
  first.end()
  await terminal.shows('Enter sends')
  terminal.type('/edit\r')
  await terminal.shows('in place of the last question')
  const asked = server.nextQuestion()
  terminal.type(', Ana\r')
  const edited = await asked
  expect(edited.request).toMatchObject({
    messages: [{ role: 'user', content: 'Hola, Ana' }],
    conversation_id: first.conversationId,
    parent_id: null,
  })
  edited.end()
  await terminal.shows('Enter sends')
  const next = await ask(terminal, 'And now?')
  expect(next.request.parent_id).toBeUndefined()
  next.end()
})

test('/edit puts back a question that begins with a slash as it must be typed', async () => {
  await using terminal = await openView()
  const first = await ask(terminal, '//foo bar')
  first.end()
  await terminal.shows('Enter sends')
  terminal.type('/edit\r')
  await terminal.shows('in place of the last question')
  const asked = server.nextQuestion()
  terminal.type('\r')
  const edited = await asked
  expect([first.question, edited.question]).toEqual(['/foo bar', '/foo bar'])
  edited.end()
})

/** Somebody wants to edit the last question, and the server takes its time to tell which one that is. */
async function editSlowly(terminal: TestTerminal) {
  const gate = Promise.withResolvers<void>()
  const first = await ask(terminal, 'Hola')
  first.end()
  await terminal.shows('Enter sends')
  server.historyGate = gate.promise
  terminal.type('/edit\r')
  await vi.waitFor(() => expect(server.requests).toContain(`GET /chat/history/${first.conversationId}`))
  return { tell: gate.resolve }
}

/** Asks twice: what came too late for one question would be in the next. */
async function expectPlainQuestions(terminal: TestTerminal): Promise<void> {
  for (const question of ['One', 'Two']) {
    const next = await ask(terminal, question)
    expect(next.question).toBe(question)
    expect(next.request.parent_id).toBeUndefined()
    next.end()
    await terminal.shows('Enter sends')
  }
}

test('a new conversation ends the wish to edit a question of the old one', async () => {
  await using terminal = await openView()
  const { tell } = await editSlowly(terminal)
  terminal.type('/new\r')
  await terminal.shows('── new conversation ──')
  tell()
  await expectPlainQuestions(terminal)
})

test('another question ends the wish to edit the one before', async () => {
  await using terminal = await openView()
  const { tell } = await editSlowly(terminal)
  const second = await ask(terminal, 'And now?')
  tell()
  second.end()
  await terminal.shows('Enter sends')
  await expectPlainQuestions(terminal)
})

test('before anything was asked there is nothing to retry or to edit', async () => {
  await using terminal = await openView()
  await terminal.shows(/\/help$/m)
  terminal.type('/retry\r')
  await terminal.shows('Nothing has been asked yet.')
})
