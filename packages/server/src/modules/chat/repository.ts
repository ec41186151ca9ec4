import type { Database, Transaction } from '../../database/database.ts'

interface GenerationRow {
  message_id: string
  owner_id: string
  conversation_id: string
  sequence: number
  prompt_count: number
  state: 'running' | 'ended'
  writer: string
  epoch: number
  lease_expires_at: number
  cancel_requested_at: number | null
  started_at: number
  ended_at: number | null
}

interface IdempotencyRow {
  owner_id: string
  key: string
  fingerprint: string
  message_id: string
  created_at: number
}

/** One answer being written, or written. */
export interface Generation {
  messageId: string
  ownerId: string
  conversationId: string
  /** The account's how-manieth generation this is. */
  sequence: number
  /** How many of the messages above the answer came with the request. */
  promptCount: number
  isRunning: boolean
  epoch: number
}

/** A request that must not be done twice. */
export interface IdempotencyKey {
  key: string
  /** What the request asked for. */
  fingerprint: string
}

/** How long a writer may stay silent before others take it for dead. It speaks up once a second. */
export const LEASE_MS = 3_000

const FIRST_EPOCH = 1

export class GenerationRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async find(ownerId: string, by: { messageId: string } | { sequence: number }): Promise<Generation | undefined> {
    const where = 'messageId' in by ? { message_id: by.messageId } : { sequence: by.sequence }
    const rows = this.#database.read<GenerationRow>('generations').where({ owner_id: ownerId, ...where })
    const row = await this.#database.guard(async () => rows.first())
    return row && toGeneration(row)
  }

  async findRunning(transaction: Transaction, conversationId: string): Promise<string | undefined> {
    const running = transaction<GenerationRow>('generations')
    return (await running.where({ conversation_id: conversationId, state: 'running' }).first())?.message_id
  }

  /** The sequence of the account's newest generation. */
  async newestSequence(ownerId: string): Promise<number> {
    const accounts = this.#database.read<{ id: string; last_sequence: number }>('accounts')
    const row = await this.#database.guard(async () => accounts.where({ id: ownerId }).first('last_sequence'))
    return row?.last_sequence ?? 0
  }

  async sequencesAfter(ownerId: string, sequence: number): Promise<number[]> {
    const generations = this.#database.read<GenerationRow>('generations').where({ owner_id: ownerId })
    const newer = generations.where('sequence', '>', sequence).orderBy('sequence')
    return this.#database.guard(async () => newer.pluck('sequence'))
  }

  /** The account's next number; undefined if the account is gone. Whoever has it holds the account until the commit. */
  async takeSequence(transaction: Transaction, ownerId: string): Promise<number | undefined> {
    const accounts = transaction<{ id: string; last_sequence: number }>('accounts').where({ id: ownerId })
    const [row] = await accounts.increment('last_sequence', 1).returning('last_sequence')
    return row?.last_sequence
  }

  async insert(
    transaction: Transaction,
    generation: Omit<Generation, 'isRunning' | 'epoch'> & { writer: string; startedAt: number },
  ): Promise<void> {
    await transaction('generations').insert({
      message_id: generation.messageId,
      owner_id: generation.ownerId,
      conversation_id: generation.conversationId,
      sequence: generation.sequence,
      prompt_count: generation.promptCount,
      state: 'running',
      writer: generation.writer,
      epoch: FIRST_EPOCH,
      lease_expires_at: this.#leaseEnd(transaction),
      started_at: generation.startedAt,
    })
  }

  /** Prolongs leases; answers which of the generations are still this writer's. The others it may not touch any more. */
  async renew(transaction: Transaction, writer: string, messageIds: readonly string[]): Promise<Set<string>> {
    const rows: Pick<GenerationRow, 'message_id'>[] = await transaction('generations')
      .whereIn('message_id', messageIds)
      .where({ writer, epoch: FIRST_EPOCH, state: 'running' })
      .update({ lease_expires_at: this.#leaseEnd(transaction) })
      .returning('message_id')
    return new Set(rows.map((row) => row.message_id))
  }

  async end(transaction: Transaction, messageId: string, now: number): Promise<void> {
    await transaction<GenerationRow>('generations')
      .where({ message_id: messageId })
      .update({ state: 'ended', ended_at: now })
  }

  /** Takes generations from writers that are dead, fencing them off, and answers which. */
  async takeFromDead(transaction: Transaction, now: number): Promise<string[]> {
    const { dialect } = this.#database
    const running = transaction<GenerationRow>('generations').where({ state: 'running' })
    const dead = dialect.isExclusive ? running : running.whereRaw(`lease_expires_at < ${dialect.now}`)
    const ids: string[] = await dialect.lockRows(dead).pluck('message_id')
    for (const id of ids) {
      const generation = transaction<GenerationRow>('generations').where({ message_id: id })
      await generation.increment('epoch', 1).update({ state: 'ended', ended_at: now })
    }
    return ids
  }

  /** The key, if it was used after that time; as the transaction sees it, if there is one. */
  async findKey(
    ownerId: string,
    { key, after, transaction }: { key: string; after: number; transaction?: Transaction | undefined },
  ): Promise<IdempotencyRow | undefined> {
    const database = transaction ?? this.#database.read
    const keys = database<IdempotencyRow>('idempotency_keys').where({ owner_id: ownerId, key })
    return this.#database.guard(async () => keys.where('created_at', '>', after).first())
  }

  async insertKey(
    transaction: Transaction,
    { key, fingerprint }: IdempotencyKey,
    generation: { ownerId: string; messageId: string; now: number },
  ): Promise<void> {
    const { ownerId: owner_id, messageId: message_id, now: created_at } = generation
    await transaction<IdempotencyRow>('idempotency_keys').where({ owner_id, key }).delete()
    await transaction<IdempotencyRow>('idempotency_keys').insert({ owner_id, key, fingerprint, message_id, created_at })
  }

  async deleteKeysBefore(time: number): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      await transaction<IdempotencyRow>('idempotency_keys').where('created_at', '<', time).delete()
    })
  }

  #leaseEnd(transaction: Transaction) {
    return transaction.raw(`${this.#database.dialect.now} + ?`, [LEASE_MS])
  }
}

function toGeneration(row: GenerationRow): Generation {
  return {
    messageId: row.message_id,
    ownerId: row.owner_id,
    conversationId: row.conversation_id,
    sequence: row.sequence,
    promptCount: row.prompt_count,
    isRunning: row.state === 'running',
    epoch: row.epoch,
  }
}
