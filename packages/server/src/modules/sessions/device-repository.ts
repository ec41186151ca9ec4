import type { Knex } from 'knex'
import type { Database, Transaction } from '../../database/database.ts'
import type { RegisteredDevice, SignedInDevice } from './device.ts'
import { IDLE_LIFETIME } from './session.ts'

interface DeviceRow {
  id: string
  name: string
  given_name: string | null
  last_seen_at: number
}

interface SignedInRow extends DeviceRow {
  last_used_at: number
  signed_in_at: number
}

/** The devices of an account, as their owner sees them. Logins write them: see `SessionRepository`. */
export class DeviceRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** The last seen first. */
  async list(ownerId: string): Promise<RegisteredDevice[]> {
    const rows: DeviceRow[] = await this.#database.guard(async () =>
      this.#database
        .read('devices')
        .where({ account_id: ownerId })
        .orderBy('last_seen_at', 'desc')
        .orderBy('id')
        .select(...COLUMNS),
    )
    return rows.map(toDevice)
  }

  /** Those with a session that has not run out, the last active first; a device with several sessions is one. */
  async listSignedIn(ownerId: string, { except, now }: { except: string; now: number }): Promise<SignedInDevice[]> {
    const signedIn = this.#database
      .read('sessions')
      .where({ account_id: ownerId })
      .where('expires_at', '>', now)
      .where('last_used_at', '>', now - IDLE_LIFETIME)
      .groupBy('device_id')
      .max({ last_used_at: 'last_used_at' })
      .min({ signed_in_at: 'created_at' })
      .select('device_id')
      .as('signed_in')
    const rows: SignedInRow[] = await this.#database.guard(async () =>
      this.#database
        .read('devices')
        .join(signedIn, 'signed_in.device_id', 'devices.id')
        .where('devices.account_id', ownerId)
        .whereNot('devices.id', except)
        .orderBy('signed_in.last_used_at', 'desc')
        .orderBy('devices.id')
        .select(...COLUMNS, 'signed_in.last_used_at', 'signed_in.signed_in_at'),
    )
    return rows.map((row) => ({ ...toDevice(row), lastUsedAt: row.last_used_at, signedInAt: row.signed_in_at }))
  }

  /** Signed in or not. */
  async isRegistered(transaction: Transaction, ownerId: string, id: string): Promise<boolean> {
    return (await ofOwner(transaction, ownerId, id).first('id')) !== undefined
  }

  /** Undefined if the owner has no such device. */
  async rename(transaction: Transaction, ownerId: string, { id, name }: { id: string; name: string }) {
    const device = ofOwner(transaction, ownerId, id)
    await device.clone().update({ given_name: name })
    const row: DeviceRow | undefined = await device.first(COLUMNS)
    return row && toDevice(row)
  }

  /** False if the owner has no such device. Its sessions go with it. */
  async delete(transaction: Transaction, ownerId: string, id: string): Promise<boolean> {
    return (await ofOwner(transaction, ownerId, id).delete()) > 0
  }
}

const COLUMNS = ['id', 'name', 'given_name', 'last_seen_at'] as const

function ofOwner(transaction: Transaction, ownerId: string, id: string): Knex.QueryBuilder {
  return transaction('devices').where({ account_id: ownerId, id })
}

function toDevice({ id, name, given_name, last_seen_at }: DeviceRow): RegisteredDevice {
  return { id, name: given_name ?? name, lastSeenAt: last_seen_at }
}
