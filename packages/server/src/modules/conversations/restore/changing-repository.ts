import type { Knex } from 'knex'
import type { Transaction } from '../../../database/database.ts'
import { type Dialect, dialectOf } from '../../../database/dialect.ts'
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
  /** Where the messages wait that are to be added to it, and what is searched of those that are to change. */
  twin_id: string | null
  archived_count: number
  added_count: number
}

interface Change {
  row: ArchivedConversation
  before: ConversationRow
  after: ConversationRow
}

/** Statements with more rows than this meet a limit of SQLite's. */
const ROWS_PER_STATEMENT = 200

const MOVED_AT_A_TIME = 2_000

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
 * statement for each of them would take seconds. Nothing is taken from the search here, but put aside.
 */
export class RestoreChanging {
  readonly #dialect: Dialect
  readonly #search: SearchIndex

  constructor(dialect: Dialect) {
    this.#dialect = dialect
    this.#search = new SearchIndex(dialect)
  }

  /** `grave` is a conversation that nobody sees, for all that they lose. */
  async change(
    transaction: Transaction,
    restore: Restore,
    { rows, grave }: { rows: readonly ArchivedConversation[]; grave: string },
  ): Promise<void> {
    const ids = rows.map(({ conversation_id: id }) => id)
    const stored = await this.#lock(transaction, ids)
    const running = await listRunning(transaction, ids)
    const changes = rows.flatMap((row): Change[] => {
      const before = stored.get(row.conversation_id)
      return before
        ? [{ row, before, after: changed(row, before, { ...restore, isRunning: running.has(before.id) }) }]
        : []
    })
    if (changes.length === 0) return
    if (restore.mode === 'replace') await bury(transaction, restore, { changes, grave })
    await this.#rename(transaction, restore, { changes, grave })
    // Of those that were deleted meanwhile nothing is left to change.
    await changeMessages(transaction, restore, { ids: changes.map(({ before }) => before.id), grave })
    await addMessages(transaction, restore, twinsOf(changes))
    await transaction<ConversationRow>('conversations')
      .insert(changes.map(({ after }) => after))
      .onConflict('id')
      .merge(['title', 'system', 'message_count', 'model', 'current_message_id', 'updated_at', 'created_at'])
  }

  /** Nobody writes to them until the transaction ends. */
  async #lock(transaction: Transaction, ids: readonly string[]): Promise<Map<string, ConversationRow>> {
    const rows: ConversationRow[] = await this.#dialect.lockRows(
      transaction('conversations')
        .whereIn('id', [...ids])
        .orderBy('id'),
    )
    return new Map(rows.map((row) => [row.id, row]))
  }

  /** Of most of them the words of the title wait already. */
  async #rename(
    transaction: Transaction,
    { ownerId }: Restore,
    { changes, grave }: { changes: readonly Change[]; grave: string },
  ): Promise<void> {
    const waiting = new Set<string>(
      await transaction('message_search')
        .whereIn('conversation_id', twinsOf(changes))
        .where({ message_id: null })
        .pluck('conversation_id'),
    )
    const isWaiting = ({ row }: Change) => row.twin_id !== null && waiting.has(row.twin_id)
    const renamed = changes.filter((change) => isWaiting(change) || change.after.title !== change.before.title)
    await transaction('message_search')
      .whereIn(
        'conversation_id',
        renamed.map(({ before }) => before.id),
      )
      .where({ message_id: null })
      .update({ conversation_id: grave })
    const titles = renamed.flatMap((change) => {
      const { id, title } = change.after
      return title === null || isWaiting(change) ? [] : [{ conversationId: id, messageId: null, text: title }]
    })
    await this.#search.addTexts(transaction, ownerId, titles)
  }
}

/** What becomes of one. */
function changed(
  row: ArchivedConversation,
  before: ConversationRow,
  { mode, isRunning }: { mode: Restore['mode']; isRunning: boolean },
): ConversationRow {
  const { created_at, current_message_id, model, system, title, updated_at } = row
  if (mode === 'replace') {
    const message_count = row.archived_count
    return { ...before, created_at, current_message_id, message_count, model, system, title, updated_at }
  }
  const isLater = updated_at > before.updated_at && !isRunning
  return {
    ...before,
    message_count: before.message_count + row.added_count,
    system,
    title: title ?? before.title,
    ...(isLater && { current_message_id, model, updated_at }),
  }
}

function twinsOf(changes: readonly Change[]): string[] {
  return changes.flatMap(({ row }) => (row.twin_id === null ? [] : [row.twin_id]))
}

/** Takes the messages away that are not in the archive. */
async function bury(
  transaction: Transaction,
  { id }: Restore,
  { changes, grave }: { changes: readonly Change[]; grave: string },
): Promise<void> {
  const longer = changes.filter(({ row, before }) => before.message_count > row.archived_count - row.added_count)
  const from = longer.map(({ before }) => before.id)
  if (from.length === 0) return
  for (const [table, message] of MOVED) {
    const kept = () =>
      transaction('restore_messages as k')
        .where({ 'k.restore_id': id })
        .whereRaw('k.message_id = ??', [`${table}.${message}`])
        .select(transaction.raw('1'))
    const lost = () => transaction(table).whereIn('conversation_id', from).whereNotNull(message).whereNotExists(kept())
    await move(transaction, table, { from: lost, to: grave })
  }
}

/** The tables whose rows go with a conversation, and what of them names a message. */
const MOVED = [
  ['messages', 'id'],
  ['message_search', 'message_id'],
] as const

/** PostgreSQL does not give one statement the time that all of it may take. */
async function move(
  transaction: Transaction,
  table: string,
  { from, to }: { from: () => Knex.QueryBuilder; to: string | Knex.QueryBuilder },
): Promise<void> {
  const isAtOnce = dialectOf(transaction).isExclusive
  let moved: number
  do {
    const some = from().select(`${table}.id`)
    if (!isAtOnce) void some.limit(MOVED_AT_A_TIME)
    moved = await transaction(table).whereIn('id', some).update({ conversation_id: to })
  } while (!isAtOnce && moved === MOVED_AT_A_TIME)
}

/** To be called before what waits is added: the words of what they say now are among it. */
async function changeMessages(
  transaction: Transaction,
  { id }: Restore,
  { ids, grave }: { ids: readonly string[]; grave: string },
): Promise<void> {
  const found: { change: string }[] = await transaction('restore_messages')
    .where({ restore_id: id })
    .whereIn('conversation_id', [...ids])
    .whereNotNull('change')
    .select('change')
  for (let start = 0; start < found.length; start += ROWS_PER_STATEMENT) {
    const rows = found.slice(start, start + ROWS_PER_STATEMENT).map(({ change }): MessageRow => JSON.parse(change))
    await transaction<MessageRow>('messages').insert(rows).onConflict('id').merge(CHANGED)
    const words = transaction('message_search').whereIn('conversation_id', [...ids])
    await words
      .whereIn(
        'message_id',
        rows.map((row) => row.id),
      )
      .update({ conversation_id: grave })
  }
}

/** What waits for them comes to them. */
async function addMessages(transaction: Transaction, restore: Restore, twins: readonly string[]): Promise<void> {
  if (twins.length === 0) return
  for (const [table] of MOVED) {
    const home = transaction('restore_conversations')
      .where({ restore_id: restore.id })
      .whereRaw('twin_id = ??', [`${table}.conversation_id`])
      .select('restore_conversations.conversation_id')
    await move(transaction, table, { from: () => transaction(table).whereIn('conversation_id', [...twins]), to: home })
  }
}

async function listRunning(transaction: Transaction, ids: readonly string[]): Promise<Set<string>> {
  const running = transaction('generations')
    .whereIn('conversation_id', [...ids])
    .where({ state: 'running' })
  return new Set<string>(await running.pluck('conversation_id'))
}
