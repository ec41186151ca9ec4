import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { BackupOwner } from './support/backup-owner.ts'
import { builtCli } from './support/built-cli.ts'
import { Home } from './support/home.ts'
import { RealServer } from './support/real-server.ts'
import { runVektor } from './support/run-vektor.ts'
import { StingyRelay } from './support/stingy-relay.ts'
import { TestTerminal } from './support/terminal.ts'

const NOBODY = '0197ef20-3d00-7b20-a1f4-0c9d8e7f6a5b'

let server: RealServer
let relay: StingyRelay
let ana: BackupOwner

beforeAll(async () => {
  server = await RealServer.start()
  relay = await StingyRelay.before(server.url)
  ana = await BackupOwner.register(relay.url, 'ana')
  await ana.remember('Trip to Cádiz')
})

afterEach(() => {
  relay.fault = undefined
  relay.isSilent = false
  relay.ranges.length = 0
})

afterAll(async () => {
  await ana[Symbol.asyncDispose]()
  await relay[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const halfFiles = async () => (await readdir(ana.home.path)).filter((name) => name.includes('.part'))

test('a backup is begun, followed, listed, verified and deleted', async () => {
  const begun = await ana.vektor(['sync', 'backup'])
  const id = begun.stdout.trim()
  const told = `The backup is being made: vektor sync backups show ${id} tells how far it is.\n`
  expect(begun).toEqual({ exitCode: 0, stdout: `${id}\n`, stderr: told })
  await vi.waitFor(async () => {
    expect((await ana.vektor(['sync', 'backups', 'show', id])).stdout).toMatch(/^State +completed$/m)
  }, 20_000)
  expect((await ana.vektor(['sync', 'backups'])).stdout).toMatch(
    new RegExp(`^${id}  \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d  completed  1 conversation  \\d+\\.\\d kB$`, 'm'),
  )
  const verified = await ana.vektor(['sync', 'verify', id])
  expect(verified).toMatchObject({ exitCode: 0, stderr: '' })
  expect(verified.stdout).toMatch(/^The archive is whole: 1 conversation, 2 messages, of /)
  expect((await ana.vektor(['sync', 'backups', 'delete', id])).exitCode).toBe(2)
  const gone = await ana.vektor(['sync', 'backups', 'delete', id, '--yes'])
  expect(gone).toEqual({ exitCode: 0, stdout: '', stderr: 'The backup is deleted.\n' })
  expect(await ana.json(['sync', 'backups'])).toEqual([])
})

test('who waits has the complete backup, and without a terminal no bar', async () => {
  expect(await ana.json(['sync', 'backup', '--wait'])).toMatchObject({ status: 'completed', progress: 1 })
  const waited = await ana.vektor(['sync', 'backup', '--wait'])
  expect(waited).toMatchObject({ exitCode: 0, stderr: 'Backed up 1 conversation with 2 messages.\n' })
  expect(await ana.vektor(['sync', 'backup', '--wait', '--quiet'])).toMatchObject({ exitCode: 0, stderr: '' })
})

test('what is downloaded is a whole file for its owner only, or goes to standard output as it is', async () => {
  const file = ana.path('vektor.tar.gz')
  const saved = await ana.vektor(['sync', 'backup', '--output', file])
  const bytes = await readFile(file)
  expect(saved).toMatchObject({ exitCode: 0 })
  expect(saved.stderr).toContain(`Saved ${file} (`)
  expect(saved.stderr).toContain(`: its SHA-256 is that of the server, ${sha256(bytes)}.\n`)
  expect((await stat(file)).mode & 0o777).toBe(0o600)

  const id = saved.stdout.trim()
  const child = spawn(process.execPath, [await builtCli(), 'sync', 'backups', 'download', id, '--output', '-'], {
    env: ana.home.environment({ VEKTOR_URL: relay.url }),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  expect(Buffer.concat(await child.stdout.toArray())).toEqual(bytes)

  await mkdir(ana.path('backups'))
  const named = await ana.vektor(['sync', 'backups', 'download', id, '--output', ana.path('backups'), '--json'])
  expect(JSON.parse(named.stdout)).toMatchObject({ backup_id: id, sha256: sha256(bytes) })
  expect(await readdir(ana.path('backups'))).toEqual([expect.stringMatching(/^vektor-[\dT-]+Z\.tar\.gz$/)])
  expect(await halfFiles()).toEqual([])
})

test('a file is verified without a server and without a sign-in', async () => {
  const file = ana.path('offline.tar.gz')
  await ana.json(['sync', 'backup', '--output', file])
  await using nobody = await Home.create()
  const verify = (path: string, stdin?: string) =>
    runVektor(['sync', 'verify', path, '--json'], nobody.environment({ VEKTOR_URL: 'http://127.0.0.1:9' }), stdin)
  const whole = await verify(file)
  expect(whole.exitCode).toBe(0)
  expect(JSON.parse(whole.stdout)).toMatchObject({ counts: { conversations: 1, messages: 2 } })
  const bytes = await readFile(file)
  await writeFile(file, bytes.subarray(0, -1))
  const cut = await verify(file)
  expect(cut.exitCode).toBe(1)
  expect(JSON.parse(cut.stdout)).toMatchObject({ error: { type: 'vektor:archive-invalid' } })
  expect((await verify('-', 'no archive')).exitCode).toBe(1)
  expect((await verify('/nowhere')).exitCode).toBe(1)
})

test('a download that breaks off again and again goes on where it was', async () => {
  relay.fault = 'cuts'
  const file = ana.path('cut.tar.gz')
  const { sha256: expected, size } = await ana.json(['sync', 'backup', '--output', file])
  expect(sha256(await readFile(file))).toBe(expected)
  expect(relay.ranges.length).toBeGreaterThan(size / relay.bytes - 1)
  expect(relay.ranges.slice(0, 3)).toEqual(['', 'bytes=50000-', 'bytes=100000-'])
})

test('what does not come as the server has it is not kept', async () => {
  relay.fault = 'lies'
  const file = ana.path('lie.tar.gz')
  const run = await ana.vektor(['sync', 'backup', '--output', file])
  expect(run).toMatchObject({ exitCode: 1, stdout: '' })
  expect(run.stderr).toBe('What came is not what the server has, by its SHA-256: nothing of it is kept.\n')
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await halfFiles()).toEqual([])
})

/** Begins something, interrupts it once `isTime`, and gives what it said. */
async function interrupted(args: string[], isTime: () => boolean) {
  const child = spawn(process.execPath, [await builtCli(), ...args], {
    env: ana.home.environment({ VEKTOR_URL: relay.url }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, ended] = [text(child.stdout), text(child.stderr), once(child, 'close')]
  await vi.waitFor(() => expect(isTime()).toBe(true), 20_000)
  child.kill('SIGINT')
  const [exitCode] = await ended
  return { exitCode, stdout: await stdout, stderr: await stderr }
}

test('Ctrl-C says that the backup goes on, and how to look at it', async () => {
  relay.isSilent = true
  const before = relay.silenced
  const run = await interrupted(['sync', 'backup', '--wait'], () => relay.silenced > before)
  expect(run).toMatchObject({ exitCode: 130, stdout: '' })
  expect(run.stderr).toMatch(/^The backup goes on on the server: vektor sync backups show [0-9a-f-]{36}\n$/)
})

test('Ctrl-C in the midst of a download leaves nothing of it behind', async () => {
  relay.fault = 'stalls'
  const args = ['sync', 'backup', '--output', ana.path('left.tar.gz'), '--json']
  const run = await interrupted(args, () => relay.ranges.length > 0)
  expect(run.exitCode).toBe(130)
  expect(JSON.parse(run.stdout).error.detail).toMatch(
    /^The backup is complete on the server: vektor sync backups download /,
  )
  expect((await readdir(ana.home.path)).filter((name) => name.startsWith('left'))).toEqual([])
})

test('a terminal shows how much is downloaded, and nothing of that in the end', async () => {
  relay.fault = 'stalls'
  relay.bytes = 200_000
  const file = ana.path('shown.tar.gz')
  await using terminal = await TestTerminal.open({
    args: ['sync', 'backup', '--output', file],
    environment: ana.home.environment({ VEKTOR_URL: relay.url }),
    columns: 60,
  })
  await terminal.shows(/^Downloading {2}█+░+ +\d+ %$/m)
  terminal.type('\u0003')
  expect(await terminal.exits()).toBe(130)
  expect(terminal.lines.join('\n')).not.toMatch(/Downloading|Backing up/)
  relay.bytes = 50_000
})

test('what cannot be done says so in a sentence, with the exit code that scripts know', async () => {
  const told = async (args: string[], more?: Record<string, string>) => {
    const { exitCode, stderr } = await ana.vektor(['sync', ...args], '', more)
    return [exitCode, stderr.split('\n')[0]]
  }
  expect(await told(['backup', '--output', '-', '--json'])).toEqual([2, ''])
  expect((await told(['backup', '--passphrase-file', 'x']))[0]).toBe(2)
  expect((await told(['backup', '--output', 'x', '--passphrase-file', 'x', '--recipient', 'age1x']))[0]).toBe(2)
  expect(await told(['backup', '--output', 'x', '--passphrase-file', '/nowhere'])).toEqual([
    1,
    'There is no file /nowhere.',
  ])
  expect(await told(['backup', '--recipient', 'age1none'])).toEqual([1, expect.stringContaining('does not take')])
  expect(await told(['backups', 'show', NOBODY])).toEqual([
    5,
    'There is no such backup: vektor sync backups lists yours.',
  ])
  expect((await told(['backups', 'download', NOBODY, '--output', 'x']))[0]).toBe(5)
  expect((await told(['verify', NOBODY]))[0]).toBe(5)
  expect((await told(['backups', 'download', NOBODY]))[0]).toBe(2)
  expect((await told(['backups'], { VEKTOR_PROFILE: 'other' }))[0]).toBe(4)
  expect((await told(['backup'], { VEKTOR_URL: 'http://127.0.0.1:9' }))[0]).toBe(4)
})
