import type { Database, Transaction } from '../../database/database.ts'
import { SESSION_LIFETIME } from './session.ts'

interface PlaceRow {
  account_id: string
  place: string
  last_success_at: number
}

/** Where accounts have signed in from. */
export class FamiliarPlaceRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async has(ownerId: string, place: string, now: number): Promise<boolean> {
    const places = this.#database.read<PlaceRow>('familiar_places').where({ account_id: ownerId, place })
    const row = await this.#database.guard(async () =>
      places.where('last_success_at', '>', now - SESSION_LIFETIME).first('place'),
    )
    return row !== undefined
  }

  /** Whether a device of this id has signed in to the account, and was not forgotten. */
  async hasDevice(ownerId: string, id: string): Promise<boolean> {
    const devices = this.#database.read<{ account_id: string; id: string }>('devices')
    const row = await this.#database.guard(async () => devices.where({ account_id: ownerId, id }).first('id'))
    return row !== undefined
  }

  async remember(transaction: Transaction, ownerId: string, { place, now }: { place: string; now: number }) {
    await transaction<PlaceRow>('familiar_places')
      .insert({ account_id: ownerId, place, last_success_at: now })
      .onConflict(['account_id', 'place'])
      .merge({ last_success_at: now })
  }

  async deleteOld(transaction: Transaction, now: number): Promise<void> {
    await transaction<PlaceRow>('familiar_places')
      .where('last_success_at', '<=', now - SESSION_LIFETIME)
      .delete()
  }
}
