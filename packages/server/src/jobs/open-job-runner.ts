import type { Database } from '../database/database.ts'
import type { Log } from '../log.ts'
import { JobRepository } from './job-repository.ts'
import { QueueRunner } from './queue-runner.ts'
import type { JobRunner } from './runner.ts'

export interface JobRunnerOptions {
  /** How long a job rests after its first failure, its second one, and so on. */
  restsMs?: readonly number[]
}

/** The one server of a SQLite file needs no more than a table; those that share a PostgreSQL share the jobs. */
export async function openJobRunner(database: Database, log: Log, options: JobRunnerOptions = {}): Promise<JobRunner> {
  const { restsMs } = options
  if (database.dialect.isExclusive) return new QueueRunner({ queue: new JobRepository(database), log, restsMs })
  const { PgBossQueue } = await import('./pg-boss-queue.ts')
  return new QueueRunner({ queue: await PgBossQueue.open(database, log), log, restsMs })
}
