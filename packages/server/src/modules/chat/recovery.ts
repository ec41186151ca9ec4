import type { Logger } from 'pino'
import { isDatabaseUnavailable } from '../../app-error.ts'
import type { Database, Transaction } from '../../database/database.ts'
import type { ConversationRepository, Ending } from '../conversations/index.ts'
import type { Registry } from './registry.ts'
import type { GenerationRepository } from './repository.ts'

export interface RecoveryOptions {
  database: Database
  generations: GenerationRepository
  conversations: ConversationRepository
  registry: Registry
  log: Logger
  /** Epoch milliseconds. */
  now(): number
}

/** How an answer ends whose server cannot go on with it. */
export const INTERRUPTED: Ending = { type: 'done', finishReason: 'interrupted', usage: null }

/** Ends what servers that are dead left unfinished: the text that was stored is kept. */
export class Recovery {
  readonly #options: RecoveryOptions
  /** What could not be ended, and is left alone until the next start. */
  readonly #refused = new Set<string>()

  constructor(options: RecoveryOptions) {
    this.#options = options
  }

  /** Those that the dead have left. What runs here only looks so after the database could not be written for a while. */
  async find(): Promise<string[]> {
    const dead = await this.#options.generations.listDead()
    return dead.filter((id) => !this.#options.registry.find(id) && !this.#refused.has(id))
  }

  /** Answers how many were ended. One that cannot be holds up no other. */
  async recover(): Promise<number> {
    const ids = await this.find()
    if (ids.length === 0) return 0
    return this.#recover(ids).catch((error: unknown) => {
      if (isDatabaseUnavailable(error)) throw error
      return this.#recoverOneByOne(ids)
    })
  }

  /** Does what `recover` does and takes it back. Throws if the database cannot be written. */
  async rehearse(): Promise<void> {
    const ids = await this.find()
    const rehearsal = this.#options.database.transaction(async (transaction) => {
      await this.#end(transaction, ids)
      throw new Error('It was only a rehearsal.')
    })
    await rehearsal.catch((error: unknown) => {
      // Whatever else is wrong `recover` will meet, and say.
      if (isDatabaseUnavailable(error)) throw error
    })
  }

  async #recoverOneByOne(ids: readonly string[]): Promise<number> {
    let count = 0
    for (const id of ids) {
      try {
        count += await this.#recover([id])
      } catch (err) {
        if (isDatabaseUnavailable(err)) throw err
        this.#refused.add(id)
        this.#options.log.error({ err, message_id: id }, 'answer-not-recovered')
      }
    }
    return count
  }

  async #recover(ids: readonly string[]): Promise<number> {
    const { database } = this.#options
    const ended = await database.transaction((transaction) => this.#end(transaction, ids))
    // Others are nudged with the commit.
    database.nudges.wake('answers', ended)
    return ended.length
  }

  async #end(transaction: Transaction, ids: readonly string[]): Promise<string[]> {
    const { conversations, generations, now } = this.#options
    const taken = await generations.takeFromDead(transaction, ids, now())
    for (const messageId of taken) {
      await conversations.finishMessage(transaction, { messageId, ending: INTERRUPTED, now: now() })
    }
    return taken
  }
}
