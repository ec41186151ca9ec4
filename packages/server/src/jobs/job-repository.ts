import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../id.ts'
import type { ClaimedJob, JobQueue, Rest } from './job-queue.ts'
import { JOB_KINDS, type JobKind } from './runner.ts'

/** The jobs in a SQLite file, of which there is one server: whatever it has not removed is to be done. */
export class JobRepository implements JobQueue {
  readonly #database: Database
  /** Those that have failed a moment ago. At the next start nobody rests. */
  readonly #resting = new Set<string>()

  constructor(database: Database) {
    this.#database = database
  }

  async add(transaction: Transaction, kind: JobKind, subject: string): Promise<void> {
    await transaction<ClaimedJob>('jobs').insert({ id: newId(), kind, subject, attempts: 0 })
  }

  /** Of those kinds that this version knows. */
  async claim(preferred: JobKind | undefined): Promise<ClaimedJob | undefined> {
    const { read, write } = this.#database
    return this.#database.guard(async () => {
      for (const kind of preferred ? [preferred, ...JOB_KINDS] : JOB_KINDS) {
        const waiting = read<ClaimedJob>('jobs')
          .where({ kind })
          .whereNotIn('id', [...this.#resting])
        const job = await waiting.orderBy('id').first()
        if (!job) continue
        await write<ClaimedJob>('jobs').where({ id: job.id }).increment('attempts', 1)
        return { ...job, attempts: job.attempts + 1 }
      }
      return undefined
    })
  }

  async keep(): Promise<boolean> {
    return true
  }

  async putBack({ id }: ClaimedJob, { restMs, attempts }: Rest): Promise<void> {
    await this.#database.guard(async () => this.#database.write<ClaimedJob>('jobs').where({ id }).update({ attempts }))
    this.#resting.add(id)
    setTimeout(() => this.#resting.delete(id), restMs).unref()
  }

  async remove({ id }: ClaimedJob): Promise<void> {
    await this.#database.guard(async () => this.#database.write<ClaimedJob>('jobs').where({ id }).delete())
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
