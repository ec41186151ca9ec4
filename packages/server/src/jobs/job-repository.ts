import type { Database, Transaction } from '../database/database.ts'
import { newId } from '../id.ts'
import type { JobKind } from './runner.ts'

/** A job that is not done. */
export interface Job {
  id: string
  kind: JobKind
  subject: string
  /** How often it was begun. */
  attempts: number
}

/** The jobs of the one server that there is on SQLite. */
export class JobRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async add(transaction: Transaction, kind: JobKind, subject: string): Promise<void> {
    await transaction<Job>('jobs').insert({ id: newId(), kind, subject, attempts: 0 })
  }

  /** The oldest one of these kinds. */
  async findNext(kinds: readonly string[], except: readonly string[]): Promise<Job | undefined> {
    return this.#database.guard(async () =>
      this.#database.read<Job>('jobs').whereIn('kind', kinds).whereNotIn('id', except).orderBy('id').first(),
    )
  }

  async begin(id: string): Promise<void> {
    await this.#database.guard(async () => this.#database.write<Job>('jobs').where({ id }).increment('attempts', 1))
  }

  /** The attempt that was begun does not count. */
  async takeBack(id: string): Promise<void> {
    await this.#database.guard(async () => this.#database.write<Job>('jobs').where({ id }).decrement('attempts', 1))
  }

  async remove(id: string): Promise<void> {
    await this.#database.guard(async () => this.#database.write<Job>('jobs').where({ id }).delete())
  }
}
