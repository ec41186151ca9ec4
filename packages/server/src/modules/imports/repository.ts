import type { Database, Transaction } from '../../database/database.ts'

/** Another import has just begun the same conversation, or a restore has it in its hands. */
export class ConversationTaken extends Error {
  override name = 'ConversationTaken'
}

/** What an import asks of the tables before it writes. */
export class ImportRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Whether the account is still somebody's. Whoever replaces or deletes it waits until the transaction ends, and is waited for. */
  async hasAccount(transaction: Transaction, accountId: string): Promise<boolean> {
    const account = transaction('accounts').where({ id: accountId, deleted_at: null })
    const row = await this.#database.dialect.lockRows(account).first('id')
    return row !== undefined
  }

  /** Those that are kept: what is on its way out is not taken for what was exported. */
  async isKept(ownerId: string, conversationId: string): Promise<boolean> {
    const kept = { id: conversationId, owner_id: ownerId, expires_at: null }
    const rows = this.#database.read('conversations').where(kept)
    return (await this.#database.guard(async () => rows.first('id'))) !== undefined
  }

  async messageIds(transaction: Transaction, conversationId: string): Promise<Set<string>> {
    const ids: string[] = await transaction('messages').where({ conversation_id: conversationId }).pluck('id')
    return new Set(ids)
  }

  /** Inserts a conversation, or messages of one. Throws `ConversationTaken` if somebody else was first with one of the ids. */
  async claim(insert: () => Promise<void>): Promise<void> {
    try {
      await insert()
    } catch (cause) {
      // Without the cause: the driver's message may quote the row.
      const { dialect } = this.#database
      const isTaken = ['conversations.id', 'messages.id'].some((id) => dialect.isUniqueViolation(cause, id))
      throw isTaken ? new ConversationTaken() : cause
    }
  }
}
