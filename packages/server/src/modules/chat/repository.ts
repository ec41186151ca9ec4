import type { Knex } from 'knex'
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

/** What is written to while an answer is. */
const WRITTEN_TABLES = ['generations', 'messages', 'generation_segments', 'reasoning_segments', 'conversations']

/** What a writer learns when it prolongs its lease. */
export interface Lease {
  isCancelRequested: boolean
}

/** One generation of an account: the one of a message, the one with a number, or what answers in a conversation now. */
export type GenerationKey = { messageId: string } | { sequence: number } | { answering: string }

export class GenerationRepository {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async find(ownerId: string, key: GenerationKey): Promise<Generation | undefined> {
    const rows = this.#database.read<GenerationRow>('generations').where({ owner_id: ownerId, ...whereOf(key) })
    const row = await this.#database.guard(async () => rows.first())
    return row && toGeneration(row)
  }

  async findRunning(transaction: Transaction, conversationId: string): Promise<string | undefined> {
    const running = transaction<GenerationRow>('generations')
    return (await running.where({ conversation_id: conversationId, state: 'running' }).first())?.message_id
  }

  /** All that runs of the account, or of one conversation of it, whoever writes it. */
  async listRunning(ownerId: string, conversationId?: string): Promise<Generation[]> {
    const running = this.#database.read<GenerationRow>('generations').where({ owner_id: ownerId, state: 'running' })
    if (conversationId !== undefined) void running.where({ conversation_id: conversationId })
    return (await this.#database.guard(async () => running.orderBy('sequence'))).map(toGeneration)
  }

  /** Asks whoever writes them to stop. */
  async requestCancel(messageIds: readonly string[], now: number): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      const running = transaction<GenerationRow>('generations').whereIn('message_id', messageIds)
      await running.where({ state: 'running', cancel_requested_at: null }).update({ cancel_requested_at: now })
      await this.#database.nudges.send(transaction, 'cancellations', messageIds)
    })
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

  /** Nobody else begins a generation of the account until the transaction ends. */
  async lockAccount(transaction: Transaction, ownerId: string): Promise<void> {
    await this.#database.dialect.lockRows(transaction('accounts').where({ id: ownerId })).first('id')
  }

  /** The account's next number; undefined if the account is gone. Whoever has it holds the account until the commit. */
  async takeSequence(transaction: Transaction, ownerId: string): Promise<number | undefined> {
    const accounts = transaction('accounts').where({ id: ownerId, deleted_at: null })
    const [row] = await accounts.increment('last_sequence', 1).returning('last_sequence')
    return row?.last_sequence
  }

  async insert(
    transaction: Transaction,
    generation: Omit<Generation, 'isRunning'> & { writer: string; startedAt: number },
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
    await this.#database.nudges.send(transaction, 'generations', [generation.ownerId])
  }

  /** Tells other servers of answers that have grown or ended: once for all that one transaction stores. */
  async announce(transaction: Transaction, messageIds: readonly string[]): Promise<void> {
    await this.#database.nudges.send(transaction, 'answers', messageIds)
  }

  /** Prolongs leases, by message; those that are missing are not this writer's any more, and it may not touch them. */
  async renew(transaction: Transaction, writer: string, messageIds: readonly string[]): Promise<Map<string, Lease>> {
    return this.#hold(transaction, { writer, messageIds, columns: { lease_expires_at: this.#leaseEnd(transaction) } })
  }

  /** Like `renew`, for those that end with this. */
  async end(
    transaction: Transaction,
    writer: string,
    { messageIds, now }: { messageIds: readonly string[]; now: number },
  ): Promise<Map<string, Lease>> {
    return this.#hold(transaction, { writer, messageIds, columns: { state: 'ended', ended_at: now } })
  }

  /** Ends it so that its writer, if it lives, takes no part in it any more. */
  async fenceOff(transaction: Transaction, messageId: string, now: number): Promise<void> {
    const generation = transaction<GenerationRow>('generations').where({ message_id: messageId })
    await generation.increment('epoch', 1).update({ state: 'ended', ended_at: now })
  }

  /** Which of them this writer itself has ended with `end`, though it may never have heard that it was stored. */
  async endedBy(writer: string, messageIds: readonly string[]): Promise<string[]> {
    const ended = this.#database.read<GenerationRow>('generations').whereIn('message_id', messageIds)
    void ended.where({ writer, epoch: FIRST_EPOCH, state: 'ended' })
    return this.#database.guard(async () => ended.pluck('message_id'))
  }

  /** Those whose writers are dead. */
  async listDead(): Promise<string[]> {
    const dead = this.#dead(this.#database.read<GenerationRow>('generations'))
    return this.#database.guard(async () => dead.pluck('message_id'))
  }

  /**
   * Takes those of the given generations from their writers that are still dead, and answers which. What another transaction
   * holds is left for later: its writer may have been halted in the middle of it. Waits for no table: whoever else waits for
   * it may live.
   */
  async takeFromDead(transaction: Transaction, messageIds: readonly string[], now: number): Promise<string[]> {
    const { dialect } = this.#database
    await dialect.enterTables(transaction, WRITTEN_TABLES)
    const dead = this.#dead(transaction<GenerationRow>('generations')).whereIn('message_id', messageIds)
    const ids: string[] = await dialect.lockFreeRows(dead).pluck('message_id')
    for (const id of ids) await this.fenceOff(transaction, id, now)
    await this.announce(transaction, ids)
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

  #dead<Q extends Knex.QueryBuilder>(generations: Q) {
    const { isExclusive, now } = this.#database.dialect
    const running = generations.where({ state: 'running' })
    return isExclusive ? running : running.whereRaw(`lease_expires_at < ${now}`)
  }

  async #hold(
    transaction: Transaction,
    { writer, messageIds, columns }: { writer: string; messageIds: readonly string[]; columns: object },
  ): Promise<Map<string, Lease>> {
    if (messageIds.length === 0) return new Map()
    const rows: Pick<GenerationRow, 'message_id' | 'cancel_requested_at'>[] = await transaction('generations')
      .whereIn('message_id', messageIds)
      .where({ writer, epoch: FIRST_EPOCH, state: 'running' })
      .update(columns)
      .returning(['message_id', 'cancel_requested_at'])
    return new Map(rows.map((row) => [row.message_id, { isCancelRequested: row.cancel_requested_at !== null }]))
  }

  #leaseEnd(transaction: Transaction) {
    return transaction.raw(`${this.#database.dialect.now} + ?`, [LEASE_MS])
  }
}

function whereOf(key: GenerationKey): Partial<GenerationRow> {
  if ('messageId' in key) return { message_id: key.messageId }
  return 'sequence' in key ? { sequence: key.sequence } : { conversation_id: key.answering, state: 'running' }
}

function toGeneration(row: GenerationRow): Generation {
  return {
    messageId: row.message_id,
    ownerId: row.owner_id,
    conversationId: row.conversation_id,
    sequence: row.sequence,
    promptCount: row.prompt_count,
    isRunning: row.state === 'running',
  }
}
