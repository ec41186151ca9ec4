import type { Knex } from 'knex'
import type { Database, Transaction } from '../../database/database.ts'
import type { Account, AccountRole } from '../accounts/index.ts'
import type { Device } from './device.ts'
import type { Activity } from './last-activity.ts'
import { ACTIVITY_INTERVAL, IDLE_LIFETIME, REFRESH_GRACE, type Session } from './session.ts'

interface SessionRow {
  id: string
  account_id: string
  device_id: string
  created_at: number
  last_used_at: number
  expires_at: number
  refresh_generation: number
  refreshed_at: number
}

/** Which of an account's sessions. */
export interface SessionChoice {
  deviceId?: string
  /** A session that is not meant. */
  except?: string
}

/** Sessions, their devices, and the refresh tokens that were exchanged a moment ago. */
export class SessionRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** One point read per request: this is what makes revocation immediate. */
  async findWithRole(id: string): Promise<{ session: Session; role: AccountRole } | undefined> {
    const row: (SessionRow & { role: AccountRole }) | undefined = await this.#database.guard(async () =>
      this.#database
        .read('sessions')
        .join('accounts', 'accounts.id', 'sessions.account_id')
        .where('sessions.id', id)
        .first('sessions.*', 'accounts.role'),
    )
    return row && { session: toSession(row), role: row.role }
  }

  /** Those of the ids that are no session any more, or one that has run out. */
  async findOver(ids: readonly string[], now: number): Promise<string[]> {
    const alive = new Set<string>()
    for (const some of chunks(ids)) {
      const sessions = this.#database.read<SessionRow>('sessions').whereIn('id', some)
      const rows = await this.#database.guard(async () =>
        sessions
          .where('expires_at', '>', now)
          .where('last_used_at', '>', now - IDLE_LIFETIME)
          .select('id'),
      )
      for (const { id } of rows) alive.add(id)
    }
    return ids.filter((id) => !alive.has(id))
  }

  /** False if the account was deleted, or its password changed, since it was read. */
  async isUnchanged(transaction: Transaction, account: Account): Promise<boolean> {
    const accounts = transaction('accounts').where({ id: account.id, password_hash: account.passwordHash.reveal() })
    const row: unknown = await this.#database.dialect.lockRows(accounts).first('id')
    return row !== undefined
  }

  async saveDevice(transaction: Transaction, accountId: string, device: Device, now: number): Promise<void> {
    const { id, name, isNamed } = device
    await transaction('devices')
      .insert({ account_id: accountId, id, name, created_at: now, last_seen_at: now })
      .onConflict(['account_id', 'id'])
      .merge(isNamed ? { name, last_seen_at: now } : { last_seen_at: now })
  }

  async insert(transaction: Transaction, session: Session): Promise<void> {
    await transaction<SessionRow>('sessions').insert(toRow(session))
  }

  /** Until the transaction ends, nobody else changes this session. */
  async findAndLock(transaction: Transaction, id: string): Promise<Session | undefined> {
    const row: SessionRow | undefined = await this.#database.dialect
      .lockRows(transaction('sessions').where({ id }))
      .first()
    return row && toSession(row)
  }

  async findSupersededAt(transaction: Transaction, id: string, generation: number): Promise<number | undefined> {
    const ancestors = transaction('refresh_ancestors').where({ session_id: id, generation })
    const row: { superseded_at: number } | undefined = await ancestors.first('superseded_at')
    return row?.superseded_at
  }

  /** The head of the chain becomes an ancestor; those that do not answer any more are forgotten. */
  async supersede(transaction: Transaction, session: Session, now: number): Promise<void> {
    const ancestors = transaction('refresh_ancestors').where({ session_id: session.id })
    await ancestors.where('superseded_at', '<=', now - REFRESH_GRACE).delete()
    const { id, refreshGeneration } = session
    await transaction('refresh_ancestors').insert({ session_id: id, generation: refreshGeneration, superseded_at: now })
  }

  async update(transaction: Transaction, session: Session): Promise<void> {
    const { id, ...row } = toRow(session)
    await transaction<SessionRow>('sessions').where({ id }).update(row)
  }

  async touchSession(transaction: Transaction, { sessionId: id, at }: Activity): Promise<void> {
    const sessions = transaction<SessionRow>('sessions').where({ id })
    await sessions.where('last_used_at', '<=', at - ACTIVITY_INTERVAL).update({ last_used_at: at })
  }

  async touchDevice(transaction: Transaction, { accountId, deviceId: id, at }: Activity): Promise<void> {
    const devices = transaction('devices').where({ account_id: accountId, id })
    await devices.where('last_seen_at', '<=', at - ACTIVITY_INTERVAL).update({ last_seen_at: at })
  }

  /** Answers the ids of the sessions that it ended, here and below. */
  async delete(transaction: Transaction, session: { id: string; accountId: string }): Promise<string[]> {
    const { id, accountId } = session
    return this.#deleteThese(transaction, (sessions) => sessions.where({ id, account_id: accountId }))
  }

  /** All of an account; those of one device, or all but one session, if it is said so. */
  async deleteAll(transaction: Transaction, accountId: string, { deviceId, except }: SessionChoice): Promise<string[]> {
    return this.#deleteThese(transaction, (sessions) => {
      sessions.where({ account_id: accountId })
      if (deviceId !== undefined) sessions.where({ device_id: deviceId })
      if (except !== undefined) sessions.whereNot({ id: except })
    })
  }

  /** Deletes those that have run out: one account's, or everybody's. */
  async deleteOver(transaction: Transaction, now: number, accountId?: string): Promise<string[]> {
    return this.#deleteThese(transaction, (sessions) => {
      sessions.where((over) => over.where('expires_at', '<=', now).orWhere('last_used_at', '<=', now - IDLE_LIFETIME))
      if (accountId !== undefined) sessions.where({ account_id: accountId })
    })
  }

  async deleteOldAncestors(transaction: Transaction, now: number): Promise<void> {
    await transaction('refresh_ancestors')
      .where('superseded_at', '<=', now - REFRESH_GRACE)
      .delete()
  }

  /** Every session that ends before its time ends here. Two statements: Knex's SQLite says how many rows were deleted, but not which. */
  async #deleteThese(transaction: Transaction, choose: (sessions: Knex.QueryBuilder) => void): Promise<string[]> {
    const chosen = transaction('sessions').modify(choose).select('id')
    const rows: { id: string }[] = await this.#database.dialect.lockRows(chosen)
    const ids = rows.map(({ id }) => id)
    for (const some of chunks(ids)) await transaction('sessions').whereIn('id', some).delete()
    await this.#database.nudges.send(transaction, 'sessions', ids)
    return ids
  }
}

/** SQLite takes a limited number of values in one statement. */
function* chunks(ids: readonly string[]): Generator<readonly string[]> {
  for (let start = 0; start < ids.length; start += 500) yield ids.slice(start, start + 500)
}

function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    accountId: row.account_id,
    deviceId: row.device_id,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    refreshGeneration: row.refresh_generation,
    refreshedAt: row.refreshed_at,
  }
}

function toRow(session: Session): SessionRow {
  return {
    id: session.id,
    account_id: session.accountId,
    device_id: session.deviceId,
    created_at: session.createdAt,
    last_used_at: session.lastUsedAt,
    expires_at: session.expiresAt,
    refresh_generation: session.refreshGeneration,
    refreshed_at: session.refreshedAt,
  }
}
