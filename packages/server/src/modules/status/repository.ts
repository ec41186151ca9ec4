import type { Database } from '../../database/database.ts'
import type { Dialect } from '../../database/dialect.ts'
import { isMigrated } from '../../database/migrate.ts'
import type { BackupCounts, Counts } from './counts.ts'

/** A process that is writing answers, by the name in its leases. */
export interface Writer {
  id: string
  generations: number
}

export interface DatabaseLoad {
  name: Dialect['name']
  pools: ReturnType<Database['pools']>
}

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

  /** Walks through an index of each table. */
  async count(): Promise<Counts> {
    const rows = async (table: string, where = {}) => {
      const counted = this.#database.read(table).where(where).count({ rows: '*' }).first()
      const row: { rows?: unknown } | undefined = await this.#database.guard(async () => counted)
      return Number(row?.rows ?? 0)
    }
    const unseen = await this.#countUnseen()
    // One after the other: two connections of a few stay free for others.
    return {
      users: await rows('accounts', { deleted_at: null }),
      conversations: (await rows('conversations')) - unseen.conversations,
      messages: (await rows('messages')) - unseen.messages,
      backups: await this.#countBackups(),
    }
  }

  /** What is being restored, or was replaced and is about to go, is nobody's yet, or any more. There is seldom any. */
  async #countUnseen(): Promise<{ conversations: number; messages: number }> {
    const { read } = this.#database
    const unseen = () => read('conversations').whereNotNull('restore_id')
    const said = read('messages').whereIn('conversation_id', unseen().select('id'))
    const [conversations] = await this.#database.guard(async () => unseen().count({ rows: '*' }))
    const [messages] = await this.#database.guard(async () => said.count({ rows: '*' }))
    return { conversations: Number(conversations?.rows ?? 0), messages: Number(messages?.rows ?? 0) }
  }

  async #countBackups(): Promise<BackupCounts> {
    const kept = this.#database.read('backups').where({ deleted_at: null }).groupBy('status')
    const rows: { status?: unknown; count?: unknown; last?: unknown }[] = await this.#database.guard(async () =>
      kept.select('status').count({ count: '*' }).max({ last: 'completed_at' }),
    )
    const of = (status: string) => rows.find((row) => row.status === status)
    const count = (status: string) => Number(of(status)?.count ?? 0)
    const last = of('completed')?.last
    return {
      complete: count('completed'),
      inProgress: count('in_progress'),
      failed: count('failed'),
      lastCompletedAt: last === undefined ? null : Number(last),
    }
  }

  /** Those that hold leases which have not run out. There is a small index of the running ones alone. */
  async listWriters(): Promise<Writer[]> {
    const running = this.#database.read('generations').where({ state: 'running' })
    const alive = running.whereRaw(`lease_expires_at > ${this.#database.dialect.now}`)
    const counted = alive.groupBy('writer').select('writer').count({ generations: '*' })
    const rows: { writer?: unknown; generations?: unknown }[] = await this.#database.guard(async () => counted)
    return rows.map(({ writer, generations }) => ({ id: String(writer), generations: Number(generations) }))
  }

  load(): DatabaseLoad {
    return { name: this.#database.dialect.name, pools: this.#database.pools() }
  }
}
