/** The account and its devices, from the command line. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Home } from './support/home.ts'
import { RealServer } from './support/real-server.ts'
import { runVektor } from './support/run-vektor.ts'
import { TestTerminal } from './support/terminal.ts'

const PASSWORD = 'correct horse battery'
const NEXT = 'wrong donkey charger'

let server: RealServer
let number = 0

beforeAll(async () => {
  server = await RealServer.start()
})
afterAll(() => server[Symbol.asyncDispose]())

/** A new account, signed in on a machine of its own. */
async function newUser() {
  const username = `user${++number}`
  const home = await Home.create()
  const args = ['register', '--email', `${username}@example.com`, '--username', username, '--url', server.url]
  expect(await runVektor(args, home.environment(), PASSWORD)).toMatchObject({ exitCode: 0 })
  return asUser(home, username)
}

/** The same account on one more machine. */
async function onAnotherMachine({ username }: User, password = PASSWORD) {
  const home = await Home.create()
  const run = await runVektor(['login', '-u', username, '--url', server.url], home.environment(), password)
  expect([run.exitCode, run.stderr]).toEqual([0, expect.stringContaining('Signed in')])
  return asUser(home, username)
}

type User = ReturnType<typeof asUser>

function asUser(home: Home, username: string) {
  const vektor = (args: string[], stdin?: string) => runVektor(args, home.environment(), stdin)
  return {
    username,
    environment: home.environment(),
    vektor,
    json: async (args: string[]) => JSON.parse((await vektor([...args, '--json'])).stdout),
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  }
}

test('the password is changed by two lines of standard input, and other machines are signed out', async () => {
  await using here = await newUser()
  await using there = await onAnotherMachine(here)
  expect(await here.vektor(['password'], `${PASSWORD}\n${NEXT}\n`)).toMatchObject({ exitCode: 0, stdout: '' })
  expect((await there.vektor(['whoami'])).exitCode).toBe(4)
  expect((await here.vektor(['whoami'])).exitCode).toBe(0)
  await using back = await onAnotherMachine(here, NEXT)
  expect((await back.vektor(['whoami'])).exitCode).toBe(0)
})

test('a wrong present password, a weak new one or a line too few changes nothing and is told', async () => {
  await using user = await newUser()
  const wrong = await user.vektor(['password'], `not this\n${NEXT}\n`)
  expect(wrong).toMatchObject({ exitCode: 1, stdout: '' })
  expect(wrong.stderr).toMatch(/^ {2}current_password: /m)
  const weak = await user.vektor(['password'], `${PASSWORD}\npassword1\n`)
  expect(weak.exitCode).toBe(1)
  expect(weak.stderr).toMatch(/^ {2}new_password: .*less common/m)
  expect((await user.vektor(['password'], `${PASSWORD}\n`)).exitCode).toBe(2)
  expect((await user.vektor(['password', '--new', NEXT])).exitCode).toBe(2)
  await using still = await onAnotherMachine(user)
  expect((await still.vektor(['whoami'])).exitCode).toBe(0)
})

test('on a terminal the new password is typed twice, and nothing of it is shown', async () => {
  await using user = await newUser()
  const type = async (again: string) => {
    await using terminal = await TestTerminal.open({ args: ['password'], environment: user.environment })
    await terminal.shows('Present password: ')
    terminal.type(`${PASSWORD}\r`)
    await terminal.shows('New password: ')
    terminal.type(`${NEXT}\r`)
    await terminal.shows('The same again: ')
    terminal.type(`${again}\r`)
    const exitCode = await terminal.exits()
    expect(terminal.output).not.toMatch(/horse|donkey/)
    return exitCode
  }
  expect(await type('another one')).toBe(1)
  expect(await type(NEXT)).toBe(0)
})

test('the profile is shown and changed, and what is not named stays', async () => {
  await using user = await newUser()
  const avatar = 'https://example.com/a.png'
  expect((await user.vektor(['profile', 'set', '--avatar-url', avatar])).stdout).toContain(avatar)
  const renamed = `${user.username}-renamed`
  expect((await user.vektor(['profile', 'set', '--username', renamed])).exitCode).toBe(0)
  const expected = { username: renamed, email: `${user.username}@example.com`, avatar_url: avatar }
  expect(await user.json(['profile'])).toMatchObject(expected)
  expect((await user.vektor(['profile'])).stdout).toMatch(new RegExp(`^Username +${renamed}$`, 'm'))
  await user.vektor(['profile', 'set', '--no-avatar'])
  expect(await user.json(['profile'])).toMatchObject({ ...expected, avatar_url: null })
  expect((await user.vektor(['profile', 'set'])).exitCode).toBe(2)
  expect((await user.vektor(['profile', 'set', '--no-avatar', '--avatar-url', avatar])).exitCode).toBe(2)
  expect((await user.vektor(['profile', 'set', '--email', 'bad'])).stderr).toMatch(/^ {2}email: /m)
})

test('preferences are shown, all or one, and changed', async () => {
  await using user = await newUser()
  expect((await user.vektor(['preferences'])).stdout).toMatch(/^theme +system\nnotifications +on\n/)
  const flags = ['--theme', 'dark', '--no-notifications', '--language', 'en', '--default-model', 'eliza']
  expect(await user.vektor(['preferences', 'set', ...flags])).toMatchObject({ exitCode: 0, stdout: '' })
  const none = { backup_schedule: null, backup_keep: null, backup_recipients: [] }
  const all = { theme: 'dark', notifications: false, language: 'en', default_model: 'eliza', ...none }
  expect(await user.json(['preferences', 'get'])).toEqual(all)
  expect((await user.vektor(['preferences', 'get', 'default-model'])).stdout).toBe('eliza\n')
  expect((await user.vektor(['preferences', 'get', 'notifications'])).stdout).toBe('off\n')
  await user.vektor(['preferences', 'set', '--no-default-model', '--notifications'])
  expect(await user.json(['preferences'])).toEqual({ ...all, notifications: true, default_model: null })
  for (const wrong of [[], ['--theme', 'blue'], ['--default-model', 'x', '--no-default-model']]) {
    expect((await user.vektor(['preferences', 'set', ...wrong])).exitCode).toBe(2)
  }
  const unknown = await user.vektor(['preferences', 'set', '--default-model', 'nobody'])
  expect(unknown.exitCode).toBe(1)
  expect(unknown.stderr).toMatch(/\nvektor models lists them; --no-default-model has none\.\n$/)
  expect(unknown.stderr).not.toMatch(/--model NAME|null/)
})

test('the preferred model answers unless another is named', async () => {
  await using user = await newUser()
  await user.vektor(['preferences', 'set', '--default-model', 'gpt-4-stream'])
  expect((await user.vektor(['chat', 'Hola'])).stderr).toContain('OPENAI_API_KEY')
  expect((await user.json(['chat', 'Hola', '--model', 'eliza'])).model).toBe('eliza')
})

test('other machines are listed and signed out, and may sign in again', async () => {
  await using here = await newUser()
  expect(await here.vektor(['sync', 'sessions'])).toMatchObject({ exitCode: 0, stdout: '' })
  await using there = await onAnotherMachine(here)
  const [session] = await here.json(['sync', 'sessions'])
  expect((await here.vektor(['sync', 'sessions'])).stdout).toContain(session.device_id)
  expect((await here.vektor(['sync', 'sessions', 'end', session.device_id])).exitCode).toBe(0)
  expect((await there.vektor(['whoami'])).exitCode).toBe(4)
  expect(await here.vektor(['sync', 'sessions', 'end', session.device_id])).toMatchObject({
    exitCode: 5,
    stderr: 'It is not signed in: vektor sync sessions lists those that are.\n',
  })
  expect((await here.vektor(['sync', 'sessions', 'end', 'nobody'])).stderr).toContain('There is no such device')
  expect((await here.vektor(['sync', 'devices'])).stdout).toContain(session.device_id)
})

test('devices are listed, renamed and removed', async () => {
  await using here = await newUser()
  await using there = await onAnotherMachine(here)
  const devices: { id: string; current: boolean }[] = await here.json(['sync', 'devices'])
  expect(devices.map(({ current }) => current).sort()).toEqual([false, true])
  const id = devices.find(({ current }) => !current)?.id ?? ''
  expect((await here.vektor(['sync', 'devices', 'rename', id, 'La de allí'])).exitCode).toBe(0)
  const { stdout } = await here.vektor(['sync', 'devices', 'list'])
  expect(stdout).toMatch(new RegExp(`^${id} .* La de allí$`, 'm'))
  expect(stdout).toMatch(/\(this one\)$/m)
  expect((await here.vektor(['sync', 'devices', 'remove', id])).exitCode).toBe(0)
  expect((await there.vektor(['whoami'])).exitCode).toBe(4)
  const run = await here.vektor(['sync', 'devices', 'remove', id])
  expect([run.exitCode, run.stderr]).toEqual([5, 'There is no such device: vektor sync devices lists yours.\n'])
})

test('an account is deleted with --yes, or by typing its username, and not otherwise', async () => {
  await using user = await newUser()
  await using other = await onAnotherMachine(user)
  expect((await user.vektor(['account', 'delete'])).exitCode).toBe(2)
  await using no = await TestTerminal.open({ args: ['account', 'delete'], environment: user.environment })
  await no.shows('Type the username to delete it: ')
  no.type('yes\r')
  expect(await no.exits()).toBe(1)
  await using yes = await TestTerminal.open({ args: ['account', 'delete'], environment: user.environment })
  await yes.shows('Type the username to delete it: ')
  yes.type(`${user.username}\r`)
  expect(await yes.exits()).toBe(0)
  for (const machine of [user, other]) expect((await machine.vektor(['whoami'])).exitCode).toBe(4)
  await using scripted = await newUser()
  expect(await scripted.vektor(['account', 'delete', '--yes'])).toMatchObject({ exitCode: 0, stdout: '' })
  expect((await scripted.vektor(['whoami'])).exitCode).toBe(4)
})

test('every command about the account has help with examples', async () => {
  await using user = await newUser()
  const commands = [
    ['password'],
    ['profile'],
    ['profile', 'set'],
    ['preferences'],
    ['preferences', 'get'],
    ['preferences', 'set'],
    ['account'],
    ['account', 'delete'],
    ['sync'],
    ['sync', 'sessions'],
    ['sync', 'sessions', 'list'],
    ['sync', 'sessions', 'end'],
    ['sync', 'devices'],
    ['sync', 'devices', 'list'],
    ['sync', 'devices', 'rename'],
    ['sync', 'devices', 'remove'],
  ]
  const { stdout: root } = await user.vektor(['--help'])
  for (const command of commands) {
    const { stdout, exitCode } = await user.vektor([...command, '--help'])
    expect([command, exitCode, stdout.includes('EXAMPLES')]).toEqual([command, 0, true])
    expect(root).toMatch(new RegExp(`^ {2}${command[0]} +\\S`, 'm'))
  }
})
