import type { Database } from '../database/database.ts'

/** How long a server may stay silent before its streams are not counted any more. It speaks up once a second. */
const LEASE_MS = 3_000
/** How long a server is remembered that has fallen silent: one that comes back finds what it had counted. */
const REMEMBERED_MS = 60_000

/** What one server says of its streams. See the migration `007-open-streams`. */
export interface Count {
  accountId: string
  /** The server. */
  id: string
  streams: number
}

/** The streams that accounts have open, as all servers on a PostgreSQL count them. */
export class SeatRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Says that a server lives. True if that was not known, so that nothing of what it counts is either. */
  async renew(id: string): Promise<boolean> {
    const [row] = await this.#query(
      `INSERT INTO live_servers AS known (id, lease_expires_at) VALUES (?, ${this.#now} + ?)
       ON CONFLICT (id) DO UPDATE SET lease_expires_at = excluded.lease_expires_at
       RETURNING known.xmax = 0 AS is_new`,
      [id, LEASE_MS],
    )
    return row?.is_new === 1
  }

  /** Whoever comes at the same time waits for the row of the account, and sees what was counted in it. */
  async store({ accountId, id, streams }: Count, limit: number): Promise<boolean> {
    const stored = await this.#query(
      `INSERT INTO open_streams AS known (account_id, by_server)
       VALUES (?, jsonb_build_object(CAST(? AS text), CAST(? AS integer)))
       ON CONFLICT (account_id) DO UPDATE SET by_server = excluded.by_server || (
         SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(known.by_server)
         WHERE key <> ? AND key IN (SELECT id FROM live_servers))
       WHERE CAST(? AS bigint) + (
         SELECT coalesce(sum(CAST(value AS integer)), 0) FROM jsonb_each_text(known.by_server)
         WHERE key <> ? AND key IN (SELECT id FROM live_servers WHERE lease_expires_at > ${this.#now})) <= ?
       RETURNING account_id`,
      [accountId, id, streams, id, streams, id, limit],
    )
    return stored.length > 0
  }

  /** A server has no stream of the account any more. */
  async remove(accountId: string, id: string): Promise<void> {
    const where = { account_id: accountId }
    const { counting } = this.#database
    await this.#database.guard(async () => {
      const isLast = counting('open_streams').where(where).whereRaw(`by_server - CAST(? AS text) = '{}'`, [id])
      if ((await isLast.delete()) > 0) return
      const by_server = counting.raw('by_server - CAST(? AS text)', [id])
      await counting('open_streams').where(where).update({ by_server })
    })
  }

  /** A server ends, and its streams with it. */
  async leave(id: string): Promise<void> {
    await this.#database.guard(async () => this.#database.counting('live_servers').where({ id }).delete())
  }

  /** Forgets servers that have been silent for long, and what they counted. */
  async sweep(): Promise<void> {
    await this.#query(`DELETE FROM live_servers WHERE lease_expires_at < ${this.#now} - ?`, [REMEMBERED_MS])
    await this.#query(`DELETE FROM open_streams WHERE NOT EXISTS (
      SELECT FROM jsonb_object_keys(by_server) AS key WHERE key IN (SELECT id FROM live_servers))`)
  }

  async #query(sql: string, values: readonly (string | number)[] = []): Promise<{ is_new?: number }[]> {
    const { rows } = await this.#database.guard(async () => this.#database.counting.raw(sql, values))
    return rows
  }

  get #now(): string {
    return this.#database.dialect.now
  }
}
