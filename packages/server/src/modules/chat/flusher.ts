import type { Logger } from 'pino'
import type { Database } from '../../database/database.ts'
import type { ConversationRepository } from '../conversations/index.ts'
import type { ChatObserver } from './observer.ts'
import { type GenerationRepository, LEASE_MS, type Lease } from './repository.ts'
import type { RunningGeneration } from './running-generation.ts'

/** How long text waits before it is stored. */
const PACE_MS = 150
const RENEW_MS = LEASE_MS / 3
/** How long to wait when the database cannot be written. Nothing is given up meanwhile. */
const RETRY_MS = 1_000
/** How long a conversation that must not be kept stays after its answer, so that its end can still be read. */
const KEEP_MS = 10 * 60_000

export interface FlusherOptions {
  database: Database
  generations: GenerationRepository
  conversations: ConversationRepository
  /** Names this process in the leases. */
  writer: string
  log: Logger
  observer?: ChatObserver | undefined
  /** Epoch milliseconds. */
  now(): number
}

/** What of one generation goes into the next transaction. */
interface Piece {
  generation: RunningGeneration
  start: number
  content: string
  ending: RunningGeneration['ending']
}

/**
 * Stores what the process writes: one transaction at a time, for all generations that have something new. Text waits for
 * its pace, an ending hurries, and whatever comes while a transaction runs goes into the next one. A log learns of its
 * ending only after that is stored.
 */
export class Flusher {
  readonly #options: FlusherOptions
  readonly #running = new Set<RunningGeneration>()
  #isRunning = false
  #isUrgent = false
  #hurry: (() => void) | undefined
  #isFailing = false

  constructor(options: FlusherOptions) {
    this.#options = options
  }

  add(generation: RunningGeneration): void {
    this.#running.add(generation)
    if (this.#isRunning) return
    this.#isRunning = true
    void this.#run()
  }

  /** An ending waits to be stored. */
  hurry(): void {
    this.#isUrgent = true
    this.#hurry?.()
  }

  async #run(): Promise<void> {
    while (this.#running.size > 0) {
      await this.#pause()
      await this.#flush()
    }
    this.#isRunning = false
  }

  /** Endings of the same moment go together: even a hurried flush waits for the tick to end. */
  async #pause(): Promise<void> {
    if (!this.#isUrgent || this.#isFailing) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#isFailing ? RETRY_MS : PACE_MS)
        this.#hurry = () => {
          if (this.#isFailing) return
          clearTimeout(timer)
          resolve()
        }
      })
      this.#hurry = undefined
    }
    if (this.#isUrgent) await new Promise((resolve) => setImmediate(resolve))
    this.#isUrgent = false
  }

  async #flush(): Promise<void> {
    const pieces = this.#pieces()
    if (pieces.length === 0) return
    const startedAt = performance.now()
    try {
      const held = await this.#store(pieces)
      this.#options.observer?.flushed(performance.now() - startedAt)
      if (this.#isFailing) this.#options.log.info('answers are stored again')
      this.#isFailing = false
      for (const piece of pieces) this.#settle(piece, held.get(piece.generation.messageId))
    } catch (cause) {
      if (!this.#isFailing) this.#options.log.error({ err: cause }, 'answers cannot be stored')
      this.#isFailing = true
    }
  }

  #pieces(): Piece[] {
    const now = performance.now()
    return [...this.#running].flatMap((generation) => {
      const { ending, log, renewedAt, storedLength: start } = generation
      const hasNews = ending !== undefined || log.length > start
      return hasNews || now - renewedAt >= RENEW_MS ? [{ generation, start, content: log.textFrom(start), ending }] : []
    })
  }

  async #store(pieces: readonly Piece[]): Promise<Map<string, Lease>> {
    const { conversations, database, generations, now, writer } = this.#options
    const ids = pieces.map(({ generation }) => generation.messageId)
    return database.transaction(async (transaction) => {
      const held = await generations.renew(transaction, writer, ids)
      const mine = pieces.filter(({ generation }) => held.has(generation.messageId))
      const grown = mine.filter(({ content, ending }) => content !== '' && !ending)
      await conversations.appendSegments(
        transaction,
        grown.map(({ generation, start, content }) => ({ messageId: generation.messageId, start, content })),
      )
      for (const { generation, ending } of mine) {
        if (!ending) continue
        const { messageId, log } = generation
        await conversations.finishMessage(transaction, { messageId, content: log.textFrom(0), ending, now: now() })
        await conversations.expire(transaction, messageId, now() + KEEP_MS)
        await generations.end(transaction, messageId, now())
      }
      return held
    })
  }

  #settle({ generation, start, content, ending }: Piece, lease: Lease | undefined): void {
    generation.storedLength = start + content.length
    generation.renewedAt = performance.now()
    if (!lease) generation.abandon()
    else if (ending) generation.settle(ending)
    else return lease.isCancelRequested ? generation.stop('cancelled') : undefined
    this.#running.delete(generation)
  }
}
