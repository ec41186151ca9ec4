/**
 * SIGKILL at random moments of answers, again and again on the same data. `VEKTOR_TEST_KILLS` says how often; with
 * `VEKTOR_TEST_KILL_SEED` the moments are those of another run, as far as clocks allow. What a fault looks like is shown by
 * `support/kill-check.test.ts`.
 */
import { expect, test } from 'vitest'
import { FakeUpstream } from '../support/fake-upstream.ts'
import { KillRun } from '../support/kill-run.ts'
import { RandomAnswers } from '../support/random-answers.ts'
import { SeededRandom } from '../support/seeded-random.ts'
import { startServerProcess } from '../support/server-process.ts'
import { DIALECT } from '../support/test-database.ts'

/** On a shared database each takes seconds: a lease has to run out first. */
const KILLS = Number(process.env.VEKTOR_TEST_KILLS ?? (DIALECT === 'sqlite' ? 20 : 6))
const SEED = Number(process.env.VEKTOR_TEST_KILL_SEED ?? Date.now() % 1_000_000_000)
const CHECK_FILE_EVERY = 25
const REPORT_EVERY = 100

test(`of ${KILLS} kills at random moments of answers none loses a prompt, leaves an answer open or changes what was sent`, {
  timeout: 60_000 + KILLS * 15_000,
}, async () => {
  const random = new SeededRandom(SEED)
  const answers = new RandomAnswers(random)
  await using upstream = await FakeUpstream.start()
  upstream.always(answers.responder)
  const unhurried = { VEKTOR_RATE_LIMIT: '10000000', VEKTOR_STREAM_LIMIT: '1000' }
  const env = { OPENAI_API_KEY: 'key', OPENAI_BASE_URL: upstream.baseUrl, ...unhurried }
  await using server = await startServerProcess({ env })
  const run = new KillRun({ server, ana: await server.signUp('ana'), answers, random })
  const { report } = run
  for (let kill = 1; kill <= KILLS && report.faults.length === 0; kill += 1) {
    await run.round()
    if (kill % REPORT_EVERY === 0 || kill === KILLS) process.stdout.write(`seed ${SEED}: ${JSON.stringify(report)}\n`)
    if (DIALECT === 'sqlite' && kill % CHECK_FILE_EVERY === 0) await requireSoundFile()
  }
  await run.audit()
  expect(report.faults, `VEKTOR_TEST_KILL_SEED=${SEED}`).toEqual([])
  expect(report.moments['in the middle'], 'the control: the kills met answers').toBeGreaterThan(KILLS)
  expect(report.truncations, 'the control: they were late enough to lose what had only been sent').toBeGreaterThan(0)

  async function requireSoundFile(): Promise<void> {
    await using database = server.database.open()
    expect(await database.read.raw('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }])
  }
})
