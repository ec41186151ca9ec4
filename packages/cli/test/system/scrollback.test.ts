import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeServer } from '../support/fake-server.ts'
import { Home } from '../support/home.ts'
import { Tmux } from '../support/tmux.ts'

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

async function openView(columns: number, rows: number): Promise<Tmux> {
  const tmux = await Tmux.open({ args: ['chat', '--url', server.url], environment: home.environment(), columns, rows })
  await tmux.shows('Enter sends')
  return tmux
}

async function ask(tmux: Tmux, question: string) {
  const asked = server.nextQuestion()
  tmux.type(question)
  tmux.press('Enter')
  return asked
}

/** A long answer with everything in it: each word is another one. */
function longAnswer(): { pieces: string[]; words: string[] } {
  const words = Array.from({ length: 900 }, (_, index) => `w${index}`)
  const word = words.values()
  const take = (count: number, glue = ' ') => [...word.take(count)].join(glue)
  const blocks = []
  for (let round = 0; round < 10; round++) {
    blocks.push(
      `# ${take(3)}\n\n`,
      `${take(40)}\n\n`,
      `- ${take(4)}\n- ${take(4)}\n\n`,
      `\`\`\`js\n${take(20, '\n')}\n\`\`\`\n\n`,
    )
    blocks.push(
      `| ${take(2, ' | ')} |\n|---|---|\n| ${take(2, ' | ')} |\n\n`,
      `> ${take(5)}\n\n`,
      `**${take(10)}**\n\n`,
    )
  }
  const text = blocks.join('')
  return { pieces: text.match(/.{1,7}/gs) ?? [], words: text.match(/\bw\d+/g) ?? [] }
}

function wordsIn(tmux: Tmux): string[] {
  return tmux.lines.join('\n').match(/\bw\d+/g) ?? []
}

async function write(answer: { write(piece: string): void }, pieces: string[]): Promise<void> {
  for (const [index, piece] of pieces.entries()) {
    answer.write(piece)
    if (index % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

test('a long answer is in the scrollback whole, once, in order', async () => {
  using tmux = await openView(70, 20)
  const { pieces, words } = longAnswer()
  const answer = await ask(tmux, 'Tell me')
  await write(answer, pieces)
  answer.end()
  await tmux.shows('Enter sends')
  expect(wordsIn(tmux)).toEqual(words)
  tmux.press('C-d')
  await tmux.shows('ended 0')
  expect(wordsIn(tmux)).toEqual(words)
})

/** A title that the status line has no room for: how much of it stands there tells the width it was drawn for. */
const LONG_QUESTION = 'Tell me everything that you know about terminals that change'
const WIDEST_STATUS = 93

/** Waits until the view has been told the size, and has drawn itself for it: what a person would see. */
async function resize(tmux: Tmux, columns: number, rows: number, last: string): Promise<void> {
  tmux.resize(columns, rows)
  const width = Math.min(columns, WIDEST_STATUS)
  const isDrawn = (row: string) => row.endsWith('(Esc stops)') && row.length === width
  await tmux.until((seen) => seen.some(isDrawn), `a view of ${columns} columns`)
  await tmux.shows(last)
}

test('resizing in the middle of a paragraph leaves nothing twice and loses nothing', async () => {
  using tmux = await openView(100, 30)
  const answer = await ask(tmux, LONG_QUESTION)
  const words = Array.from({ length: 400 }, (_, index) => `w${index}`)
  const word = words.values()
  for (const [columns, rows] of [
    [60, 30],
    [100, 30],
    [70, 20],
    [90, 24],
    [50, 24],
  ] as const) {
    answer.write(`${[...word.take(60)].join(' ')} `)
    const last = [...word.take(1)].join()
    answer.write(last)
    await tmux.shows(last)
    await resize(tmux, columns, rows, last)
    answer.write('\n\n')
  }
  answer.write([...word].join(' '))
  answer.end()
  await tmux.shows('Enter sends')
  expect(wordsIn(tmux)).toEqual(words)
})

// tmux pushes as many rows into its history as it wraps. Here that is all that stands above the answer.
test('an answer that stands in the first row of the screen is not left behind when it is drawn anew', async () => {
  using tmux = await openView(100, 30)
  const answer = await ask(tmux, 'Tell me')
  const words = Array.from({ length: 130 }, (_, index) => `w${index}`)
  answer.write(words.join(' '))
  await tmux.shows('w129')
  tmux.resize(60, 30)
  await tmux.until((rows) => rows[0] === words.slice(0, 17).join(' '), 'the answer in the first row, for 60 columns')
  answer.end()
  await tmux.shows('Enter sends')
  expect(wordsIn(tmux)).toEqual(words)
})

// tmux wraps its lines at once, but tells a size only some time after the one before.
test('a terminal that tells its size late, while an answer comes, holds nothing twice', async () => {
  using tmux = await openView(100, 30)
  const answer = await ask(tmux, LONG_QUESTION)
  const words = Array.from({ length: 300 }, (_, index) => `w${index}`)
  const word = words.values()
  answer.write(`${[...word.take(40)].map((item) => `- ${item}`).join('\n')}\n\n`)
  answer.write(`${[...word.take(100)].join(' ')} `)
  await tmux.shows('w139')
  await resize(tmux, 95, 30, 'eliza')
  tmux.resize(60, 30)
  answer.write(`${[...word.take(50)].join(' ')} `)
  await tmux.shows('w189')
  await resize(tmux, 60, 30, 'w189')
  answer.write([...word].join(' '))
  answer.end()
  await tmux.shows('Enter sends')
  expect(wordsIn(tmux)).toEqual(words)
})

test('typing while an answer comes disturbs neither', async () => {
  using tmux = await openView(70, 20)
  const { pieces, words } = longAnswer()
  const answer = await ask(tmux, 'Tell me')
  const typed = 'something that is typed meanwhile'
  const part = Math.ceil(pieces.length / typed.length)
  for (const [index, key] of [...typed].entries()) {
    tmux.type(key)
    await write(answer, pieces.slice(index * part, (index + 1) * part))
  }
  answer.end()
  await tmux.shows('Enter sends')
  expect(wordsIn(tmux)).toEqual(words)
  expect(tmux.lines.filter((line) => line.includes(typed))).toEqual([`› ${typed}`])
})
