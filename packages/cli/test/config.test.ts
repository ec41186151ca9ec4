import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Home } from './support/home.ts'
import { RealServer } from './support/real-server.ts'
import { type Run, runVektor } from './support/run-vektor.ts'
import { TestTerminal } from './support/terminal.ts'

const CANARY = 'cnry-5b1d'
const WEBHOOK = {
  type: 'webhook',
  url: `https://hooks.example.com/${CANARY}-path`,
  secret: `${CANARY}-secret`,
  retries: 3,
}

let server: RealServer
let administrator: Home
/** All that was printed for the administrator. */
const printed: Run[] = []

beforeAll(async () => {
  server = await RealServer.start()
  administrator = await Home.create()
  await register(administrator, 'first')
})

afterAll(async () => {
  await administrator[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

async function register(home: Home, username: string): Promise<void> {
  const args = ['register', '--email', `${username}@example.com`, '--username', username, '--url', server.url]
  const { exitCode, stderr } = await runVektor(args, home.environment(), 'correct horse battery')
  if (exitCode !== 0) throw new Error(stderr)
}

async function vektor(args: string[], stdin?: string): Promise<Run> {
  const run = await runVektor(['config', ...args], administrator.environment(), stdin)
  printed.push(run)
  return run
}

test('models are listed with their files', async () => {
  for (const args of [['models'], ['models', 'list']]) {
    expect((await vektor(args)).stdout).toMatch(/^gpt-4-stream +models\/gpt4\.json$/m)
  }
  expect(JSON.parse((await vektor(['models', 'list', '--json'])).stdout)[0]).toEqual({
    name: 'gpt-4-stream',
    path: 'models/gpt4.json',
  })
})

test('a new server has no MCP servers, and says how to have some', async () => {
  expect(await vektor(['mcp', 'list'])).toMatchObject({
    exitCode: 0,
    stdout: '',
    stderr: expect.stringContaining('mcp_servers.json'),
  })
  expect(JSON.parse((await vektor(['mcp', '--json'])).stdout)).toEqual([])
})

test('an adapter is added from a file or from standard input, listed, shown and removed', async () => {
  const file = join(administrator.path, 'settings.json')
  await writeFile(file, JSON.stringify(WEBHOOK))
  expect((await vektor(['adapters', 'add', 'from-file', '--settings', file])).exitCode).toBe(0)
  for (const args of [[], ['--settings', '-']]) {
    expect((await vektor(['adapters', 'add', 'piped', ...args], JSON.stringify(WEBHOOK))).exitCode).toBe(0)
  }
  expect((await vektor(['adapters'])).stdout).toMatch(/^piped +webhook +app\/piped\.json +inactive$/m)
  expect(JSON.parse((await vektor(['adapters', 'list', '--json'])).stdout)).toHaveLength(2)
  expect(JSON.parse((await vektor(['adapters', 'show', 'piped', '--json'])).stdout)).toMatchObject({ name: 'piped' })
  expect((await vektor(['adapters', 'remove', 'from-file'])).exitCode).toBe(2)
  expect((await vektor(['adapters', 'remove', 'from-file', '--yes'])).exitCode).toBe(0)
  expect((await vektor(['adapters', 'show', 'from-file'])).exitCode).toBe(5)
})

test('what show prints can be changed and added again, and the secrets stay', async () => {
  await vektor(['adapters', 'add', 'kept'], JSON.stringify(WEBHOOK))
  const shown = JSON.parse((await vektor(['adapters', 'show', 'kept'])).stdout)
  expect(shown).toEqual({ ...WEBHOOK, url: 'https://hooks.example.com/[secret]', secret: '[secret]' })
  expect((await vektor(['adapters', 'add', 'kept'], JSON.stringify({ ...shown, retries: 5 }))).exitCode).toBe(0)
  expect(JSON.parse((await vektor(['adapters', 'show', 'kept'])).stdout)).toEqual({ ...shown, retries: 5 })
  const run = await vektor(['adapters', 'add', 'new'], JSON.stringify(shown))
  expect(run.exitCode).toBe(1)
  expect(run.stderr).toMatch(/^ {2}settings\/secret: Send the secret itself/m)
})

test('settings that are no JSON object are refused, and not repeated', async () => {
  const list = await vektor(['adapters', 'add', 'broken'], `["${CANARY}"]`)
  expect(list).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('no JSON object') })
  for (const [settings, line] of [
    [`{"token": "${CANARY}"`, 1],
    [`{\n"token": "${CANARY}",\n}`, 3],
    ['', 1],
    [CANARY, 1],
  ]) {
    const run = await vektor(['adapters', 'add', 'broken'], String(settings))
    expect(run.exitCode).toBe(1)
    expect(run.stderr).toMatch(new RegExp(`^This is no valid JSON, at line ${line}: .*Nothing was sent\\.\n$`))
  }
  expect((await vektor(['adapters', 'show', 'broken'])).exitCode).toBe(5)
})

test('a file that cannot be read is told in one sentence', async () => {
  const add = async (file: string) => (await vektor(['adapters', 'add', 'x', '--settings', file])).stderr
  expect(await add('/nowhere.json')).toBe('There is no file /nowhere.json.\n')
  expect(await add('/')).toBe('/ is a folder, not a file.\n')
  expect(await add('/etc/passwd/x')).toBe('/etc/passwd/x cannot be read: not a directory.\n')
})

test('there is no flag for the settings themselves', async () => {
  expect((await vektor(['adapters', 'add', 'x', '--token', 'y'])).exitCode).toBe(2)
})

test('a name that would lead elsewhere is refused', async () => {
  for (const name of ['../x', '..%2fx', '.', 'UP']) {
    const run = await vektor(['adapters', 'add', name], '{}')
    expect(run).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^ {2}name: /m) })
    expect((await vektor(['adapters', 'show', name])).exitCode).toBe(5)
  }
})

test('removing asks on a terminal, and anything but yes removes nothing', async () => {
  await vektor(['adapters', 'add', 'asked'], '{}')
  const args = ['config', 'adapters', 'remove', 'asked']
  await using no = await TestTerminal.open({ args, environment: administrator.environment() })
  await no.shows('for good, secrets and all? [y/N]')
  no.type('\r')
  expect(await no.exits()).toBe(1)
  await using yes = await TestTerminal.open({ args, environment: administrator.environment() })
  await yes.shows('for good, secrets and all? [y/N]')
  yes.type('y\r')
  expect(await yes.exits()).toBe(0)
  expect((await vektor(['adapters', 'show', 'asked'])).exitCode).toBe(5)
})

test('without a topic all of it is shown', async () => {
  const { stdout, exitCode } = await vektor([])
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^Models\n {2}gpt-4-stream .*^MCP servers\n {2}none\nAdapters\n {2}/ms)
  expect(Object.keys(JSON.parse((await vektor(['--json'])).stdout))).toEqual(['models', 'mcp_servers', 'adapters'])
})

test('whoever lists what the files say is told of those that are broken', async () => {
  await vektor(['adapters', 'add', 'multi'], JSON.stringify(WEBHOOK))
  const file = join(server.folder, 'config/app/multi.json')
  const whole = await readFile(file, 'utf8')
  await writeFile(file, `{\n"token": "${CANARY}",\n}`)
  const told = 'Files are broken; what they said last is in force:\n  app/multi.json, line 3: '
  for (const args of [['adapters'], ['adapters', 'list'], ['models'], ['mcp'], []]) {
    const run = await vektor(args)
    expect([args, run.exitCode, run.stderr]).toEqual([args, 0, expect.stringContaining(told)])
  }
  expect((await vektor(['--json'])).stderr).toBe('')
  const status = await runVektor(['status'], administrator.environment())
  printed.push(status)
  expect(status.stdout).toMatch(/^Broken file +app\/multi\.json, line 3: /m)
  await writeFile(file, whole)
  expect((await vektor(['adapters'])).stderr).toBe('')
})

test('nothing that was printed holds a secret', () => {
  expect(JSON.stringify(printed)).toContain('[secret]')
  expect(JSON.stringify(printed)).not.toContain(CANARY)
})

test('who is no administrator is told so', async () => {
  await using user = await Home.create()
  await register(user, 'second')
  for (const args of [['config'], ['config', 'models', 'list'], ['config', 'adapters', 'show', 'kept']]) {
    const run = await runVektor(args, user.environment())
    expect(run).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('administrator') })
  }
})

test('every command has help with examples', async () => {
  const verbs = ['list', 'show', 'add', 'remove'].map((verb) => ['adapters', verb])
  for (const args of [[], ['models'], ['models', 'list'], ['mcp'], ['mcp', 'list'], ['adapters'], ...verbs]) {
    const { stdout, exitCode } = await vektor([...args, '--help'])
    expect([args, exitCode, stdout.includes('EXAMPLES')]).toEqual([args, 0, true])
  }
})
