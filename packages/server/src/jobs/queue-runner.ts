import { setTimeout as delay } from 'node:timers/promises'
import { isDatabaseUnavailable } from '../app-error.ts'
import type { Transaction } from '../database/database.ts'
import type { Log } from '../log.ts'
import type { ClaimedJob, JobQueue } from './job-queue.ts'
import {
  JOB_KINDS,
  type JobHandler,
  type JobHandlers,
  type JobKind,
  type JobRunner,
  LostAttemptsError,
  MOST_ATTEMPTS,
} from './runner.ts'

export interface QueueRunnerOptions<Job extends ClaimedJob> {
  queue: JobQueue<Job>
  log: Log
  /** How long a job rests after its first failure, its second one, and so on; the last counts for all that follow. */
  restsMs?: readonly number[] | undefined
}

const RESTS_MS = [1_000, 10_000]
/** How often to look for what nobody has announced here. */
const LOOK_EVERY_MS = 5_000
/** How long to leave a database alone that cannot be used. */
const AWAY_MS = 1_000

/** Works on the jobs of a queue, one after the other. */
export class QueueRunner<Job extends ClaimedJob> implements JobRunner {
  readonly #queue: JobQueue<Job>
  readonly #log: Log
  readonly #restsMs: readonly number[]
  readonly #ending = new AbortController()
  #nudged = Promise.withResolvers<void>()
  #working: Promise<void> | undefined

  constructor({ queue, log, restsMs = RESTS_MS }: QueueRunnerOptions<Job>) {
    this.#queue = queue
    this.#log = log
    this.#restsMs = restsMs
  }

  async enqueue(transaction: Transaction, kind: JobKind, subject: string): Promise<{ announce(): void }> {
    await this.#queue.add(transaction, kind, subject)
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
    await this.#queue[Symbol.asyncDispose]()
  }

  async #work(handlers: JobHandlers): Promise<void> {
    for (let turn = 0; !this.#ending.signal.aborted; turn += 1) {
      this.#nudged = Promise.withResolvers()
      // However much somebody wants at once, nobody waits for ever.
      const preferred = turn % 2 === 0 ? undefined : JOB_KINDS.at(-1 - (((turn - 1) / 2) % JOB_KINDS.length))
      const job = await this.#insist(() => this.#queue.claim(preferred))
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
    using claim = this.#hold(job)
    const failure = await this.#attempt(job, handler, claim.signal)
    const { attempts } = job
    if (!failure) await this.#insist(() => this.#queue.remove(job))
    else if (claim.signal.aborted || isDatabaseUnavailable(failure.reason)) await this.#putBack(job, attempts - 1)
    else if (attempts < MOST_ATTEMPTS) await this.#putBack(job, attempts)
    else await this.#abandon(job, handler, failure.reason)
  }

  async #attempt(job: Job, handler: JobHandler, signal: AbortSignal): Promise<{ reason: unknown } | undefined> {
    const { attempts: attempt, kind, subject } = job
    if (attempt > MOST_ATTEMPTS) return { reason: new LostAttemptsError() }
    try {
      await handler.run(subject, { signal, attempt })
      return undefined
    } catch (err) {
      if (!signal.aborted) this.#log.warn({ kind, subject, attempt, err }, 'job-failed')
      return { reason: err }
    }
  }

  /** Keeps the claim while the job is worked on. The signal says that it was lost, or that the server is to end. */
  #hold(job: Job): Disposable & { signal: AbortSignal } {
    const lost = new AbortController()
    const keep = async () => {
      // Where the database is away others cannot take the job either.
      if ((await this.#queue.keep(job).catch(() => true)) || lost.signal.aborted) return
      lost.abort()
      this.#log.warn({ kind: job.kind, subject: job.subject }, 'job-lost')
    }
    const { keepEveryMs } = this.#queue
    const timer = keepEveryMs === undefined ? undefined : setInterval(() => void keep(), keepEveryMs).unref()
    return {
      signal: AbortSignal.any([this.#ending.signal, lost.signal]),
      [Symbol.dispose]: () => clearInterval(timer),
    }
  }

  async #abandon(job: Job, handler: JobHandler, reason: unknown): Promise<void> {
    const { kind, subject } = job
    try {
      await this.#insist(() => handler.abandon(subject, reason), isDatabaseUnavailable)
    } catch (err) {
      if (!this.#ending.signal.aborted) this.#log.warn({ kind, subject, err }, 'job-not-abandoned')
      await this.#putBack(job, MOST_ATTEMPTS)
      return
    }
    this.#log.error({ kind, subject, err: reason }, 'job-abandoned')
    await this.#insist(() => this.#queue.remove(job))
  }

  /** At its end the server puts back what others may take at once. */
  async #putBack(job: Job, attempts: number): Promise<void> {
    const isEnding = this.#ending.signal.aborted
    const restMs = isEnding ? 0 : (this.#restsMs[job.attempts - 1] ?? this.#restsMs.at(-1) ?? 0)
    await this.#insist(() => this.#queue.putBack(job, { restMs, attempts }))
    setTimeout(() => this.#nudged.resolve(), restMs).unref()
  }

  /** What is known of a job must be written down: a database that is away comes back. At the end it is asked only once. */
  async #insist<T>(query: () => Promise<T>, mayPass: (error: unknown) => boolean = () => true): Promise<T> {
    for (let failures = 0; ; failures += 1) {
      try {
        return await query()
      } catch (err) {
        if (this.#ending.signal.aborted || !mayPass(err)) throw err
        if (failures === 0) this.#log.warn({ err }, 'jobs-waiting-for-database')
      }
      await delay(AWAY_MS, undefined, { signal: this.#ending.signal, ref: false }).catch(() => undefined)
    }
  }
}
