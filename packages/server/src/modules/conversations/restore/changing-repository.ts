import type { Transaction } from '../../../database/database.ts'
import type { Dialect } from '../../../database/dialect.ts'
import type { ConversationRow } from '../conversation-row.ts'
import type { MessageRow } from '../message-row.ts'
import { SearchIndex } from '../search-index-repository.ts'
import type { Restore } from './restore.ts'

/** A conversation that is there, as the archive has it. */
export interface ArchivedConversation {
  conversation_id: string
  title: string | null
  model: string
  system: string | null
  current_message_id: string | null
  created_at: number
  updated_at: number
  /** Where the messages wait that are to be added to it. */
  twin_id: string | null
}

/** Statements with more rows than this meet a limit of SQLite's. */
const ROWS_PER_STATEMENT = 200

/** What a restore may change of a message; where it belongs stays as it is. */
const CHANGED = [
  'role',
  'content',
  'reasoning',
  'notices',
  'parts',
  'model',
  'status',
  'finish_reason',
  'usage',
  'error',
  'created_at',
] as const satisfies (keyof MessageRow)[]

/**
 * Makes conversations that are there what the archive says, many at once: whoever else writes waits for the transaction, and a
 * statement for each of them would take seconds.
 */
export class RestoreChanging {
  readonly #dialect: Dialect
  readonly #search: SearchIndex

  constructor(dialect: Dialect) {
    this.#dialect = dialect
    this.#search = new SearchIndex(dialect)
  }

  /** Nobody writes to them until the transaction ends. */
  async lock(transaction: Transaction, ids: readonly string[]): Promise<Map<string, ConversationRow>> {
    const rows: ConversationRow[] = await this.#dialect.lockRows(
      transaction('conversations')
        .whereIn('id', [...ids])
        .orderBy('id'),
    )
    return new Map(rows.map((row) => [row.id, row]))
  }

  /** What waits for them comes to them. */
  async addMessages(transaction: Transaction, restore: Restore, rows: readonly ArchivedConversation[]): Promise<void> {
    const twins = rows.flatMap(({ twin_id: twin }) => (twin === null ? [] : [twin]))
    if (twins.length === 0) return
    for (const table of ['messages', 'message_search']) {
      const home = transaction('restore_conversations')
        .where({ restore_id: restore.id })
        .whereRaw('twin_id = ??', [`${table}.conversation_id`])
      await transaction(table)
        .whereIn('conversation_id', twins)
        .update({ conversation_id: home.select('restore_conversations.conversation_id') })
    }
  }

  /** To be called before what waits is added: the words of what they say now are among it. */
  async changeMessages(transaction: Transaction, restore: Restore, ids: readonly string[]): Promise<void> {
    const found: { change: string }[] = await transaction('restore_messages')
      .where({ restore_id: restore.id })
      .whereIn('conversation_id', [...ids])
      .whereNotNull('change')
      .select('change')
    for (let start = 0; start < found.length; start += ROWS_PER_STATEMENT) {
      const rows = found.slice(start, start + ROWS_PER_STATEMENT).map(({ change }): MessageRow => JSON.parse(change))
      await transaction<MessageRow>('messages').insert(rows).onConflict('id').merge(CHANGED)
      const changed = rows.map(({ id }) => id)
      await transaction('message_search')
        .whereIn('conversation_id', [...ids])
        .whereIn('message_id', changed)
        .delete()
    }
  }

  /** At last they themselves. */
  async changeConversations(
    transaction: Transaction,
    { mode, ownerId }: Restore,
    { rows, stored }: { rows: readonly ArchivedConversation[]; stored: ReadonlyMap<string, ConversationRow> },
  ): Promise<void> {
    const ids = [...stored.keys()]
    const [counts, running] = [await countMessages(transaction, ids), await listRunning(transaction, ids)]
    const changed = rows.flatMap((row): ConversationRow[] => {
      const before = stored.get(row.conversation_id)
      if (!before) return []
      const { created_at, current_message_id, model, system, title, updated_at } = row
      const after = { ...before, system, message_count: counts.get(before.id) ?? 0 }
      if (mode === 'replace') return [{ ...after, created_at, current_message_id, model, title, updated_at }]
      const isLater = updated_at > before.updated_at && !running.has(before.id)
      return [{ ...after, title: title ?? before.title, ...(isLater && { current_message_id, model, updated_at }) }]
    })
    if (changed.length === 0) return
    await transaction<ConversationRow>('conversations')
      .insert(changed)
      .onConflict('id')
      .merge(['title', 'system', 'message_count', 'model', 'current_message_id', 'updated_at', 'created_at'])
    const renamed = changed.filter(({ id, title }) => title !== stored.get(id)?.title)
    const titles = renamed.flatMap(({ id, title }) =>
      title === null ? [] : [{ conversationId: id, messageId: null, text: title }],
    )
    await this.#search.deleteTitles(
      transaction,
      renamed.map(({ id }) => id),
    )
    await this.#search.addTexts(transaction, ownerId, titles)
  }
}

/** Takes the messages of these conversations away that are not in the archive. */
export async function bury(
  transaction: Transaction,
  { id }: Restore,
  { from, to }: { from: readonly string[]; to: string },
): Promise<void> {
  const kept = transaction('restore_messages')
    .where({ restore_id: id })
    .whereIn('conversation_id', [...from])
    .select('message_id')
  const words = transaction('message_search')
    .whereIn('conversation_id', [...from])
    .whereNotNull('message_id')
  await words.whereNotIn('message_id', kept).update({ conversation_id: to })
  await transaction('messages')
    .whereIn('conversation_id', [...from])
    .whereNotIn('id', kept)
    .update({ conversation_id: to })
}

async function countMessages(transaction: Transaction, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await transaction('messages')
    .whereIn('conversation_id', [...ids])
    .groupBy('conversation_id')
    .select('conversation_id', transaction.raw('count(*) AS messages'))
  return new Map(rows.map((row) => [row.conversation_id, Number(row.messages)]))
}

async function listRunning(transaction: Transaction, ids: readonly string[]): Promise<Set<string>> {
  const running = transaction('generations')
    .whereIn('conversation_id', [...ids])
    .where({ state: 'running' })
  return new Set<string>(await running.pluck('conversation_id'))
}
