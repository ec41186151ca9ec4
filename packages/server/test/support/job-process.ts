/** Says which attempt it has begun at the first job that it finds, and never ends. */
import { join } from 'node:path'
import { pino } from 'pino'
import { openSqlite } from '../../src/database/database.ts'
import { openJobRunner } from '../../src/jobs/open-job-runner.ts'
import type { JobHandler } from '../../src/jobs/runner.ts'
import { openPostgresAt } from './postgres.ts'

const { JOB_FOLDER = '', VEKTOR_DATABASE_URL: url } = process.env
const database = url === undefined ? openSqlite(join(JOB_FOLDER, 'vektor.db')) : openPostgresAt(url)
const runner = await openJobRunner(database, pino({ level: 'silent' }))
setInterval(() => undefined, 60_000)
const endless: JobHandler = {
  async run(_subject, { attempt }) {
    process.stdout.write(`${attempt}\n`)
    await new Promise(() => undefined)
  },
  async abandon() {},
}
await runner.start({ 'safety-backup': endless, backup: endless, 'scheduled-backup': endless })
