import type { Database, Transaction } from '../../database/database.ts'

/** Enough to be quick, and few enough that whoever else writes waits for a moment only. */
const MESSAGES_AT_A_TIME = 500
const CONVERSATIONS_AT_A_TIME = 50

interface Which {
  owner_id: string
  restore_id?: string
}

/** Deletes what is too much for one transaction: while one lasts, others wait, and PostgreSQL gives it only so long. */
export class ConversationRemoval {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Deletes all that an account ever said, unless it is told to leave off. */
  deleteAll(ownerId: string, signal?: AbortSignal): Promise<void> {
    return this.#deleteAll({ owner_id: ownerId }, signal)
  }

  /** The same, of what a restore has left that nobody sees. */
  deleteUnseen(ownerId: string, restoreId: string, signal?: AbortSignal): Promise<void> {
    return this.#deleteAll({ owner_id: ownerId, restore_id: restoreId }, signal)
  }

  async #deleteAll(which: Which, signal: AbortSignal | undefined): Promise<void> {
    do signal?.throwIfAborted()
    while (await this.#deleteSome(which))
  }

  /** False once nothing is left. */
  async #deleteSome(which: Which): Promise<boolean> {
    const { read } = this.#database
    const some = (table: string) =>
      read.from(
        read(table)
          .whereRaw('conversation_id = c.id')
          .limit(MESSAGES_AT_A_TIME + 1)
          .select(read.raw('1'))
          .as('some'),
      )
    const conversations = read('conversations as c').where(which).orderBy('id').limit(CONVERSATIONS_AT_A_TIME)
    // A restore leaves some with words and without messages.
    const rows: { id: string; messages: number; words: number }[] = await this.#database.guard(async () =>
      conversations.select('id', { messages: some('messages').count(), words: some('message_search').count() }),
    )
    const found = rows.map(({ id, messages, words }) => ({ id, size: Math.max(messages, words) }))
    const [first, ...others] = found
    if (!first) return false
    await this.#database.transaction(async (transaction) => {
      if (first.size > MESSAGES_AT_A_TIME && (await deleteMessages(transaction, first.id))) return
      let count = first.size
      const small = others.filter(({ size }) => {
        count += size
        return count <= MESSAGES_AT_A_TIME
      })
      const ids = [first, ...small].map(({ id }) => id)
      await transaction('conversations').whereIn('id', ids).delete()
    })
    return true
  }
}

/** Takes messages from a conversation that is too long to go at once. False once so few are left that it is not. */
async function deleteMessages(transaction: Transaction, conversationId: string): Promise<boolean> {
  const said = { conversation_id: conversationId }
  const words = transaction('message_search').where(said).limit(MESSAGES_AT_A_TIME).select('id')
  const forgotten = await transaction('message_search').whereIn('id', words).delete()
  const messages: string[] = await transaction('messages')
    .where(said)
    .orderBy('id', 'desc')
    .limit(MESSAGES_AT_A_TIME)
    .pluck('id')
  await transaction('messages').whereIn('parent_id', messages).update({ parent_id: null })
  await transaction('messages').whereIn('id', messages).delete()
  return forgotten === MESSAGES_AT_A_TIME || messages.length === MESSAGES_AT_A_TIME
}
