import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { InProcessRunner } from '../../src/jobs/in-process.ts'
import { JobRepository } from '../../src/jobs/job-repository.ts'
import type { JobHandler, JobRunner } from '../../src/jobs/runner.ts'
import { openTestDatabase } from './test-database.ts'

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
  const openRunner = async (): Promise<JobRunner> =>
    new InProcessRunner({ jobs: new JobRepository(database), log, restsMs: [100, 200] })
  return {
    ...opened,
    logs,
    openRunner,
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
      await started.runner.start({ backup })
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
