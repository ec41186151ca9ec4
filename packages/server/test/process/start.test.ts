import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runServerCommand, startServerProcess } from '../support/server-process.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vektor-start-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the command line', () => {
  test.each([[['--help']], [['serve', '--help']], [['help']], [[]]])('%j prints the help', async (args) => {
    const { code, stdout, stderr } = await runServerCommand(args)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('VEKTOR_DATA_DIR')
  })

  test('--version prints the version and nothing else', async () => {
    expect(await runServerCommand(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    })
  })

  test.each([[['start']], [['serve', 'now']], [['serve', '--port', '80']]])('%j is wrong usage', async (args) => {
    const { code, stdout, stderr } = await runServerCommand(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^[^\n]+ See `vektor-server --help`\.\n$/)
  })
})

describe('what an operator can put right is said in one sentence, without a stack trace', () => {
  async function refusal(
    env: Record<string, string>,
    command = 'serve',
  ): Promise<{ code: number | null; stderr: string }> {
    const { code, stdout, stderr } = await runServerCommand([command], env)
    expect(stdout).not.toMatch(/^\s+at |"stack":/m)
    return { code, stderr }
  }

  test('bad settings, all at once, before anything is touched', async () => {
    const dataDir = join(folder, 'untouched')
    const { code, stderr } = await refusal({ VEKTOR_DATA_DIR: dataDir, VEKTOR_PORT: 'http', VEKTOR_SECRET: 'short' })
    expect(code).toBe(2)
    expect(stderr).toMatch(/^VEKTOR_PORT must be [^\n]+\.\nVEKTOR_SECRET must be [^\n]+\.\n$/)
    expect(await readdir(folder)).not.toContain('untouched')
  })

  test('a port in use', async () => {
    await using taken = await takePort()
    const env = { VEKTOR_DATA_DIR: join(folder, 'port'), VEKTOR_PORT: String(taken.port) }
    expect(await refusal(env)).toEqual({
      code: 1,
      stderr: `Port ${taken.port} on 127.0.0.1 is in use: stop what uses it, or choose another port with VEKTOR_PORT (0 takes any free one).\n`,
    })
  })

  test('an address of another machine', async () => {
    const env = { VEKTOR_DATA_DIR: join(folder, 'host'), VEKTOR_HOST: '192.0.2.1' }
    const { code, stderr } = await refusal(env)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^192\.0\.2\.1 is no address of this machine: [^\n]+\n$/)
  })

  test('a file where the data folder should be', async () => {
    const dataDir = join(folder, 'file')
    await writeFile(dataDir, '')
    expect(await refusal({ VEKTOR_DATA_DIR: dataDir })).toEqual({
      code: 1,
      stderr: `${dataDir} is no folder: choose another with VEKTOR_DATA_DIR.\n`,
    })
  })

  test('a data folder that cannot be written to', async () => {
    // The kernel's own: nobody may make a folder there, not even root.
    expect(await refusal({ VEKTOR_DATA_DIR: '/sys/vektor-data' })).toEqual({
      code: 1,
      stderr:
        'The data folder /sys/vektor-data cannot be written to: give this user the right to, or choose another with VEKTOR_DATA_DIR.\n',
    })
  })

  test('a broken file of the models', async () => {
    const dataDir = await mkdtemp(join(folder, 'models-'))
    await mkdir(join(dataDir, 'config'))
    await writeFile(join(dataDir, 'config', 'model_configs.json'), '[{')
    const { code, stderr } = await refusal({ VEKTOR_DATA_DIR: dataDir })
    expect(code).toBe(2)
    expect(stderr).toMatch(/model_configs\.json:1[^\n]+\n$/)
  })

  test('a damaged database', async () => {
    const dataDir = await mkdtemp(join(folder, 'damaged-'))
    await writeFile(join(dataDir, 'vektor.db'), 'no database'.repeat(1000))
    const { code, stderr } = await refusal({ VEKTOR_DATA_DIR: dataDir })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^The database [^\n]+ cannot be used: [^\n]+\n$/)
  })

  test('a damaged secret', async () => {
    const dataDir = await mkdtemp(join(folder, 'secret-'))
    await writeFile(join(dataDir, 'secret'), '')
    const { code, stderr } = await refusal({ VEKTOR_DATA_DIR: dataDir })
    expect(code).toBe(1)
    expect(stderr).toMatch(/secret holds less than 32 bytes: [^\n]+\n$/)
  })

  test('a data folder that another server is using, for serving and for migrating', async () => {
    await using server = await startServerProcess()
    for (const command of ['serve', 'migrate']) {
      const { code, stderr } = await refusal({ VEKTOR_DATA_DIR: server.folder, VEKTOR_PORT: '0' }, command)
      expect(code).toBe(1)
      expect(stderr).toMatch(/^Another vektor-server is using [^\n]+\n$/)
    }
    expect((await fetch(`${server.url}/health/ready`)).status).toBe(200)
  })
})

test('what it lacks of a data folder it makes, for its owner alone', async () => {
  const dataDir = join(folder, 'deep', 'down')
  await using server = await startServerProcess({ folder: dataDir })
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
  expect((await stat(join(dataDir, 'secret'))).mode & 0o777).toBe(0o600)
  expect((await server.fetch('/health/ready')).status).toBe(200)
})

test('in a folder that others may look into, its files are still for its owner alone', async () => {
  const dataDir = await mkdtemp(join(folder, 'open-'))
  await chmod(dataDir, 0o755)
  await using server = await startServerProcess({ folder: dataDir })
  await server.signUp('ana')
  for (const name of await readdir(dataDir)) {
    expect(((await stat(join(dataDir, name))).mode & 0o077).toString(8), name).toBe('0')
  }
})

test('from the start to ready it takes moments', async () => {
  const started = performance.now()
  await using server = await startServerProcess()
  expect((await server.fetch('/health/ready')).status).toBe(200)
  expect(performance.now() - started).toBeLessThan(10_000)
})

test('a variable that looks like a setting and is none is a warning with the one that was probably meant', async () => {
  await using server = await startServerProcess({ env: { VEKTOR_REGISTRATIONS: 'closed' } })
  expect(await server.event('unknown-setting')).toMatchObject({
    level: 'warn',
    variable: 'VEKTOR_REGISTRATIONS',
    nearest: 'VEKTOR_REGISTRATION',
  })
})

test('what is logged is JSON, one event a line, and the one that the server listens has its URL', async () => {
  await using server = await startServerProcess()
  await server.signUp('ana')
  server.kill('SIGTERM')
  await server.ended
  for (const line of server.lines)
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(String), msg: expect.any(String) })
  expect(await server.event('listening')).toMatchObject({ url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) })
  expect(server.lines.join('')).not.toContain('Corriente-Abajo-71')
})

test('migrate brings the tables up to date, once', async () => {
  const env = { VEKTOR_DATA_DIR: join(folder, 'migrated') }
  expect(await runServerCommand(['migrate'], env)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Ran 001-/),
  })
  expect(await runServerCommand(['migrate'], env)).toMatchObject({ code: 0, stdout: 'The tables are up to date.\n' })
})

async function takePort(): Promise<AsyncDisposable & { port: number }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new TypeError('The server has no port.')
  return {
    port: address.port,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
