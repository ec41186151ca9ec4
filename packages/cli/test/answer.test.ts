import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { builtCli } from './support/built-cli.ts'
import { FakeServer } from './support/fake-server.ts'
import { Home } from './support/home.ts'
import { runVektor } from './support/run-vektor.ts'
import { TestTerminal } from './support/terminal.ts'

let server: FakeServer
let home: Home
let children: ChildProcess[] = []

beforeEach(async () => {
  server = await FakeServer.start()
  home = await Home.create()
  await home.signIn(server.url)
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  await server[Symbol.asyncDispose]()
  await home[Symbol.asyncDispose]()
})

/** `vektor chat Hola`, its answer for the test to write, and what it prints. */
async function ask(args: string[] = []) {
  const asked = server.nextQuestion()
  const command = [await builtCli(), 'chat', 'Hola', '--url', server.url, ...args]
  const child = spawn(process.execPath, command, { env: home.environment(), stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  return { child, answer: await asked }
}

test('an answer is printed as it comes', async () => {
  const { child, answer } = await ask()
  answer.write('one ')
  expect(String((await once(child.stdout, 'data'))[0])).toBe('one ')
  answer.write('two')
  answer.end()
  expect(await text(child.stdout)).toBe('two\n')
})

test('Ctrl-C stops the answer, keeps it, and leaves with 130', async () => {
  const { child, answer } = await ask()
  answer.write('half')
  await once(child.stdout, 'data')
  child.kill('SIGINT')
  const [exitCode] = await once(child, 'close')
  expect(exitCode).toBe(130)
  expect(answer).toMatchObject({ finishReason: 'cancelled', text: 'half' })
})

test('a lost connection resumes by itself, with a line on standard error', async () => {
  const { child, answer } = await ask()
  const stdout = text(child.stdout)
  answer.write('one ')
  await server.goAway()
  expect(String((await once(child.stderr, 'data'))[0])).toBe('Connection lost, resuming…\n')
  answer.write('two')
  answer.end()
  await server.comeBack()
  expect(await stdout).toBe('one two\n')
})

test('a reader that has read enough is no error, and the answer goes on', async () => {
  const { child, answer } = await ask()
  const stderr = text(child.stderr)
  answer.write('first line\n')
  await once(child.stdout, 'data')
  child.stdout.destroy()
  const closed = once(child, 'close')
  for (let line = 0; child.exitCode === null && line < 200; line++) {
    answer.write('another line\n')
    await new Promise(setImmediate)
  }
  expect((await closed)[0]).toBe(0)
  expect(await stderr).toBe('')
  expect(answer.finishReason).toBeUndefined()
})

test('an answer that is not whole fails, and says why', async () => {
  const { child, answer } = await ask()
  const stderr = text(child.stderr)
  answer.write('half')
  answer.end('interrupted')
  expect((await once(child, 'close'))[0]).toBe(1)
  expect(await stderr).toBe('The server stopped in the middle of this answer; what there is of it is kept.\n')
})

test('what the reader should know is told beside the answer, and with --json in it, as is what the model thought', async () => {
  const { child, answer } = await ask()
  const told = Promise.all([text(child.stdout), text(child.stderr)])
  answer.notice = 'The oldest 12 messages were left out.'
  answer.reasoning = 'They greet me.'
  answer.write('Hola.')
  answer.end()
  expect(await told).toEqual(['Hola.\n', 'The oldest 12 messages were left out.\n'])

  const second = await ask(['--json'])
  const json = text(second.child.stdout)
  second.answer.reasoning = 'They greet me.'
  second.answer.notice = 'The oldest 12 messages were left out.'
  second.answer.write('Hola.')
  second.answer.end()
  const notices = [{ code: 'context-trimmed', detail: 'The oldest 12 messages were left out.' }]
  expect(JSON.parse(await json)).toMatchObject({ content: 'Hola.', reasoning: 'They greet me.', notices })
})

test('a history says what its reader should know of an answer', async () => {
  const { child, answer } = await ask()
  answer.notice = 'The oldest 12 messages were left out.'
  answer.write('Hola.')
  answer.end()
  await once(child, 'close')
  const command = [await builtCli(), 'history', 'show', answer.conversationId, '--url', server.url]
  const shown = spawn(process.execPath, command, { env: home.environment(), stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(shown)
  expect(await text(shown.stdout)).toContain('Hola.\n\n*(The oldest 12 messages were left out.)*')
})

test('--quiet says nothing but errors', async () => {
  const { child, answer } = await ask(['--quiet'])
  const stderr = text(child.stderr)
  answer.write('half')
  answer.end('incomplete')
  expect((await once(child, 'close'))[0]).toBe(1)
  expect(await stderr).toBe('')
})

test('on a pipe an answer is byte for byte what the model wrote; on a terminal it is safe', async () => {
  const evil = 'a\u001b]0;owned\u0007b\r\nc'
  const { child, answer } = await ask()
  answer.write(evil)
  answer.end()
  expect(await text(child.stdout)).toBe(`${evil}\n`)

  const asked = server.nextQuestion()
  const args = ['chat', 'Hola', '--url', server.url]
  await using terminal = await TestTerminal.open({ args, environment: home.environment() })
  const second = await asked
  second.write(evil.slice(0, 13))
  second.write(evil.slice(13))
  second.end()
  expect(await terminal.exits()).toBe(0)
  expect(terminal.output).not.toContain('\u001b]0;')
  expect(terminal.lines).toContain('a␛]0;owned␇b')
})

describe('--image', () => {
  const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

  async function write(name: string, content: string | Uint8Array): Promise<string> {
    const file = join(home.path, name)
    await writeFile(file, content)
    return file
  }

  test('sends files and addresses after the message', async () => {
    const file = await write('pixel.of-no-kind', Buffer.from(PIXEL, 'base64'))
    const { answer } = await ask(['--image', file, '--image', 'https://example.org/cat.jpg'])
    answer.end()
    expect(answer.request.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hola' },
          { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL}` } },
          { type: 'image_url', image_url: { url: 'https://example.org/cat.jpg' } },
        ],
      },
    ])
  })

  test('says that images are part of a message that is too long', async () => {
    const detail = 'Send a body of at most 1048576 bytes.'
    server.refusal = { status: 413, code: 'payload-too-large', detail }
    const file = await write('pixel.png', Buffer.from(PIXEL, 'base64'))
    const command = ['chat', 'Hola', '--url', server.url, '--image', file]
    const { exitCode, stderr } = await runVektor(command, home.environment())
    expect(stderr).toBe('The message with its images is too long for this server (1 MB).\n')
    expect(exitCode).toBe(1)
  })

  test('refuses what is no image, is not there or is too large, and asks nobody', async () => {
    const huge = await write('huge.png', '')
    await truncate(huge, 21 * 1024 * 1024)
    for (const [source, sentence] of [
      [await write('notes.png', 'Hola'), /notes\.png is no image .*png, jpeg, gif or webp/],
      [join(home.path, 'nowhere.png'), /There is no file .*nowhere\.png/],
      [huge, /huge\.png is too large: send an image of at most 20 MB/],
    ] as const) {
      const command = [await builtCli(), 'chat', 'Hola', '--url', server.url, '--image', source]
      const child = spawn(process.execPath, command, { env: home.environment(), stdio: ['ignore', 'pipe', 'pipe'] })
      children.push(child)
      const [said, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'close')])
      expect(said).toMatch(sentence)
      expect(exitCode).not.toBe(0)
    }
    expect(server.answers).toEqual([])
  })
})
