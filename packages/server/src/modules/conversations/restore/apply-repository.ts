import type { Knex } from 'knex'
import type { Database, Transaction } from '../../../database/database.ts'
import { fingerprintOf } from '../archive-repository.ts'
import { type ArchivedConversation, RestoreChanging } from './changing-repository.ts'
import { requireShortMoment } from './moment-limits.ts'
import { deletedMeanwhile, type Restore, type RestoreChange, type RestoreCounts } from './restore.ts'
import { placeRow } from './staging-repository.ts'

/** A conversation that is there, beside what the archive says about it. */
interface Differing extends ArchivedConversation {
  changed_count: number
  stored_title: string | null
  stored_count: number
}

/** How many conversations that differ are held in memory. */
const BATCH = 200

/** What is another one in the archive: of a merge, where the archive is the later one or knows more. */
const DIFFERS = {
  replace: `(p.title IS DISTINCT FROM c.title OR p.system IS DISTINCT FROM c.system OR p.model <> c.model
    OR p.current_message_id IS DISTINCT FROM c.current_message_id OR p.updated_at <> c.updated_at
    OR p.created_at <> c.created_at OR c.message_count <> p.archived_count - p.added_count)`,
  merge: `((p.title IS NOT NULL AND p.title IS DISTINCT FROM c.title) OR p.system IS DISTINCT FROM c.system
    OR (p.updated_at > c.updated_at AND NOT EXISTS (
      SELECT 1 FROM generations g WHERE g.conversation_id = c.id AND g.state = 'running')))`,
}

/** Makes what was staged appear, and takes away what is not to stay: all of it in one transaction of the caller's. */
export class RestoreApplication {
  readonly #database: Database
  readonly #changing: RestoreChanging

  constructor(database: Database) {
    this.#database = database
    this.#changing = new RestoreChanging(database.dialect)
  }

  /** What `apply` would do now; within the transaction that is to do it, what it will do. */
  async count(restore: Restore, read: Knex | Transaction = this.#database.read): Promise<RestoreCounts> {
    const { added, changed, removed } = await this.#sum(restore, read)
    return {
      conversationsAdded: added.conversations,
      conversationsChanged: changed.conversations,
      conversationsRemoved: removed.conversations,
      messagesAdded: added.messages + changed.added,
      messagesChanged: changed.changed,
      messagesRemoved: changed.removed + removed.messages,
    }
  }

  /** Where nobody else can write in the moment. @throws AppError `restore-too-large` */
  async requireShortMoment(restore: Restore): Promise<void> {
    const { dialect, read } = this.#database
    if (!dialect.isExclusive) return
    const { added, changed, removed } = await this.#sum(restore, read)
    const changes = read('restore_messages').where({ restore_id: restore.id }).whereNotNull('change')
    const [staged] = await this.#database.guard(async () =>
      changes.select(read.raw('coalesce(sum(octet_length(change)), 0) AS bytes')),
    )
    requireShortMoment({
      conversationsAdded: added.conversations,
      conversationsChanged: changed.conversations,
      conversationsRemoved: removed.conversations,
      messagesMoved: changed.added + changed.removed,
      messagesChanged: changed.changed,
      bytesChanged: Number(staged.bytes),
    })
  }

  async #sum(restore: Restore, read: Knex | Transaction) {
    return this.#database.guard(async () => {
      const planned = read('restore_conversations').where({ restore_id: restore.id, is_new: true })
      const [added] = await planned.select(
        read.raw('count(*) AS conversations, coalesce(sum(added_count), 0) AS messages'),
      )
      const [changed] = await read.from(this.#differing(read, restore).as('differing')).select(
        read.raw(`count(*) AS conversations, coalesce(sum(added_count), 0) AS added,
          coalesce(sum(changed_count), 0) AS changed,
          coalesce(sum(stored_count - (archived_count - added_count)), 0) AS removed`),
      )
      const [removed] = await this.#absent(read, restore).select(
        read.raw('count(*) AS conversations, coalesce(sum(message_count), 0) AS messages'),
      )
      return {
        added: { conversations: Number(added.conversations), messages: Number(added.messages) },
        changed: {
          conversations: Number(changed.conversations),
          added: Number(changed.added),
          changed: Number(changed.changed),
          removed: restore.mode === 'replace' ? Number(changed.removed) : 0,
        },
        removed: { conversations: Number(removed.conversations), messages: Number(removed.messages) },
      }
    })
  }

  /** The first `limit` things that `apply` would do. */
  async changes(restore: Restore, limit: number): Promise<RestoreChange[]> {
    const { read } = this.#database
    return this.#database.guard(async () => {
      const changes: RestoreChange[] = []
      const added = read('restore_conversations').where({ restore_id: restore.id, is_new: true })
      for (const row of await added
        .orderBy('conversation_id')
        .limit(limit)
        .select('conversation_id', 'title', 'added_count'))
        changes.push(change(row, 'add', { messagesAdded: row.added_count }))
      for (const row of await this.#differing(read, restore)
        .orderBy('p.conversation_id')
        .limit(limit - changes.length)) {
        const removed = restore.mode === 'replace' ? row.stored_count - (row.archived_count - row.added_count) : 0
        const counts = { messagesAdded: row.added_count, messagesChanged: row.changed_count, messagesRemoved: removed }
        changes.push(change({ ...row, title: row.title ?? row.stored_title }, 'change', counts))
      }
      const absent = this.#absent(read, restore)
        .orderBy('id')
        .limit(limit - changes.length)
      for (const row of await absent.select('id', 'title', 'message_count'))
        changes.push(
          change({ conversation_id: row.id, title: row.title }, 'remove', { messagesRemoved: row.message_count }),
        )
      return changes
    })
  }

  /** Is another one as soon as anything was written to what the account keeps. */
  fingerprint(ownerId: string): Promise<string> {
    return this.#database.guard(() => fingerprintOf(this.#database.read, ownerId))
  }

  /** The same, and it stays so until the transaction ends, which has locked the account. */
  lockedFingerprint(transaction: Transaction, ownerId: string): Promise<string> {
    return fingerprintOf(transaction, ownerId, this.#database.dialect.lockRows)
  }

  /** @throws AppError `account-busy` unless everything that was there is there still */
  async requireComplete(transaction: Transaction, restore: Restore): Promise<void> {
    const kept = transaction('conversations as c')
      .where({ 'c.owner_id': restore.ownerId, 'c.expires_at': null })
      .whereRaw('c.id = p.conversation_id')
    const planned = transaction('restore_conversations as p').where({ 'p.restore_id': restore.id, 'p.is_new': false })
    if (await planned.whereNotExists(kept.select(transaction.raw('1'))).first('p.conversation_id'))
      throw deletedMeanwhile()
  }

  /** Whether an answer is being written, to whatever conversation of the account. */
  async isAnswering(transaction: Transaction, ownerId: string): Promise<boolean> {
    return (await listAnswering(transaction, ownerId)).length > 0
  }

  async apply(transaction: Transaction, restore: Restore): Promise<void> {
    await this.#hide(transaction, restore)
    // Whoever writes an answer waits from the moment that its conversation is locked, and others of that server with them: so at last.
    const answering = await listAnswering(transaction, restore.ownerId)
    await this.#change(transaction, restore, (query) => void query.whereNotIn('p.conversation_id', answering))
    await this.#change(transaction, restore, (query) => void query.whereIn('p.conversation_id', answering))
    const added = transaction('restore_conversations').where({ restore_id: restore.id, is_new: true })
    const appeared = await transaction('conversations')
      .where({ restore_id: restore.id })
      .whereIn('id', added.clone().select('conversation_id'))
      .update({ restore_id: null, expires_at: null })
    const [expected] = await added.count({ value: '*' })
    if (appeared !== Number(expected?.value)) throw new Error('What was staged has been deleted by somebody else.')
  }

  /** What is not in the archive goes: from sight now, and for good as soon as that can be done. */
  async #hide(transaction: Transaction, restore: Restore): Promise<void> {
    if (restore.mode !== 'replace') return
    await this.#absent(transaction, restore).update({ restore_id: restore.id, expires_at: 0 })
  }

  async #change(transaction: Transaction, restore: Restore, narrow: (query: Knex.QueryBuilder) => void): Promise<void> {
    let grave: string | undefined
    for (let after = ''; ; ) {
      const query = this.#differing(transaction, restore).andWhere('p.conversation_id', '>', after)
      narrow(query)
      const rows: Differing[] = await query.orderBy('p.conversation_id').limit(BATCH)
      const last = rows.at(-1)
      if (!last) return
      grave ??= await openGrave(transaction, restore)
      await this.#changing.change(transaction, restore, { rows, grave })
      after = last.conversation_id
    }
  }

  /** Those conversations that are there and are not as the archive has them. */
  #differing(knex: Knex, { id, mode }: Restore): Knex.QueryBuilder {
    return knex('restore_conversations as p')
      .join('conversations as c', 'c.id', 'p.conversation_id')
      .where({ 'p.restore_id': id, 'p.is_new': false })
      .whereRaw(`(p.added_count > 0 OR p.changed_count > 0 OR ${DIFFERS[mode]})`)
      .select('p.*', { stored_title: 'c.title', stored_count: 'c.message_count' })
  }

  /** Those conversations that are there and not in the archive: to merge, they stay. */
  #absent(knex: Knex, { id, mode, ownerId }: Restore): Knex.QueryBuilder {
    const conversations = knex('conversations').where({ owner_id: ownerId, expires_at: null, restore_id: null })
    if (mode === 'merge') return conversations.whereRaw('1 = 0')
    const planned = knex('restore_conversations as p')
      .where({ 'p.restore_id': id, 'p.is_new': false })
      .whereRaw('p.conversation_id = conversations.id')
    // PostgreSQL would look at all that NOT IN has for each, once that is too much for its memory.
    return conversations.whereNotExists(planned.select(knex.raw('1')))
  }
}

type Counted = Partial<Pick<RestoreChange, 'messagesAdded' | 'messagesChanged' | 'messagesRemoved'>>

function change(
  row: { conversation_id: string; title: string | null },
  action: RestoreChange['action'],
  counts: Counted,
): RestoreChange {
  const { conversation_id: conversationId, title } = row
  return { conversationId, title, action, messagesAdded: 0, messagesChanged: 0, messagesRemoved: 0, ...counts }
}

async function listAnswering(transaction: Transaction, ownerId: string): Promise<string[]> {
  const running = transaction('generations as g').join('conversations as c', 'c.id', 'g.conversation_id')
  return running.where({ 'g.state': 'running', 'c.owner_id': ownerId, 'c.expires_at': null }).pluck('c.id')
}

/** Where lies what goes with it: a conversation cannot lose that otherwise without a long work. */
async function openGrave(transaction: Transaction, restore: Restore): Promise<string> {
  const place = placeRow(restore)
  await transaction('conversations').insert(place)
  return place.id
}
