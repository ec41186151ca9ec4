import type { Database, Transaction } from '../../../database/database.ts'
import { newId } from '../../../id.ts'
import type { Conversation, Message } from '../conversation.ts'
import { MESSAGE_COLUMNS } from '../message-columns.ts'
import { type MessageRow, toMessage, toRow } from '../message-row.ts'
import { SearchIndex } from '../search-index-repository.ts'
import { isBeginningOf, isSameMessage } from './compare.ts'
import { type ResolvedId, resolveIds } from './ids-repository.ts'
import { type PlannedConversation, type PlannedMessage, planMessages } from './plan-messages.ts'
import { contradiction, deletedMeanwhile, type Restore } from './restore.ts'
import { renewLease } from './restore-repository.ts'

/** Statements with more rows than this meet a limit of SQLite's. */
const ROWS_PER_INSERT = 200

/** How often to try to write where somebody else was faster. */
const MOST_ATTEMPTS = 5

class TakenError extends Error {
  constructor() {
    super('Somebody else has just taken an id.')
  }
}

/** What nobody sees is listed nowhere. */
const UNSEEN = 0

interface PlannedRow {
  archived_id: string
  conversation_id: string
  is_new: unknown
  archived_current_id: string | null
  current_message_id: string | null
  twin_id: string | null
  archived_count: number
  added_count: number
  changed_count: number
}

/** Writes what is to be restored where nobody sees it, in transactions that are over soon. */
export class RestoreStaging {
  readonly #database: Database
  readonly #search: SearchIndex

  constructor(database: Database) {
    this.#database = database
    this.#search = new SearchIndex(database.dialect)
  }

  async conversations(restore: Restore, conversations: readonly Conversation[]): Promise<void> {
    await this.#inTransaction(restore, async (transaction) => {
      const ids = conversations.map(({ id }) => id)
      const resolve = await resolveIds(transaction, 'conversations', { ownerId: restore.ownerId, ids })
      const planned = conversations.map((conversation) => ({ conversation, ...resolve(conversation.id) }))
      await requireOnce(transaction, restore, planned)
      const added = planned.filter(({ row }) => !row).map(({ conversation, id }) => ({ ...conversation, id }))
      const passing = planned.find(({ row }) => row && row.expires_at !== null)
      if (passing)
        throw contradiction(`the conversation ${passing.conversation.id} is one of yours that is not to be kept`)
      const twins = new Map(planned.filter(isRenamed).map(({ id }) => [id, placeRow(restore)]))
      await insertAll(transaction, 'conversations', [
        ...added.map((conversation) => unseenRow(restore, conversation)),
        ...twins.values(),
      ])
      const titled = planned.filter(({ id, row }) => !row || twins.has(id))
      const titles = titled.flatMap(({ id, conversation: { title } }) =>
        title === null ? [] : [{ conversationId: twins.get(id)?.id ?? id, messageId: null, text: title }],
      )
      await this.#search.addTexts(transaction, restore.ownerId, titles)
      const rows = planned.map(({ conversation, id, row }) => ({
        restore_id: restore.id,
        archived_id: conversation.id,
        conversation_id: id,
        is_new: !row,
        title: conversation.title,
        model: conversation.model,
        system: conversation.system,
        archived_current_id: conversation.currentMessageId,
        twin_id: twins.get(id)?.id ?? null,
        created_at: conversation.createdAt,
        updated_at: conversation.updatedAt,
      }))
      await insertAll(transaction, 'restore_conversations', rows)
    })
  }

  /** Messages of conversations that have been staged, each after the one that it follows. */
  async messages(restore: Restore, messages: readonly Message[]): Promise<void> {
    await this.#inTransaction(restore, async (transaction) => {
      const conversations = await plannedOf(transaction, restore, messages)
      await requireThere(transaction, [...conversations.values()])
      const ids = messages.flatMap(({ id, parentId }) => (parentId === null ? [id] : [id, parentId]))
      const resolve = await resolveIds(transaction, 'messages', { ownerId: restore.ownerId, ids })
      const staying = await stayingOf(
        transaction,
        restore,
        ids.map((id) => resolve(id).id),
      )
      const stays = (id: string) => restore.mode === 'merge' || staying.has(id)
      const { added, known } = planMessages(messages, { conversations, resolve, stays })
      await this.#add(transaction, restore, added)
      await this.#compare(transaction, restore, known)
      for (const conversation of conversations.values()) await note(transaction, restore, conversation)
    })
  }

  /** @throws AppError `archive-invalid` if something was named that never came */
  async finish(restore: Restore): Promise<void> {
    await this.#inTransaction(restore, async (transaction) => {
      const open = transaction('restore_conversations').where({ restore_id: restore.id, current_message_id: null })
      const row = await open.whereNotNull('archived_current_id').first('archived_id')
      if (row) throw contradiction(`the conversation ${row.archived_id} ends with a message that is not in it`)
    })
  }

  /** Whoever restores the same archive to another account may be faster with an id, which is then somebody else's. */
  async #inTransaction(restore: Restore, work: (transaction: Transaction) => Promise<void>): Promise<void> {
    const { dialect } = this.#database
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#database.transaction(async (transaction) => {
          await renewLease(transaction, dialect, restore.id)
          await work(transaction).catch((error: unknown) => {
            const isTaken = ['conversations.id', 'messages.id'].some((id) => dialect.isUniqueViolation(error, id))
            throw isTaken ? new TakenError() : error
          })
        })
      } catch (error) {
        if (!(error instanceof TakenError)) throw error
        if (attempt === MOST_ATTEMPTS) throw contradiction('somebody else has ids of it, and what would stand for them')
      }
    }
  }

  async #add(transaction: Transaction, restore: Restore, added: readonly PlannedMessage[]): Promise<void> {
    await openTwins(
      transaction,
      restore,
      added.map(({ conversation }) => conversation).filter(({ isNew }) => !isNew),
    )
    const waiting = added.map(({ message, conversation }) => ({
      ...message,
      conversationId: conversation.twinId ?? conversation.conversationId,
    }))
    const rows = waiting.map((message) => toRow(restore.ownerId, message))
    await insertAll(transaction, 'messages', rows)
    const texts = waiting.map(({ conversationId, id, content }) => ({ conversationId, messageId: id, text: content }))
    await this.#search.addTexts(transaction, restore.ownerId, texts)
  }

  /** Of what is there, what is another one in the archive; to replace an account all that stays must be known. */
  async #compare(transaction: Transaction, restore: Restore, known: readonly PlannedMessage[]): Promise<void> {
    if (known.length === 0) return
    const ids = known.map(({ message }) => message.id)
    const found: MessageRow[] = await transaction('messages as m')
      .whereIn('m.id', ids)
      .select(transaction.raw(MESSAGE_COLUMNS))
    const stored = new Map(found.map((row) => [row.id, toMessage(row)]))
    const before = await stayingOf(transaction, restore, ids)
    const rows = known.flatMap(({ message, conversation }) => {
      const other = stored.get(message.id)
      if (!other || other.parentId !== message.parentId)
        throw contradiction(`the message ${message.id} follows another one than in the account`)
      const isChanged = !isSameMessage(message, other) && (restore.mode === 'replace' || !isBeginningOf(message, other))
      if (isChanged) conversation.changedCount += 1
      if (!isChanged && restore.mode === 'merge') return []
      if (before.has(message.id)) throw contradiction(`it has the message ${message.id} twice`)
      const { conversationId } = conversation
      const change = isChanged ? JSON.stringify(toRow(restore.ownerId, message)) : null
      return [{ restore_id: restore.id, message_id: message.id, conversation_id: conversationId, change }]
    })
    await insertAll(transaction, 'restore_messages', rows)
    const changedIds = new Set(rows.flatMap(({ message_id: id, change }) => (change === null ? [] : [id])))
    await this.#addWords(
      transaction,
      restore,
      known.filter(({ message }) => changedIds.has(message.id)),
    )
  }

  /** What is searched of those that are to change waits with what is to be added. */
  async #addWords(transaction: Transaction, restore: Restore, changed: readonly PlannedMessage[]): Promise<void> {
    await openTwins(
      transaction,
      restore,
      changed.map(({ conversation }) => conversation),
    )
    const texts = changed.map(({ message: { id, content }, conversation: { twinId, conversationId } }) => ({
      conversationId: twinId ?? conversationId,
      messageId: id,
      text: content,
    }))
    await this.#search.addTexts(transaction, restore.ownerId, texts)
  }
}

/** The words of its title wait with what is to be added. */
function isRenamed({ conversation, row }: { conversation: Conversation; row: ResolvedId['row'] }): boolean {
  return row !== undefined && conversation.title !== null && conversation.title !== row.title
}

/** A place that nobody sees, for what is to come to each of these. */
async function openTwins(
  transaction: Transaction,
  restore: Restore,
  conversations: readonly PlannedConversation[],
): Promise<void> {
  const opened = [...new Set(conversations)].filter(({ twinId }) => twinId === null)
  const rows = opened.map((conversation) => {
    const place = placeRow(restore)
    conversation.twinId = place.id
    return place
  })
  await insertAll(transaction, 'conversations', rows)
}

/** The id that somebody else's conversation gets here may stand in the archive too: two would be one. */
async function requireOnce(
  transaction: Transaction,
  restore: Restore,
  planned: readonly { id: string; conversation: Conversation }[],
): Promise<void> {
  const ids = planned.map(({ id }) => id)
  const earlier = transaction('restore_conversations').where({ restore_id: restore.id }).whereIn('conversation_id', ids)
  const taken = new Set<string>(await earlier.pluck('conversation_id'))
  for (const { id, conversation } of planned) {
    if (taken.has(id)) throw contradiction(`it has the conversation ${conversation.id} twice, once under another id`)
    taken.add(id)
  }
}

/** Messages follow those of it, which are gone with it. */
async function requireThere(transaction: Transaction, planned: readonly PlannedConversation[]): Promise<void> {
  const ids = planned.filter(({ isNew }) => !isNew).map(({ conversationId }) => conversationId)
  if (ids.length === 0) return
  const [there] = await transaction('conversations').whereIn('id', ids).count({ value: '*' })
  if (Number(there?.value) !== ids.length) throw deletedMeanwhile()
}

/** Of these messages, those that are there and that earlier parts of the archive have told of. */
async function stayingOf(transaction: Transaction, restore: Restore, ids: readonly string[]): Promise<Set<string>> {
  const told = transaction('restore_messages')
    .where({ restore_id: restore.id })
    .whereIn('message_id', [...ids])
  return new Set<string>(await told.pluck('message_id'))
}

async function plannedOf(transaction: Transaction, restore: Restore, messages: readonly Message[]) {
  const archivedIds = [...new Set(messages.map(({ conversationId }) => conversationId))]
  const rows: PlannedRow[] = await transaction('restore_conversations')
    .where({ restore_id: restore.id })
    .whereIn('archived_id', archivedIds)
  return new Map(rows.map((row) => [row.archived_id, toPlanned(row)]))
}

function toPlanned(row: PlannedRow): PlannedConversation {
  return {
    archivedId: row.archived_id,
    conversationId: row.conversation_id,
    isNew: Boolean(row.is_new),
    archivedCurrentId: row.archived_current_id,
    currentMessageId: row.current_message_id,
    twinId: row.twin_id,
    archivedCount: row.archived_count,
    addedCount: row.added_count,
    changedCount: row.changed_count,
  }
}

/** Remembers how far a conversation has come; one that is new is thereby whole, but for what may yet come. */
async function note(transaction: Transaction, restore: Restore, conversation: PlannedConversation): Promise<void> {
  const { archivedId, conversationId, currentMessageId, archivedCount } = conversation
  await transaction('restore_conversations').where({ restore_id: restore.id, archived_id: archivedId }).update({
    twin_id: conversation.twinId,
    current_message_id: currentMessageId,
    archived_count: archivedCount,
    added_count: conversation.addedCount,
    changed_count: conversation.changedCount,
  })
  if (!conversation.isNew) return
  await transaction('conversations')
    .where({ id: conversationId, restore_id: restore.id })
    .update({ message_count: archivedCount, current_message_id: currentMessageId })
}

type Unseen = Pick<Conversation, 'id' | 'title' | 'model' | 'system' | 'createdAt' | 'updatedAt'>

/** A conversation of nothing: for what waits, or for what goes. */
export function placeRow(restore: Restore) {
  return unseenRow(restore, { id: newId(), title: null, model: '', system: null, createdAt: 0, updatedAt: 0 })
}

function unseenRow(restore: Restore, conversation: Unseen) {
  return {
    id: conversation.id,
    owner_id: restore.ownerId,
    title: conversation.title,
    model: conversation.model,
    system: conversation.system,
    current_message_id: null,
    message_count: 0,
    created_at: conversation.createdAt,
    updated_at: conversation.updatedAt,
    expires_at: UNSEEN,
    restore_id: restore.id,
  }
}

async function insertAll(transaction: Transaction, table: string, rows: readonly object[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_INSERT) {
    await transaction(table).insert(rows.slice(start, start + ROWS_PER_INSERT))
  }
}
