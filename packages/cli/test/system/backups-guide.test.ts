/** The guide to backups, and the programs that it says read an archive: age, tar, gzip and jq, as Debian has them. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { spawn } from '@lydell/node-pty'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BackupOwner } from '../support/backup-owner.ts'
import { builtCli } from '../support/built-cli.ts'
import { RealServer } from '../support/real-server.ts'

const GUIDE = new URL('../../../../docs/backups.md', import.meta.url)

let server: RealServer
let elsewhere: RealServer
let ana: BackupOwner

beforeAll(async () => {
  server = await RealServer.start()
  elsewhere = await RealServer.start()
  ana = await BackupOwner.register(server.url, 'ana')
  const programs = ana.path('programs')
  await mkdir(programs)
  await symlink(process.execPath, join(programs, 'node'))
  await symlink(await builtCli(), join(programs, 'vektor'))
  await ana.remember('Trip to Cádiz', 4_000)
})

afterAll(async () => {
  await ana[Symbol.asyncDispose]()
  await Promise.all([server, elsewhere].map((one) => one[Symbol.asyncDispose]()))
})

/** Runs it where the owner is, in bash; what fails ends it. */
function bash(script: string): string {
  const home = ana.home.path
  const env = ana.home.environment({ PATH: `${ana.path('programs')}:${process.env.PATH}` })
  return execFileSync('bash', ['-euo', 'pipefail', '-c', script], { cwd: home, env, encoding: 'utf8', stdio: 'pipe' })
}

test('every command of the guide does what it says', async () => {
  const blocks = [...(await readFile(GUIDE, 'utf8')).matchAll(/^```sh\n(.*?)^```$/gms)].map(([, code = '']) => code)
  expect(blocks.length).toBeGreaterThan(7)
  const account = ['--email', 'ana@example.org', '--username', 'ana', '--profile', 'new', '--url', elsewhere.url]
  await ana.vektor(['register', ...account], 'correct horse battery\n')
  const output = bash(blocks.join('\n'))
  expect(output).toContain('Trip to Cádiz')
  expect(output).toContain('"conversations": 1')
  expect(bash('vektor history --profile new')).toContain('Trip to Cádiz')
})

test('tar, gzip and sha256sum find in an archive what its manifest says', () => {
  const output = bash(`
    vektor sync backup --quiet --output plain.tar.gz >/dev/null
    gzip --test plain.tar.gz
    mkdir -p plain && tar -xzf plain.tar.gz -C plain && cd plain
    jq -r '.files[] | "\\(.sha256)  \\(.name)"' manifest.json | sha256sum --check --quiet
    test "$(wc -l < messages.ndjson)" = "$(jq .counts.messages manifest.json)"
    tar -tzf ../plain.tar.gz`)
  expect(output).toBe('account.json\nconversations.ndjson\nmessages.ndjson\nmanifest.json\n')
})

test('what age has encrypted is verified and restored, and age decrypts what was encrypted for it', async () => {
  const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
  bash(`
    age-keygen -o own.txt 2>/dev/null
    vektor sync backup --quiet --output own.tar.gz >/dev/null
    age --encrypt --recipient "$(age-keygen -y own.txt)" --output own.age own.tar.gz
    age --encrypt --armor --recipient "$(age-keygen -y own.txt)" --output armored.age own.tar.gz
    vektor sync verify --quiet own.age --identity own.txt
    vektor sync restore --quiet --file own.age --identity own.txt`)
  bash(`
    vektor sync backup --recipient "$(age-keygen -y own.txt)" --json --output server.age > server.json
    age --decrypt --identity own.txt --output server.tar.gz server.age
    vektor sync verify --quiet server.tar.gz`)
  const { sha256 } = JSON.parse(await readFile(ana.path('server.json'), 'utf8'))
  expect(digest(await readFile(ana.path('server.age')))).toBe(sha256)
  expect(bash('vektor sync verify armored.age --identity own.txt 2>&1 || echo "exit $?"')).toContain('exit 1')
})

test('an archive of a later version says to update, and one that tar has put together anew is a backup like any other', async () => {
  bash(`
    vektor sync backup --quiet --output now.tar.gz >/dev/null
    mkdir -p later && tar -xzf now.tar.gz -C later && cd later
    files='account.json conversations.ndjson messages.ndjson manifest.json'
    tar -czf ../again.tar.gz $files
    jq '.version = 2' manifest.json > new.json && mv new.json manifest.json
    tar -czf ../later.tar.gz $files`)
  expect(bash('vektor sync verify again.tar.gz')).toContain('The archive is whole')
  bash('vektor sync restore --quiet --file again.tar.gz')
  const later = await ana.vektor(['sync', 'restore', '--file', ana.path('later.tar.gz')])
  expect(later).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('Update first: the archive has version 2'),
  })
  const upload = await ana.vektor(['sync', 'backups', 'upload', ana.path('later.tar.gz')])
  expect(upload).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Update this server first') })
})

/** age asks on a terminal for passphrases, however often. */
async function ageWithPassphrase(args: string[], passphrase: string): Promise<void> {
  const pty = spawn('age', args, { cwd: ana.home.path, env: { ...process.env, TERM: 'xterm' } })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let output = ''
  pty.onData((data) => {
    output += data
    if (!/passphrase.*: ?$/.test(output)) return
    output = ''
    pty.write(`${passphrase}\r`)
  })
  pty.onExit(({ exitCode }) => (exitCode === 0 ? resolve() : reject(new Error(`age failed: ${output}`))))
  await promise
}

test('a passphrase opens in age what was encrypted here, and here what age has encrypted', async () => {
  bash(`
    echo 'correct horse battery' > secret.txt
    vektor sync backup --quiet --output here.age --passphrase-file secret.txt >/dev/null
    vektor sync backup --quiet --output plain.tar.gz >/dev/null`)
  await ageWithPassphrase(['--decrypt', '--output', 'here.tar.gz', 'here.age'], 'correct horse battery')
  expect(bash('vektor sync verify here.tar.gz')).toContain('The archive is whole')
  await ageWithPassphrase(['--passphrase', '--output', 'theirs.age', 'plain.tar.gz'], 'correct horse battery')
  expect(bash('vektor sync verify theirs.age --passphrase-file secret.txt')).toContain('The archive is whole')
})
