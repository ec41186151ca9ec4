import type { Database } from '../../database/database.ts'
import { isMigrated } from '../../database/migrate.ts'

export class StatusRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Throws if the database does not answer. */
  async ping(): Promise<void> {
    await this.#database.guard(() => this.#database.read.raw('select 1'))
  }

  isMigrated(): Promise<boolean> {
    return isMigrated(this.#database)
  }
}
