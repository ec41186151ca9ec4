/** Runs the example as cron and systemd would, against a server of its own, and checks what came of it. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runJob } from './cron.ts'
import { startServer } from './server.ts'

const SYSTEMD_ANALYZE = '/usr/bin/systemd-analyze'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
execFileSync(process.execPath, [here('../../tools/build/main.ts'), '--quiet'], { stdio: 'inherit' })

const folder = mkdtempSync(join(tmpdir(), 'vektor-backup-'))
using cleanUp = new DisposableStack()
cleanUp.defer(() => rmSync(folder, { recursive: true, force: true }))
await using server = await startServer(folder)

/** A machine with `vektor` and the Node that it runs on, and somebody who has installed the script and signed in. */
const [home, programs] = [join(folder, 'home'), join(folder, 'programs')]
const backups = join(home, 'backups/vektor')
for (const path of [programs, join(home, '.local/bin'), join(home, '.config/systemd/user'), backups])
  mkdirSync(path, { recursive: true })
symlinkSync(process.execPath, join(programs, 'node'))
symlinkSync(here('../../packages/cli/dist/vektor.js'), join(programs, 'vektor'))
copyFileSync(here('vektor-backup'), join(home, '.local/bin/vektor-backup'))
const environment = { HOME: home, PATH: `${programs}:/usr/bin:/bin` }
const vektor = (args: string[], input = '') =>
  execFileSync(join(programs, 'vektor'), args, {
    env: environment,
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  })
vektor(['register', '--email', 'ana@example.com', '--username', 'ana', '--url', server.url], 'correct horse battery\n')
vektor(['chat', '--model', 'eliza', 'Hola'])

const files = () => readdirSync(backups).sort()
const run = (more: Record<string, string> = {}) => runJob(here('crontab'), { home, programs, more })

// One that is old enough to go when a new one comes, and one that is not.
for (const day of ['2020-01-01', '2021-01-01']) writeFileSync(join(backups, `vektor-${day}T00-00-00Z.tar.gz`), 'old')
assert.deepEqual(run({ BACKUP_KEEP: '2' }), { exitCode: 0, output: '' }, 'what goes well is not worth a mail')
const [kept, made = ''] = files()
assert.equal(kept, 'vektor-2021-01-01T00-00-00Z.tar.gz')
assert.match(made, /^vektor-[\dT-]+Z\.tar\.gz$/)
assert.equal(files().length, 2)
assert.match(vektor(['sync', 'verify', join(backups, made)]), /^The archive is whole: 1 conversation, 2 messages/)
console.log(`cron made ${made}, which is whole, and removed the oldest.`)

const passphrase = join(home, 'passphrase.txt')
writeFileSync(passphrase, 'correct horse\n', { mode: 0o600 })
assert.deepEqual(run({ BACKUP_PASSPHRASE_FILE: passphrase }), { exitCode: 0, output: '' })
const sealed = files().find((name) => name.endsWith('.age')) ?? ''
vektor(['sync', 'restore', '--file', join(backups, sealed), '--passphrase-file', passphrase, '--dry-run'])
console.log(`cron made ${sealed}, which can be restored with its passphrase.`)

checkUnits()
await server.stop()
const before = files()
const failed = run({ BACKUP_KEEP: '1' })
assert.notEqual(failed.exitCode, 0)
assert.match(failed.output, /^http:\/\/127\.0\.0\.1:\d+ cannot be reached: .*\n$/)
assert.deepEqual(files(), before, 'without a new backup no old one goes')
console.log('While the server was away, the job failed with a sentence, and every backup stayed.')

/** systemd itself says what is wrong with its files, where there is one. */
function checkUnits(): void {
  const units = ['vektor-backup.service', 'vektor-backup.timer']
  for (const unit of units) {
    copyFileSync(here(unit), join(home, '.config/systemd/user', unit))
    const strange = readFileSync(here(unit), 'utf8')
      .split('\n')
      .filter((line) => !/^(\[[A-Z][a-z]+\]|[A-Z][A-Za-z]+=.+|#.*|)$/.test(line))
    assert.deepEqual(strange, [], `${unit} holds sections, settings and comments`)
  }
  const paths = units.map((unit) => join(home, '.config/systemd/user', unit))
  if (!existsSync(SYSTEMD_ANALYZE)) return console.log('There is no systemd here to look at its units.')
  const { status, stdout, stderr } = spawnSync(SYSTEMD_ANALYZE, ['--user', 'verify', ...paths], {
    env: { ...environment, XDG_RUNTIME_DIR: folder },
    encoding: 'utf8',
  })
  assert.equal(status, 0, stdout + stderr)
  // What it only warns about has no effect, and should not be there.
  assert.doesNotMatch(stdout + stderr, /vektor-backup/)
  console.log('systemd finds nothing wrong with its units.')
}
