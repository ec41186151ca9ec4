import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { PgBoss } from 'pg-boss'
import { pino } from 'pino'
import type { Database } from '../../src/database/database.ts'
import { plainSql } from '../../src/database/plain-sql.ts'
import { openJobRunner } from '../../src/jobs/open-job-runner.ts'
import type { JobHandler, JobRunner } from '../../src/jobs/runner.ts'
import { DIALECT, openTestDatabase, type TestDatabase } from './test-database.ts'

const PROCESS = fileURLToPath(new URL('./job-process.ts', import.meta.url))

/** A runner that works, and what it was told to do. */
export interface StartedRunner {
  runner: JobRunner
  /** Each with its attempt. */
  runs: [subject: string, attempt: number][]
  abandoned: [subject: string, reason: unknown][]
}

/** A database, and runners on it whose jobs do what a test says. */
export async function openJobFixture() {
  const opened = await openTestDatabase('jobs')
  const { database, env, folder } = opened
  const logs: Record<string, unknown>[] = []
  const log = pino({}, { write: (line: string) => void logs.push(JSON.parse(line)) })
  const openRunner = (): Promise<JobRunner> => openJobRunner(database, log, { restsMs: [100, 200] })
  return {
    ...opened,
    block: DIALECT === 'sqlite' ? opened.block : () => blockJobs(opened),
    logs,
    openRunner,
    /** As if what tells the living from the dead took no time. */
    findDead: () => (DIALECT === 'sqlite' ? Promise.resolve() : findDead(database)),
    /** A job that is committed, but announced only by whoever wants to. */
    enqueue: (runner: JobRunner, subject: string) =>
      database.transaction((transaction) => runner.enqueue(transaction, 'backup', subject)),
    async startRunner({ run, abandon }: Partial<JobHandler> = {}): Promise<StartedRunner> {
      const started: StartedRunner = { runner: await openRunner(), runs: [], abandoned: [] }
      const backup: JobHandler = {
        async run(subject, context) {
          started.runs.push([subject, context.attempt])
          await run?.(subject, context)
        },
        async abandon(subject, reason) {
          await abandon?.(subject, reason)
          started.abandoned.push([subject, reason])
        },
      }
      await started.runner.start({ 'safety-backup': backup, backup, 'scheduled-backup': backup })
      return started
    },
    /** Another process on this database that begins a job, does not come to its end, and is killed. Gives the attempt. */
    async killWhileRunning(): Promise<number> {
      const child = spawn(process.execPath, [PROCESS], {
        env: { PATH: process.env.PATH, JOB_FOLDER: folder, ...env },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const closed = once(child, 'close')
      for await (const line of createInterface({ input: child.stdout })) {
        child.kill('SIGKILL')
        await closed
        return Number(line)
      }
      throw new Error('The process ended without a job.')
    },
  }
}

/** Every claim has not been kept for long, and pg-boss looks for such. */
async function findDead(database: Database): Promise<void> {
  const boss = new PgBoss({ db: plainSql(database.write), supervise: false, schedule: false, registerInstance: false })
  await boss.start()
  await database.write.raw("UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour' WHERE state = 'active'")
  await database.write.raw('UPDATE pgboss.queue SET monitor_on = NULL, monitor_claim_on = NULL')
  await boss.supervise()
  await boss.stop({ graceful: false })
}

/** Somebody holds the tables of pg-boss, until the result is called. */
async function blockJobs(opened: TestDatabase): Promise<() => Promise<void>> {
  const database = opened.open()
  const transaction = await database.write.transaction()
  await transaction.raw('SET LOCAL idle_in_transaction_session_timeout = 0')
  await transaction.raw('LOCK TABLE pgboss.job IN ACCESS EXCLUSIVE MODE')
  return async () => {
    await transaction.rollback()
    await database[Symbol.asyncDispose]()
  }
}
