import type { Transaction } from '../database/database.ts'

/** What jobs there are: those of the first kind are begun before all others, and so on; but for each second job it is one kind's turn. */
export const JOB_KINDS = ['safety-backup', 'backup', 'scheduled-backup'] as const
export type JobKind = (typeof JOB_KINDS)[number]

/** How often a job is begun that fails each time. */
export const MOST_ATTEMPTS = 3

/**
 * What a kind of job does. `subject` is the id of what it is about: all else is in the database. Both functions may be called
 * again after a crash, with part of what they do already done.
 */
export interface JobHandler {
  /**
   * Throws, or dies with the process: it is tried again, `MOST_ATTEMPTS` times in all. A database that cannot be used is not
   * the job's fault, and does not count. An aborted `signal` says that the server is to end: leave off soon, however, and the
   * job is run again, here or elsewhere. So does the signal where another server has taken the job: one that was cut off from
   * the database for long may still be at it.
   */
  run(subject: string, context: JobContext): Promise<void>
  /** No attempt is left. Called until it succeeds, which is once. */
  abandon(subject: string, reason: unknown): Promise<void>
}

export interface JobContext {
  signal: AbortSignal
  /** The first is 1. */
  attempt: number
}

export type JobHandlers = Readonly<Record<JobKind, JobHandler>>

/** Work that outlives the request that asked for it. */
export interface JobRunner extends AsyncDisposable {
  /**
   * In the transaction that makes what the job is about: both are there, or neither. After the commit `announce()` makes it
   * begin at once; a job that nobody announces begins later.
   */
  enqueue(transaction: Transaction, kind: JobKind, subject: string): Promise<{ announce(): void }>
  /** Begins to work, on what an earlier process left unfinished too. */
  start(handlers: JobHandlers): Promise<void>
}

/** Why a job is abandoned of whose attempts nobody came back. */
export class LostAttemptsError extends Error {
  override name = 'LostAttemptsError'
  constructor() {
    super('The server ended each time while the job ran.')
  }
}
