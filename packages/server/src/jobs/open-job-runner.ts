import type { Database } from '../database/database.ts'
import type { Log } from '../log.ts'
import { InProcessRunner } from './in-process.ts'
import { JobRepository } from './job-repository.ts'
import type { JobRunner } from './runner.ts'

export async function openJobRunner(database: Database, log: Log): Promise<JobRunner> {
  return new InProcessRunner({ jobs: new JobRepository(database), log })
}
