import type { Database, Transaction } from '../../database/database.ts'

/** Enough to be quick, and few enough that whoever else writes waits for a moment only. */
const MESSAGES_AT_A_TIME = 500
const CONVERSATIONS_AT_A_TIME = 50

/** Deletes what is too much for one transaction: while one lasts, others wait, and PostgreSQL gives it only so long. */
export class ConversationRemoval {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Deletes all that an account ever said, unless it is told to leave off. */
  async deleteAll(ownerId: string, signal?: AbortSignal): Promise<void> {
    do signal?.throwIfAborted()
    while (await this.#deleteSome(ownerId))
  }

  /** False once nothing is left. */
  async #deleteSome(ownerId: string): Promise<boolean> {
    const conversations = this.#database.read('conversations').where({ owner_id: ownerId })
    const found: { id: string; message_count: number }[] = await this.#database.guard(async () =>
      conversations.orderBy('id').limit(CONVERSATIONS_AT_A_TIME).select('id', 'message_count'),
    )
    const [first, ...others] = found
    if (!first) return false
    await this.#database.transaction(async (transaction) => {
      if (first.message_count > MESSAGES_AT_A_TIME && (await deleteMessages(transaction, first.id))) return
      let count = first.message_count
      const small = others.filter(({ message_count }) => {
        count += message_count
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
