import type { Database, Transaction } from '../../database/database.ts'
import type { Preferences } from './preferences.ts'

/** What the owner of an account chose; the rest has its defaults. */
type Chosen = Partial<Preferences>

export class PreferenceRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Undefined if there is no such account. */
  async find(ownerId: string): Promise<Chosen | undefined> {
    const accounts = this.#database.read('accounts').where({ id: ownerId, deleted_at: null })
    return parse(await this.#database.guard(async () => accounts.first('preferences')))
  }

  /** The same, and nobody else changes them until the transaction ends. */
  async lock(transaction: Transaction, ownerId: string): Promise<Chosen | undefined> {
    const accounts = transaction('accounts').where({ id: ownerId, deleted_at: null })
    return parse(await this.#database.dialect.lockRows(accounts).first('preferences'))
  }

  async update(transaction: Transaction, ownerId: string, chosen: Chosen): Promise<void> {
    await transaction('accounts')
      .where({ id: ownerId, deleted_at: null })
      .update({ preferences: JSON.stringify(chosen) })
  }
}

function parse(row: { preferences: string } | undefined): Chosen | undefined {
  return row && JSON.parse(row.preferences)
}
