/**
 * SIGKILL at random moments of backups and restores, again and again on the same data. `VEKTOR_TEST_KILLS` says how often; with
 * `VEKTOR_TEST_KILL_SEED` the moments are those of another run, as far as clocks allow.
 */
import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BackupKillRun } from '../support/backup-kill-run.ts'
import { leftoversOf } from '../support/backup-leftovers.ts'
import { makeBackup } from '../support/backups.ts'
import { chatOf } from '../support/sample-requests.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { startServerProcess } from '../support/server-process.ts'
import { DIALECT } from '../support/test-database.ts'
import { startTestServer } from '../support/test-server.ts'

const KILLS = Number(process.env.VEKTOR_TEST_KILLS ?? 6)
const SEED = Number(process.env.VEKTOR_TEST_KILL_SEED ?? Date.now() % 1_000_000_000)

test(`after each of ${KILLS} kills at random moments of backups and restores the account is as before or as after, whole`, {
  timeout: 120_000 + KILLS * 60_000,
}, async () => {
  const env = { VEKTOR_RATE_LIMIT: '10000000', VEKTOR_BACKUP_KEEP: '1000' }
  await using server = await startServerProcess({ env })
  const run = new BackupKillRun({ server, ana: await server.signUp('ana'), random: new SeededRandom(SEED) })
  const { report } = run
  await run.prepare()
  while (report.kills < KILLS && report.faults.length === 0) await run.round()
  process.stdout.write(`seed ${SEED}: ${JSON.stringify(report)}\n`)
  expect(report.faults, `VEKTOR_TEST_KILL_SEED=${SEED}`).toEqual([])
  const { backup, merge, replace } = report.met
  expect(backup + merge + replace, 'the control: the kills met work').toBeGreaterThan(KILLS / 10)
})

test('the control: what a kill must not leave is noticed', async () => {
  await using server = await startTestServer()
  const ana = await server.signUp('ana')
  const { conversationId } = await chatOf(ana)
  await makeBackup(ana)
  await using database = server.database.open()
  await expect.poll(() => leftoversOf(database, server.folder)).toEqual([])

  await database.write('conversations').where({ id: conversationId }).update({ restore_id: 'x' })
  await writeFile(join(server.folder, 'spool', 'left'), '')
  const [{ archive_id: archive }] = await database.read('backups')
  const folder = join(server.folder, 'backups', ana.accountId)
  await rm(join(folder, `${archive}.tar.gz`))
  await writeFile(join(folder, `${randomUUID()}.tar.gz`), '')
  expect(await leftoversOf(database, server.folder)).toEqual([
    '1 rows are left in conversations that nobody sees',
    expect.stringContaining('is undefined'),
    expect.stringContaining('belongs to no backup'),
    ...(DIALECT === 'sqlite' ? ['left is left where files wait'] : []),
  ])
  await database.write('backups').update({ status: 'in_progress' })
  expect(await leftoversOf(database, server.folder)).toContainEqual(expect.stringContaining('has not ended'))
})
