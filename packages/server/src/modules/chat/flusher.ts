import type { Logger } from 'pino'
import { isDatabaseUnavailable } from '../../app-error.ts'
import type { Database, Transaction } from '../../database/database.ts'
import type { ConversationRepository, Segment } from '../conversations/index.ts'
import type { ChatObserver } from './observer.ts'
import { INTERRUPTED } from './recovery.ts'
import { type GenerationRepository, LEASE_MS, type Lease } from './repository.ts'
import type { RunningGeneration } from './running-generation.ts'

/** How long text waits before it is stored. With the next one, no longer than a quarter of a second. */
const PACE_MS = 200
/** Endings of others may hurry a flush: text that was stored a moment ago does not go with them. */
const SHORTEST_PACE_MS = 50
const RENEW_MS = LEASE_MS / 3
/** How long to wait when the database cannot be written. Nothing is given up meanwhile. */
const RETRY_MS = 1_000

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
  reasoningStart: number
  reasoning: string
  notice: RunningGeneration['pendingNotice']
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

  /** Looks at once whether it is to be stopped, which whoever prolongs a lease is told. */
  renew(generation: RunningGeneration): void {
    generation.renewedAt = Number.NEGATIVE_INFINITY
    this.hurry()
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
      await this.#storeAndSettle(pieces).catch((error: unknown) => this.#storeOneByOne(pieces, error))
      this.#options.observer?.flushed(performance.now() - startedAt)
      if (this.#isFailing) this.#options.log.info('answers-stored-again')
      this.#isFailing = false
    } catch (err) {
      if (!this.#isFailing) this.#options.log.error({ err }, 'answers-not-stored')
      this.#isFailing = true
    }
  }

  async #storeAndSettle(pieces: readonly Piece[]): Promise<void> {
    const held = await this.#store(pieces)
    const ended = await this.#findEnded(pieces.filter(({ generation }) => !held.has(generation.messageId)))
    for (const piece of pieces) {
      const { messageId } = piece.generation
      this.#settle(piece, ended.has(messageId) ? 'ended' : held.get(messageId))
    }
  }

  /** Those whose ending was stored before, all of it, by a transaction of whose commit nobody heard. */
  async #findEnded(lost: readonly Piece[]): Promise<ReadonlySet<string>> {
    const ids = lost.filter(({ ending }) => ending).map(({ generation }) => generation.messageId)
    const { generations, writer } = this.#options
    return new Set(ids.length === 0 ? [] : await generations.endedBy(writer, ids))
  }

  /** What one answer does to a statement must not hold up the others. A database that is away holds up all. */
  async #storeOneByOne(pieces: readonly Piece[], error: unknown): Promise<void> {
    if (isDatabaseUnavailable(error)) throw error
    for (const piece of pieces) {
      await this.#storeAndSettle([piece]).catch((refusal: unknown) => {
        if (isDatabaseUnavailable(refusal)) throw refusal
        return this.#giveUp(piece.generation, refusal)
      })
    }
  }

  /** Its viewers come back and find it interrupted, with the text that was stored before. */
  async #giveUp(generation: RunningGeneration, refusal: unknown): Promise<void> {
    const { log } = this.#options
    const { messageId } = generation
    log.error({ err: refusal, message_id: messageId }, 'answer-given-up')
    await this.#interrupt(messageId).catch((err: unknown) => {
      if (isDatabaseUnavailable(err)) throw err
      // Its lease runs out, and whoever looks for the dead finds it.
      log.error({ err, message_id: messageId }, 'answer-not-interrupted')
    })
    this.#running.delete(generation)
    generation.abandon()
  }

  /** Unless it is somebody else's by now, who may have stored more of it. */
  async #interrupt(messageId: string): Promise<void> {
    const { conversations, database, generations, now, writer } = this.#options
    await database.transaction(async (transaction) => {
      const held = await generations.renew(transaction, writer, [messageId])
      if (!held.has(messageId)) return
      await conversations.finishMessage(transaction, { messageId, ending: INTERRUPTED, now: now() })
      await generations.fenceOff(transaction, messageId, now())
      await generations.announce(transaction, [messageId])
    })
  }

  #pieces(): Piece[] {
    const now = performance.now()
    return [...this.#running].flatMap((generation) => {
      const { ending, log, pendingNotice: notice, renewedAt } = generation
      const { storedLength: start, storedReasoningLength: reasoningStart } = generation
      const age = now - renewedAt
      const hasGrown = log.length > start || log.reasoningLength > reasoningStart
      const hasNews = ending !== undefined || notice !== undefined || (hasGrown && age >= SHORTEST_PACE_MS)
      if (!hasNews && age < RENEW_MS) return []
      const [content, reasoning] = [log.textFrom(start), log.reasoningFrom(reasoningStart)]
      return [{ generation, start, content, reasoningStart, reasoning, notice, ending }]
    })
  }

  async #store(pieces: readonly Piece[]): Promise<Map<string, Lease>> {
    const { conversations, database, generations, now, writer } = this.#options
    const [ending, going] = [pieces.filter((piece) => piece.ending), pieces.filter((piece) => !piece.ending)]
    for (const { generation, content, reasoning } of going) {
      if (content !== '') generation.pieces.add('answer')
      if (reasoning !== '') generation.pieces.add('reasoning')
    }
    return database.transaction(async (transaction) => {
      const held = new Map([
        ...(await generations.renew(transaction, writer, idsOf(going))),
        ...(await generations.end(transaction, writer, { messageIds: idsOf(ending), now: now() })),
      ])
      const isMine = ({ generation }: Piece) => held.has(generation.messageId)
      await conversations.appendSegments(transaction, segmentsOf(going.filter(isMine)))
      for (const piece of pieces.filter(isMine)) await this.#storeEvents(transaction, piece)
      const changed = pieces.filter(isMine).filter((piece) => piece.ending || piece.notice || hasText(piece))
      await generations.announce(transaction, idsOf(changed))
      return held
    })
  }

  async #storeEvents(transaction: Transaction, { generation, notice, ending }: Piece): Promise<void> {
    const { conversations, now } = this.#options
    const { log, messageId, pieces } = generation
    if (notice) await conversations.setNotices(transaction, messageId, [...log.notices, notice])
    if (!ending) return
    const whole = { content: log.textFrom(0), reasoning: log.reasoningFrom(0), pieces }
    await conversations.finishMessage(transaction, { messageId, whole, ending, now: now() })
  }

  #settle(piece: Piece, lease: Lease | 'ended' | undefined): void {
    const { generation, start, content, reasoningStart, reasoning, notice, ending } = piece
    generation.storedLength = start + content.length
    generation.storedReasoningLength = reasoningStart + reasoning.length
    generation.renewedAt = performance.now()
    if (lease && notice) generation.placeNotice()
    if (!lease) generation.abandon()
    else if (ending) generation.settle(ending)
    else return lease !== 'ended' && lease.isCancelRequested ? generation.stop('cancelled') : undefined
    this.#running.delete(generation)
  }
}

function idsOf(pieces: readonly Piece[]): string[] {
  return pieces.map(({ generation }) => generation.messageId)
}

function hasText({ content, reasoning }: Piece): boolean {
  return content !== '' || reasoning !== ''
}

function segmentsOf(pieces: readonly Piece[]): Segment[] {
  return pieces.flatMap(({ generation: { messageId }, start, content, reasoningStart, reasoning }) => [
    ...(content === '' ? [] : [{ kind: 'answer' as const, messageId, start, content }]),
    ...(reasoning === '' ? [] : [{ kind: 'reasoning' as const, messageId, start: reasoningStart, content: reasoning }]),
  ])
}
