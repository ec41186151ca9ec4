import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createVektor } from '@vektor/sdk'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { credentialFile } from '../src/profile/credential-file.ts'
import { folders } from '../src/profile/folders.ts'
import { builtCli } from './support/built-cli.ts'
import { FakeServer } from './support/fake-server.ts'
import { Home } from './support/home.ts'
import { RealServer } from './support/real-server.ts'
import { runVektor } from './support/run-vektor.ts'
import { TestTerminal } from './support/terminal.ts'

const PASSWORD = 'correct horse battery'
const NO_CONVERSATION = '0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b'

let server: RealServer
let home: Home
let environment: Record<string, string>
let accounts = 0

/** Runs a command of the user that `beforeAll` signed in. */
const vektor = (args: string[], stdin?: string) => runVektor(args, environment, stdin)

beforeAll(async () => {
  server = await RealServer.start()
  home = await Home.create()
  environment = home.environment()
  await register(home)
})

afterAll(async () => {
  await home[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

async function register(user: Home) {
  const username = `user${++accounts}`
  const args = ['register', '--email', `${username}@example.com`, '--username', username, '--url', server.url]
  const run = await runVektor(args, user.environment(), `${PASSWORD}\n`)
  return { username, run }
}

test('registering signs in, says so, and remembers the server', async () => {
  await using user = await Home.create()
  const { username, run } = await register(user)
  expect(run).toMatchObject({ exitCode: 0, stdout: '' })
  expect(run.stderr).toContain(`${username} now has an account on ${server.url}, and is signed in.`)
  const { stdout } = await runVektor(['whoami'], user.environment())
  expect(stdout).toContain(`${username} <${username}@example.com>`)
})

test('signing in takes the password from standard input, with or without a newline', async () => {
  await using user = await Home.create()
  for (const stdin of [PASSWORD, `${PASSWORD}\r\n`]) {
    const run = await runVektor(['login', '--username', 'user1', '--url', server.url], user.environment(), stdin)
    expect(run).toMatchObject({ exitCode: 0, stdout: '' })
  }
})

test('a wrong password fails with 1, and is not echoed anywhere', async () => {
  await using user = await Home.create()
  const args = ['login', '--username', 'user1', '--url', server.url]
  const run = await runVektor(args, user.environment(), 'not this one')
  expect(run).toMatchObject({ exitCode: 1, stdout: '' })
  expect(run.stderr).not.toContain('not this one')
})

test('there is no flag for a password', async () => {
  expect((await vektor(['login', '--username', 'user1', '--password', PASSWORD])).exitCode).toBe(2)
})

test('credentials and profiles are files that only their owner can read', async () => {
  for (const folder of ['.config/vektor', '.local/state/vektor']) {
    for (const entry of await readdir(join(home.path, folder), { recursive: true, withFileTypes: true })) {
      const { mode } = await stat(join(entry.parentPath, entry.name))
      expect([entry.name, (mode & 0o777).toString(8)]).toEqual([entry.name, entry.isDirectory() ? '700' : '600'])
    }
  }
})

test('another server never gets the credentials of this one', async () => {
  await using other = await FakeServer.start()
  const run = await vektor(['whoami', '--url', other.url])
  expect(run.exitCode).toBe(4)
  expect(other.requests).toEqual([])
})

test('profiles are different accounts', async () => {
  await using user = await Home.create()
  const { username } = await register(user)
  const args = ['login', '--profile', 'work', '--username', 'user1', '--url', server.url]
  await runVektor(args, user.environment(), PASSWORD)
  const name = async (env: Record<string, string>) => (await runVektor(['whoami'], user.environment(env))).stdout
  expect(await name({})).toContain(username)
  expect(await name({ VEKTOR_PROFILE: 'work' })).toContain('user1')
})

test('commands that renew the session at once all stay signed in', async () => {
  await using user = await Home.create()
  await register(user)
  const folder = join(user.path, '.local/state/vektor/credentials/default')
  const [file = ''] = await readdir(folder)
  const credentials = JSON.parse(await readFile(join(folder, file), 'utf8'))
  await writeFile(join(folder, file), JSON.stringify({ ...credentials, expires_at: 0 }))
  const runs = await Promise.all(Array.from({ length: 4 }, () => runVektor(['whoami'], user.environment())))
  expect(runs.map((run) => run.exitCode)).toEqual([0, 0, 0, 0])
  expect((await runVektor(['whoami'], user.environment())).exitCode).toBe(0)
})

test('signing out ends the session on the server, and twice is no error', async () => {
  await using user = await Home.create()
  await register(user)
  const folder = join(user.path, '.local/state/vektor/credentials/default')
  const [file = ''] = await readdir(folder)
  const credentials = JSON.parse(await readFile(join(folder, file), 'utf8'))
  expect((await runVektor(['logout'], user.environment())).exitCode).toBe(0)
  expect((await runVektor(['logout'], user.environment())).exitCode).toBe(0)
  expect((await runVektor(['whoami'], user.environment())).exitCode).toBe(4)
  const stolen = createVektor({
    baseUrl: server.url,
    store: { get: async () => credentials, set: async () => undefined, clear: async () => undefined },
  })
  await expect(stolen.users.me()).rejects.toMatchObject({ status: 401 })
})

test('models are listed, those that cannot be used with the reason', async () => {
  const { stdout, exitCode } = await vektor(['models'])
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^eliza /m)
  expect(stdout).toMatch(/^gpt-4-stream .*OPENAI_API_KEY/m)
  const names = JSON.parse((await vektor(['models', '--json'])).stdout).map((model: { name: string }) => model.name)
  expect(names).toContain('eliza')
})

test('a message is answered on standard output, with nothing else there', async () => {
  const run = await vektor(['chat', 'Hola'])
  expect(run).toMatchObject({ exitCode: 0, stderr: '' })
  expect(run.stdout).toMatch(/^\S.*\n$/s)
})

test('what is piped in is the message, or follows the argument', async () => {
  const asked = async (args: string[], stdin: string) => {
    const { conversation_id } = JSON.parse((await vektor(['chat', '--json', ...args], stdin)).stdout)
    const { messages } = JSON.parse((await vektor(['history', 'show', conversation_id, '--json'])).stdout)
    return messages[0].content
  }
  expect(await asked([], 'Just this\n')).toBe('Just this')
  expect(await asked(['-'], 'Just this\n')).toBe('Just this')
  expect(await asked(['Review this'], 'diff\n')).toBe('Review this\n\ndiff')
})

test('--json prints one object with the whole answer', async () => {
  const { stdout } = await vektor(['chat', 'Hola', '--json'])
  const answer = JSON.parse(stdout)
  expect(Object.keys(answer)).toEqual(['conversation_id', 'message_id', 'model', 'content', 'finish_reason', 'usage'])
  expect(answer).toMatchObject({ model: 'eliza', finish_reason: 'stop' })
})

test('-c goes on with the last conversation, --conversation with that one', async () => {
  const first = JSON.parse((await vektor(['chat', 'Hola', '--json'])).stdout)
  const second = JSON.parse((await vektor(['chat', '-c', 'More', '--json'])).stdout)
  const other = JSON.parse((await vektor(['chat', 'Hola', '--json'])).stdout)
  const third = JSON.parse((await vektor(['chat', '--conversation', first.conversation_id, 'More', '--json'])).stdout)
  expect(second.conversation_id).toBe(first.conversation_id)
  expect(other.conversation_id).not.toBe(first.conversation_id)
  expect(third.conversation_id).toBe(first.conversation_id)
})

test('conversations can be listed, shown, renamed and deleted', async () => {
  const { conversation_id: id, content } = JSON.parse((await vektor(['chat', 'Hola', '--json'])).stdout)
  expect((await vektor(['history'])).stdout).toContain(id)
  expect((await vektor(['history', 'rename', id, 'Un título'])).exitCode).toBe(0)
  expect((await vektor(['history', 'list', '--limit', '1'])).stdout).toMatch(/Un título$/m)
  expect((await vektor(['history', 'show', id])).stdout).toContain(content)
  expect((await vektor(['history', 'delete', id])).exitCode).toBe(2)
  expect((await vektor(['history', 'delete', id, '--yes'])).exitCode).toBe(0)
  expect((await vektor(['history', 'show', id])).exitCode).toBe(5)
})

test('history lists as many as --limit says, and all with --all', async () => {
  await vektor(['chat', 'Hola'])
  await vektor(['chat', 'Hola'])
  const count = async (args: string[]) => JSON.parse((await vektor(['history', '--json', ...args])).stdout).length
  expect(await count(['--limit', '1'])).toBe(1)
  expect(await count(['--all'])).toBeGreaterThan(1)
})

test('each kind of failure has its exit code', async () => {
  const port = await unusedPort()
  await using user = await Home.create()
  const exitCode = async (args: string[]) => (await vektor(args)).exitCode
  expect(await exitCode(['chat', 'Hola', '-m', 'gpt-4-stream'])).toBe(1)
  expect(await exitCode(['chat', '--nonsense'])).toBe(2)
  expect(await exitCode(['nonsense'])).toBe(2)
  expect(await exitCode(['whoami', '--url', 'nonsense'])).toBe(2)
  expect(await exitCode(['whoami', '--profile', '../x'])).toBe(2)
  expect((await runVektor(['history'], user.environment())).exitCode).toBe(4)
  expect(await exitCode(['history', 'show', NO_CONVERSATION])).toBe(5)
  const nobody = ['login', '--username', 'ana', '--url', `http://127.0.0.1:${port}`]
  const run = await vektor(nobody, PASSWORD)
  expect(run.exitCode).toBe(6)
  expect(run.stderr).toContain(`http://127.0.0.1:${port} cannot be reached: nothing listens there.`)
})

test.each([
  ['histroy', 'There is no command "histroy": did you mean vektor history?'],
  ['whoami extra', 'vektor whoami has no place for "extra".'],
  ['history show', 'Something is missing: ID.'],
  ['history --limit x', '--limit needs a whole number; "x" is none.'],
  ['history --limit 0', '--limit needs a whole number greater than or equal to 1; "0" is none.'],
  ['chat --nope Hola', 'There is no flag --nope.'],
  ['chat Hola --model', '--model needs a value.'],
  ['chat one two', 'There is no place for "two". Words with spaces need quotes.'],
  ['chat -c --conversation x Hola', '--conversation and --continue exclude each other.'],
  [
    'whoami --url localhost:8000',
    '"localhost:8000" is not the address of a server. Did you mean http://localhost:8000?',
  ],
])('a wrong command line is told in one sentence: %s', async (line, sentence) => {
  const { stderr, exitCode } = await vektor(line.split(' '))
  expect([stderr, exitCode]).toEqual([`${sentence}\n--help shows how.\n`, 2])
})

test('the help of a topic lists each of its commands once', async () => {
  for (const topic of ['sync', 'config', 'history', 'preferences', 'config adapters', 'sync devices']) {
    const { stdout } = await vektor([...topic.split(' '), '--help'])
    const listed = stdout.match(new RegExp(`^ {2}${topic} [\\w ]+?(?= {2})`, 'gm')) ?? []
    expect(listed.length).toBeGreaterThan(1)
    expect(listed).toEqual([...new Set(listed)])
    expect(stdout).not.toMatch(/^TOPICS$/m)
  }
})

test('help COMMAND is COMMAND --help', async () => {
  const { stdout, exitCode } = await vektor(['help', 'history', 'show'])
  expect([stdout, exitCode]).toEqual([(await vektor(['history', 'show', '--help'])).stdout, 0])
})

test('output that cannot be written is told in one sentence', async () => {
  for (const args of [['models'], ['chat', 'Hola'], ['history'], ['--help'], ['login', '--help']]) {
    const full = await open('/dev/full', 'w')
    const command = [await builtCli(), ...args]
    const child = spawn(process.execPath, command, { env: environment, stdio: ['ignore', full.fd, 'pipe'] })
    const stderr = child.stderr ? text(child.stderr) : ''
    const [exitCode] = await once(child, 'close')
    await full.close()
    expect([args, await stderr, exitCode]).toEqual([
      args,
      'The output cannot be written: no space left on device.\n',
      1,
    ])
  }
})

test('a folder that cannot be written is told, and stops no command that only reads', async () => {
  // Root may write everywhere, but not into a file as if it were a folder.
  const file = join(home.path, 'file')
  await writeFile(file, '')
  const readOnly = { ...environment, XDG_STATE_HOME: file }
  const reading = await runVektor(['whoami', '--url', server.url], readOnly)
  expect([reading.stderr, reading.exitCode]).toEqual([
    `Sign in to ${server.url} first: vektor login --url ${server.url}\n`,
    4,
  ])
  const writing = await runVektor(['login', '--username', 'user1', '--url', server.url], readOnly, PASSWORD)
  expect(writing.exitCode).toBe(1)
  expect(writing.stderr).toMatch(
    /^\S+ cannot be written: not a directory\. .* XDG_STATE_HOME can name folders that can\.\n$/,
  )
})

test('signing out when the server is away forgets the session here, and says so', async () => {
  await using other = await FakeServer.start()
  await using user = await Home.create()
  await user.signIn(other.url)
  await other.goAway()
  const args = ['logout', '--url', other.url]
  const first = await runVektor(args, user.environment())
  expect(first.exitCode).toBe(6)
  expect(first.stderr).toContain('Forgotten here; the session on the server ends when it expires.')
  expect((await runVektor(args, user.environment())).stderr).toContain('Nobody was signed in')
})

test('advice for those who write requests is not shown to people', async () => {
  await using other = await FakeServer.start()
  await using user = await Home.create()
  await user.signIn(other.url)
  const told = async (status: number, code: string, detail: string) => {
    other.refusal = { status, code, detail }
    const { stderr } = await runVektor(['chat', 'Hola', '-m', 'eliza', '--url', other.url], user.environment())
    return stderr
  }
  expect(await told(413, 'payload-too-large', 'Send a body of at most 1048576 bytes.')).toBe(
    'The message is too long for this server (1 MB).\n',
  )
  expect(await told(503, 'model-unavailable', 'Set OPENAI_API_KEY.')).toBe(
    'Set OPENAI_API_KEY.\nvektor models lists them, --model NAME chooses one.\n',
  )
  const tokens = {
    access_token: 'made-up',
    refresh_token: 'made-up',
    expires_at: 0,
    refresh_expires_at: Date.now() * 2,
  }
  await credentialFile(folders({ HOME: user.path }, 'linux'), 'default', server.url).set(tokens)
  const signedOut = await runVektor(['whoami', '--url', server.url], user.environment())
  expect([signedOut.stderr, signedOut.exitCode]).toEqual(['You are signed out: vektor login\n', 4])
})

test('an address with https that only speaks http is told so', async () => {
  const args = ['login', '--username', 'ana', '--url', server.url.replace('http:', 'https:')]
  expect((await vektor(args, PASSWORD)).stderr).toContain('it does not speak HTTPS: try http://.')
})

test('with --json every failure is a problem on standard output, and standard error is silent', async () => {
  const failures = [
    ['chat', 'Hola', '-m', 'gpt-4-stream'],
    ['chat', '--nonsense'],
    ['nonsense'],
    ['whoami', '--profile', 'nobody'],
    ['history', 'show', NO_CONVERSATION],
  ]
  for (const args of failures) {
    const { stdout, stderr, exitCode } = await vektor([...args, '--json'])
    expect(JSON.parse(stdout).error).toMatchObject({ type: expect.any(String), detail: expect.any(String) })
    expect([args, stderr]).toEqual([args, ''])
    expect(exitCode).toBeGreaterThan(0)
  }
})

test('what the server does not take is told field by field', async () => {
  await using user = await Home.create()
  const args = ['register', '--email', 'bad', '--username', 'someone', '--url', server.url]
  const { stderr, exitCode } = await runVektor(args, user.environment(), 'short')
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/^ {2}email: it must be an e-mail address/m)
  expect(stderr).toMatch(/^ {2}password: /m)
})

test('without a terminal and without a message there is nothing to do', async () => {
  const child = spawn(process.execPath, [await builtCli(), 'chat'], { env: environment, stdio: 'ignore' })
  const [exitCode] = await once(child, 'close')
  expect(exitCode).toBe(2)
})

test('every command has help with examples, and --version is the version', async () => {
  const root = await vektor(['--help'])
  const commands = ['chat', 'history', 'login', 'logout', 'models', 'register', 'whoami']
  for (const command of commands) expect(root.stdout).toMatch(new RegExp(`^ {2}${command} +\\S`, 'm'))
  expect(root.stdout).toContain('EXAMPLES')
  const verbs = ['list', 'show', 'rename', 'delete'].map((verb) => ['history', verb])
  for (const command of [...commands.map((name) => [name]), ...verbs]) {
    const { stdout, exitCode } = await vektor([...command, '--help'])
    expect([command, exitCode, stdout.includes('EXAMPLES')]).toEqual([command, 0, true])
  }
  expect((await vektor(['--version'])).stdout).toBe('vektor 0.1.0\n')
})

test('a password typed on the terminal is not shown', async () => {
  await using user = await Home.create()
  await using terminal = await TestTerminal.open({
    args: ['login', '--url', server.url],
    environment: user.environment(),
  })
  await terminal.shows('Username or e-mail: ')
  terminal.type('user1\r')
  await terminal.shows('Password: ')
  terminal.type(`${PASSWORD}\r`)
  expect(await terminal.exits()).toBe(0)
  expect(terminal.lines.join('\n')).toContain('Signed in to')
  expect(terminal.output).not.toContain('horse')
})

test('what was mistyped while registering is asked again at once', async () => {
  await using user = await Home.create()
  const args = ['register', '--url', server.url]
  await using terminal = await TestTerminal.open({ args, environment: user.environment() })
  await terminal.shows('E-mail: ')
  terminal.type('typist\r')
  await terminal.shows('That is no e-mail address')
  terminal.type('typist@example.com\r')
  await terminal.shows('Username: ')
  terminal.type('typist\r')
  await terminal.shows('Password: ')
  terminal.type(`${PASSWORD}\r`)
  await terminal.shows('The same again: ')
  terminal.type(`${PASSWORD}x\r`)
  await terminal.shows(/The two are not the same\. Once more\.\s+Password:/)
  terminal.type(`${PASSWORD}\r`)
  await terminal.shows(/again:[\s\S]*again:/)
  terminal.type(`${PASSWORD}\r`)
  expect(await terminal.exits()).toBe(0)
})

test('Ctrl-C at a question leaves with 130', async () => {
  await using terminal = await TestTerminal.open({ args: ['login', '--url', server.url], environment })
  await terminal.shows('Username or e-mail: ')
  terminal.type('\u0003')
  expect(await terminal.exits()).toBe(130)
})

test('deleting asks on a terminal, and anything but yes deletes nothing', async () => {
  const { conversation_id: id } = JSON.parse((await vektor(['chat', 'Hola', '--json'])).stdout)
  await using no = await TestTerminal.open({ args: ['history', 'delete', id], environment })
  await no.shows('for good? [y/N]')
  no.type('\r')
  expect(await no.exits()).toBe(1)
  await using yes = await TestTerminal.open({ args: ['history', 'delete', id], environment })
  await yes.shows('for good? [y/N]')
  yes.type('y\r')
  expect(await yes.exits()).toBe(0)
  expect((await vektor(['history', 'show', id])).exitCode).toBe(5)
})

async function unusedPort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  return typeof address === 'object' && address ? address.port : 0
}
