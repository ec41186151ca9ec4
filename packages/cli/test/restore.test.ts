import { readFile, writeFile } from 'node:fs/promises'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { BackupOwner } from './support/backup-owner.ts'
import { RealServer } from './support/real-server.ts'
import { Recorder } from './support/recorder.ts'
import { TestTerminal } from './support/terminal.ts'

let server: RealServer
let ana: BackupOwner
let people = 0

beforeAll(async () => {
  server = await RealServer.start({ settings: { VEKTOR_ARCHIVE_LIMIT: '1mb', VEKTOR_IMPORT_LIMIT: '100mb' } })
})

beforeEach(async () => {
  people += 1
  ana = await BackupOwner.register(server.url, `ana${people}`)
  await ana.remember('Trip to Cádiz', 4_000)
  await ana.remember('Recipes', 4_000)
})

afterEach(() => ana[Symbol.asyncDispose]())

afterAll(() => server[Symbol.asyncDispose]())

const backup = (...args: string[]) => ana.json(['sync', 'backup', '--wait', ...args])

async function forget(title: string): Promise<void> {
  const conversations: { id: string; title: string }[] = await ana.json(['history', '--all'])
  const { id = '' } = conversations.find((one) => one.title === title) ?? {}
  await ana.json(['history', 'delete', id, '--yes'])
}

test('a dry run tells what would be done, and changes nothing', async () => {
  await backup()
  await forget('Recipes')
  await ana.remember('Later', 4_000)
  const merge = await ana.vektor(['sync', 'restore', '--dry-run'])
  expect(merge).toMatchObject({ exitCode: 0, stderr: 'Nothing was changed: this is what --mode merge would do.\n' })
  expect(merge.stdout).toBe(
    '+ Recipes  messages: 2 added\n\nConversations  1 added\nMessages       2 added\nPreferences    as they are\n',
  )
  const replace = await ana.vektor(['sync', 'restore', '--dry-run', '--mode', 'replace'])
  expect(replace.stdout).toContain('- Later    messages: 2 removed\n')
  expect(await ana.json(['sync', 'restore', '--dry-run'])).toMatchObject({
    dry_run: true,
    changes: [{ action: 'add' }],
  })
  expect(await ana.titles()).toEqual(['Later', 'Trip to Cádiz'])
})

test('what is missing comes back, what came later stays, and twice is the same as once', async () => {
  const { backup_id: id } = await backup()
  await forget('Recipes')
  await ana.remember('Later', 4_000)
  const run = await ana.vektor(['sync', 'restore', '--backup', id])
  expect(run).toMatchObject({ exitCode: 0, stderr: 'Restored.\n' })
  expect(run.stdout).toBe('Conversations  1 added\nMessages       2 added\nPreferences    as they are\n')
  expect(await ana.titles()).toEqual(['Later', 'Recipes', 'Trip to Cádiz'])
  const { restored } = await ana.json(['sync', 'restore', '--backup', id])
  expect(restored).toMatchObject({ conversations_added: 0, conversations_changed: 0, messages_added: 0 })
})

test('without a terminal nothing is replaced unless --yes is said; what there was is in a backup', async () => {
  await backup()
  await ana.remember('Later', 4_000)
  const refused = await ana.vektor(['sync', 'restore', '--mode', 'replace'])
  expect(refused).toMatchObject({ exitCode: 2, stdout: '' })
  expect(await ana.titles()).toContain('Later')
  const run = await ana.vektor(['sync', 'restore', '--mode', 'replace', '--yes'])
  expect(run.exitCode).toBe(0)
  expect(await ana.titles()).toEqual(['Recipes', 'Trip to Cádiz'])
  const [, back = ''] = /: vektor (sync restore --backup \S+ --mode replace)\n$/.exec(run.stderr) ?? []
  await ana.json([...back.split(' '), '--yes'])
  expect(await ana.titles()).toEqual(['Later', 'Recipes', 'Trip to Cádiz'])
})

/** A terminal that asks whether to, of an account that is another one than in its backup. */
async function askToReplace(): Promise<TestTerminal> {
  await backup()
  await ana.remember('Later', 4_000)
  const terminal = await TestTerminal.open({
    args: ['sync', 'restore', '--mode', 'replace'],
    environment: ana.home.environment({ VEKTOR_URL: server.url }),
  })
  await terminal.shows('Replace all of the account by this backup? [y/N]')
  return terminal
}

test('on a terminal who replaces sees what goes, and is asked', async () => {
  await using terminal = await askToReplace()
  expect(terminal.lines).toContain('- Later  messages: 2 removed')
  terminal.type('n\r')
  expect(await terminal.exits()).toBe(1)
  expect(terminal.lines).toContain('Nothing was restored.')
  expect(await ana.titles()).toContain('Later')
})

test('who says yes gets the backup that was shown, however many there are by then', async () => {
  await using terminal = await askToReplace()
  await backup()
  terminal.type('y\r')
  expect(await terminal.exits()).toBe(0)
  expect(await ana.titles()).toEqual(['Recipes', 'Trip to Cádiz'])
})

test('a file is restored on another server, and leaves no backup behind there', async () => {
  const file = ana.path('vektor.tar.gz')
  await ana.json(['sync', 'backup', '--output', file])
  await using elsewhere = await RealServer.start()
  await using bob = await BackupOwner.register(elsewhere.url, 'bob')
  const run = await bob.vektor(['sync', 'restore', '--file', file])
  expect(run).toMatchObject({
    exitCode: 0,
    stderr: 'The archive that was uploaded for this is deleted again.\nRestored.\n',
  })
  expect(await bob.titles()).toEqual(['Recipes', 'Trip to Cádiz'])
  expect(await bob.json(['sync', 'backups'])).toEqual([])
  const piped = await bob.vektor(['sync', 'backups', 'upload', file])
  expect(await bob.json(['sync', 'backups'])).toMatchObject([{ backup_id: piped.stdout.trim(), origin: 'uploaded' }])
})

test('a damaged file is refused here, and nothing of it is sent', async () => {
  const file = ana.path('vektor.tar.gz')
  await ana.json(['sync', 'backup', '--output', file])
  const bytes = await readFile(file)
  bytes.writeUInt8(bytes.readUInt8(500) ^ 4, 500)
  await writeFile(file, bytes)
  const run = await ana.vektor(['sync', 'restore', '--file', file])
  expect(run).toMatchObject({ exitCode: 1, stdout: '' })
  expect(run.stderr).toMatch(/^Use another archive: this one is damaged, or no backup at all \(.*\)\.\n$/)
  expect(await ana.json(['sync', 'backups'])).toHaveLength(1)
  expect((await ana.vektor(['sync', 'backups', 'upload', file])).exitCode).toBe(1)
  const json = await ana.vektor(['sync', 'restore', '--file', '/nowhere', '--json'])
  expect([json.exitCode, JSON.parse(json.stdout).error.detail]).toEqual([1, 'There is no file /nowhere.'])
})

test('what was encrypted to a key is restored with its identity only, wherever it is', async () => {
  const identity = await generateIdentity()
  await writeFile(ana.path('key.txt'), `# created: today\n${identity}\n`)
  await writeFile(ana.path('other.txt'), await generateIdentity())
  const file = ana.path('vektor.tar.gz.age')
  const recipient = await identityToRecipient(identity)
  const { backup_id: id, encrypted } = await ana.json(['sync', 'backup', '--recipient', recipient, '--output', file])
  expect(encrypted).toBe(true)
  await forget('Recipes')

  const told = async (args: string[]) => {
    const { exitCode, stderr } = await ana.vektor(['sync', ...args])
    return [exitCode, stderr.split('\n')[0]]
  }
  const keyless = 'The backup is encrypted: with --identity FILE it is decrypted here, and restored.'
  expect(await told(['restore', '--backup', id])).toEqual([1, keyless])
  expect(await told(['restore'])).toEqual([
    1,
    'The backup is encrypted: vektor sync restore --identity FILE decrypts it here, and restores it.',
  ])
  expect(await told(['restore', '--file', file])).toEqual([
    1,
    'The archive is encrypted: say --identity FILE or --passphrase-file FILE.',
  ])
  const mismatch = [1, 'The archive was encrypted with another passphrase, or to other keys.']
  expect(await told(['restore', '--backup', id, '--identity', ana.path('other.txt')])).toEqual(mismatch)
  expect(await told(['verify', file, '--identity', ana.path('other.txt')])).toEqual(mismatch)
  const keys = ['--identity', ana.path('key.txt')]
  expect((await ana.vektor(['sync', 'verify', id])).stdout).toContain('The checksum is right')
  expect((await ana.vektor(['sync', 'verify', id, ...keys])).stdout).toContain('The archive is whole: 2 conversations')

  expect((await ana.vektor(['sync', 'restore', ...keys])).exitCode).toBe(0)
  expect(await ana.titles()).toEqual(['Recipes', 'Trip to Cádiz'])
  await forget('Recipes')
  expect((await ana.vektor(['sync', 'restore', '--file', file, ...keys])).exitCode).toBe(0)
  expect(await ana.titles()).toEqual(['Recipes', 'Trip to Cádiz'])
  expect(await ana.json(['sync', 'backups'])).toHaveLength(1)
})

test('what was encrypted here with a passphrase is restored with it, and with no other', async () => {
  await writeFile(ana.path('passphrase.txt'), 'correct horse\n')
  await writeFile(ana.path('wrong.txt'), 'battery staple\n')
  // What the preferences say of backups that the server keeps would make it a riddle in a riddle.
  await ana.json(['preferences', 'set', '--backup-recipient', await identityToRecipient(await generateIdentity())])
  const file = ana.path('vektor.tar.gz.age')
  const saved = await ana.vektor(['sync', 'backup', '--output', file, '--passphrase-file', ana.path('passphrase.txt')])
  expect(saved.stderr).toContain('the SHA-256 of what was encrypted is that of the server')
  expect((await readFile(file, 'latin1')).startsWith('age-encryption.org/v1\n-> scrypt ')).toBe(true)
  await forget('Recipes')
  const wrong = await ana.vektor(['sync', 'restore', '--file', file, '--passphrase-file', ana.path('wrong.txt')])
  expect(wrong).toMatchObject({
    exitCode: 1,
    stderr: 'The archive was encrypted with another passphrase, or to other keys.\n',
  })
  const right = await ana.vektor(['sync', 'restore', '--file', file, '--passphrase-file', ana.path('passphrase.txt')])
  expect(right.exitCode).toBe(0)
  expect(await ana.titles()).toEqual(['Recipes', 'Trip to Cádiz'])
})

test('a restore whose end nobody heard of goes on, and says so', async () => {
  await using recorder = await Recorder.before(server.url)
  const file = ana.path('vektor.tar.gz')
  await ana.json(['sync', 'backup', '--output', file])
  await forget('Recipes')
  recorder.mute = 'POST /sync/restore'
  await ana.signIn(recorder.url)
  const run = await ana.vektor(['sync', 'restore', '--file', file], '', { VEKTOR_URL: recorder.url })
  expect(run).toMatchObject({ exitCode: 6, stdout: '' })
  expect(run.stderr).toContain('If the restore had begun, the server goes on to the end')
  expect(await ana.titles()).toEqual(['Recipes', 'Trip to Cádiz'])
})

test('an archive that is larger than the server takes is refused with its limit', async () => {
  const file = ana.path('large.tar.gz')
  await ana.remember('Everything', 4_000_000)
  await ana.json(['sync', 'backup', '--output', file])
  const run = await ana.vektor(['sync', 'backups', 'upload', file])
  expect(run).toMatchObject({ exitCode: 1, stderr: 'The archive is too long for this server (1 MB).\n' })
})

test('without a backup there is nothing to restore', async () => {
  const run = await ana.vektor(['sync', 'restore'])
  expect(run).toMatchObject({ exitCode: 5, stderr: 'There is no complete backup: vektor sync backup makes one.\n' })
})
