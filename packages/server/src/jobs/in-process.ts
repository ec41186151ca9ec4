import { setTimeout as delay } from 'node:timers/promises'
import { isDatabaseUnavailable } from '../app-error.ts'
import type { Transaction } from '../database/database.ts'
import type { Log } from '../log.ts'
import type { Job, JobRepository } from './job-repository.ts'
import {
  type JobHandler,
  type JobHandlers,
  type JobKind,
  type JobRunner,
  LostAttemptsError,
  MOST_ATTEMPTS,
} from './runner.ts'

export interface InProcessOptions {
  jobs: JobRepository
  log: Log
  /** How long a job rests after its first failure, its second one, and so on; the last counts for all that follow. */
  restsMs?: readonly number[]
}

const RESTS_MS = [1_000, 10_000]
/** Who announces nothing is found by looking. */
const LOOK_EVERY_MS = 10_000
/** How long to leave a database alone that cannot be used. */
const AWAY_MS = 1_000

/** The jobs of a server that has its database for itself, one after the other. */
export class InProcessRunner implements JobRunner {
  readonly #jobs: JobRepository
  readonly #log: Log
  readonly #restsMs: readonly number[]
  readonly #ending = new AbortController()
  /** Those that failed a moment ago. */
  readonly #resting = new Set<string>()
  #nudged = Promise.withResolvers<void>()
  #working: Promise<void> | undefined

  constructor({ jobs, log, restsMs = RESTS_MS }: InProcessOptions) {
    this.#jobs = jobs
    this.#log = log
    this.#restsMs = restsMs
  }

  async enqueue(transaction: Transaction, kind: JobKind, subject: string): Promise<{ announce(): void }> {
    await this.#jobs.add(transaction, kind, subject)
    return { announce: () => this.#nudged.resolve() }
  }

  async start(handlers: JobHandlers): Promise<void> {
    this.#working ??= this.#work(handlers).catch((error: unknown) => {
      if (!this.#ending.signal.aborted) throw error
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort()
    this.#nudged.resolve()
    await this.#working
  }

  async #work(handlers: JobHandlers): Promise<void> {
    while (!this.#ending.signal.aborted) {
      this.#nudged = Promise.withResolvers()
      const kinds = Object.keys(handlers)
      const job = await this.#insist(() => this.#jobs.findNext(kinds, [...this.#resting]))
      if (job) await this.#do(job, handlers[job.kind])
      else await this.#untilNudged()
    }
  }

  async #untilNudged(): Promise<void> {
    const timer = setTimeout(this.#nudged.resolve, LOOK_EVERY_MS).unref()
    if (!this.#ending.signal.aborted) await this.#nudged.promise
    clearTimeout(timer)
  }

  async #do(job: Job, handler: JobHandler): Promise<void> {
    if (job.attempts >= MOST_ATTEMPTS) return this.#abandon(job, handler, new LostAttemptsError())
    const attempt = job.attempts + 1
    await this.#insist(() => this.#jobs.begin(job.id))
    try {
      await handler.run(job.subject, { signal: this.#ending.signal, attempt })
    } catch (error) {
      return this.#fail({ ...job, attempts: attempt }, handler, error)
    }
    await this.#insist(() => this.#jobs.remove(job.id))
  }

  async #fail(job: Job, handler: JobHandler, err: unknown): Promise<void> {
    const isInterrupted = this.#ending.signal.aborted
    const { attempts, kind, subject } = job
    if (!isInterrupted) this.#log.warn({ kind, subject, attempt: attempts, err }, 'job-failed')
    if (isInterrupted || isDatabaseUnavailable(err)) await this.#insist(() => this.#jobs.takeBack(job.id))
    else if (attempts >= MOST_ATTEMPTS) return this.#abandon(job, handler, err)
    this.#rest(job)
  }

  async #abandon(job: Job, handler: JobHandler, reason: unknown): Promise<void> {
    const { id, kind, subject } = job
    try {
      await handler.abandon(subject, reason)
    } catch (err) {
      if (!this.#ending.signal.aborted) this.#log.warn({ kind, subject, err }, 'job-not-abandoned')
      return this.#rest(job)
    }
    await this.#insist(() => this.#jobs.remove(id))
    this.#log.error({ kind, subject, err: reason }, 'job-abandoned')
  }

  #rest({ id, attempts }: Job): void {
    this.#resting.add(id)
    const end = () => {
      this.#resting.delete(id)
      this.#nudged.resolve()
    }
    setTimeout(end, this.#restsMs[attempts - 1] ?? this.#restsMs.at(-1)).unref()
  }

  /** What is known of a job must be written down: a database that is away comes back. At the end it is asked only once. */
  async #insist<T>(query: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures += 1) {
      try {
        return await query()
      } catch (err) {
        if (this.#ending.signal.aborted) throw err
        if (failures === 0) this.#log.warn({ err }, 'jobs-waiting-for-database')
      }
      await delay(AWAY_MS, undefined, { signal: this.#ending.signal, ref: false }).catch(() => undefined)
    }
  }
}
