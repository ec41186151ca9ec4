import type { Transaction } from '../database/database.ts'
import type { JobKind } from './runner.ts'

/** A job that somebody has begun. Nobody else gets it while its claim holds. */
export interface ClaimedJob {
  id: string
  kind: JobKind
  subject: string
  /** This one included. */
  attempts: number
}

export interface Rest {
  /** How long nobody is to claim it. */
  restMs: number
  /** How many attempts it has had from now on. */
  attempts: number
}

/**
 * Where the jobs of one database are kept, for a runner. Attempts are counted before they begin: a job may end the process that
 * runs it. A claim that was lost, to whoever took this server for dead, changes nothing any more.
 */
export interface JobQueue<Job extends ClaimedJob = ClaimedJob> extends AsyncDisposable {
  /** How often a claim has to be kept; never, if it is left out: who has died is known otherwise. */
  readonly keepEveryMs?: number
  add(transaction: Transaction, kind: JobKind, subject: string): Promise<void>
  /** The next job that nobody has, if there is one: the oldest of the preferred kind, or else of the first kind that there is. */
  claim(preferred: JobKind | undefined): Promise<Job | undefined>
  /** False if the claim was lost. */
  keep(job: Job): Promise<boolean>
  putBack(job: Job, rest: Rest): Promise<void>
  remove(job: Job): Promise<void>
}
