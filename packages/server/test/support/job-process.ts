/** Says which attempt it has begun at the first job that it finds, and never ends. */
import { join } from 'node:path'
import { pino } from 'pino'
import { openSqlite } from '../../src/database/database.ts'
import { InProcessRunner } from '../../src/jobs/in-process.ts'
import { JobRepository } from '../../src/jobs/job-repository.ts'

const { JOB_FOLDER = '' } = process.env
const database = openSqlite(join(JOB_FOLDER, 'vektor.db'))
const runner = new InProcessRunner({ jobs: new JobRepository(database), log: pino({ level: 'silent' }) })
setInterval(() => undefined, 60_000)
await runner.start({
  backup: {
    async run(_subject, { attempt }) {
      process.stdout.write(`${attempt}\n`)
      await new Promise(() => undefined)
    },
    async abandon() {},
  },
})
