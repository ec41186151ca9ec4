import { isDatabaseUnavailable } from '../../app-error.ts'
import { Bell } from './bell.ts'
import type { GenerationLog, Reading } from './generation-log.ts'
import { formatCursor, type Position, startOf } from './position.ts'

/** How long after the database was away to look again. */
const RETRY_MS = 1_000

/** An ordinal that stands behind every ending. */
const SEEN = 999_999_999

/** Tells where a stream begins, so that a viewer that loses the connection before the first event misses nothing. */
export interface Mark {
  readonly event: undefined
  readonly cursor: string
}

/** What `AccountViewer` asks of those who know all generations of the account. */
export interface AccountGenerations {
  /** Calls `look` when other servers may have begun some; undefined where there are none. */
  watchOthers?(look: () => void): Disposable
  /** Those that run now. */
  running(): Promise<GenerationLog[]>
  /** Calls `onLog` for each generation that begins here from now on. */
  watch(onLog: (log: GenerationLog) => void): Disposable
  /** The sequence of the newest, 0 if there is none. */
  newest(): Promise<number>
  /** The sequences after `sequence` that still exist, in order. */
  after(sequence: number): Promise<number[]>
  /** Undefined if it was deleted. */
  load(sequence: number): Promise<GenerationLog | undefined>
}

/** Reads everything an account generates, from a cursor or from now, until it is told to stop. */
export function followAccount<Item>(
  generations: AccountGenerations,
  from: readonly Position[] | undefined,
  signal: AbortSignal,
  toItem: (reading: Reading | Mark) => Item,
): AsyncGenerator<Item> {
  return new AccountViewer(generations, toItem).follow(from, signal)
}

/** A generation that a viewer has begun. */
interface Begun {
  log: GenerationLog
  position: Position
  watch: Disposable
}

/** One that it has not. Without a log it has ended, and is loaded when its turn comes. */
interface Pending {
  sequence: number
  log?: GenerationLog | undefined
}

/**
 * A viewer of many logs. Generations are begun in the order of their sequence, and one that must come from the database
 * only when all that was begun before has nothing more to read: so the cursor stays short, and one at most is held for
 * replay.
 */
class AccountViewer<Item> {
  readonly #generations: AccountGenerations
  readonly #toItem: (reading: Reading | Mark) => Item
  /** The next one last. */
  #pending: Pending[] = []
  /** Where the client stands in those of `#pending` that it had begun before. */
  readonly #left = new Map<number, Position>()
  #begun: Begun[] = []
  #newest: Position | undefined
  #turn = 0
  /** All generations up to this one are known. */
  #caughtUpTo = 0
  /** Those after it that are known too. */
  readonly #known = new Map<number, GenerationLog | undefined>()
  #isBehind = false
  /** Set while the database is away. */
  #retry: NodeJS.Timeout | undefined

  constructor(generations: AccountGenerations, toItem: (reading: Reading | Mark) => Item) {
    this.#generations = generations
    this.#toItem = toItem
  }

  async *follow(from: readonly Position[] | undefined, signal: AbortSignal): AsyncGenerator<Item> {
    using bell = new Bell(signal)
    const lookAround = () => {
      this.#isBehind = true
      bell.ring()
    }
    using _ = this.#generations.watch((log) => {
      this.#await([{ sequence: log.identity.sequence, log }])
      lookAround()
    })
    using _others = this.#generations.watchOthers?.(lookAround)
    try {
      const mark = from ? await this.#resume(from) : await this.#startNow()
      if (mark) yield this.#toItem(mark)
      while (!signal.aborted) {
        if (this.#isBehind) await this.#catchUp(lookAround)
        while (this.#pending.at(-1)?.log) await this.#begin(bell.ring)
        const reading = this.#next()
        if (reading) yield this.#toItem(reading)
        else if (this.#pending.length > 0) await this.#begin(bell.ring)
        else await bell.heard()
      }
    } finally {
      clearTimeout(this.#retry)
      for (const { watch } of this.#begun) watch[Symbol.dispose]()
    }
  }

  async #startNow(): Promise<Mark | undefined> {
    const newest = await this.#generations.newest()
    this.#caughtUpTo = newest
    this.#await(await this.#running())
    if (this.#pending.length > 0) return undefined
    this.#newest = { ...startOf(newest), ordinal: SEEN }
    return { event: undefined, cursor: formatCursor([this.#newest]) }
  }

  async #resume(from: readonly Position[]): Promise<undefined> {
    const newest = from.at(-1)?.sequence ?? 0
    for (const position of from) this.#left.set(position.sequence, position)
    this.#await(from)
    this.#await(await this.#running())
    this.#await((await this.#generations.after(newest)).map((sequence) => ({ sequence })))
    this.#caughtUpTo = newest
    this.#newest = from.at(-1)
  }

  async #running(): Promise<Pending[]> {
    const logs = await this.#generations.running()
    return logs.map((log) => ({ sequence: log.identity.sequence, log }))
  }

  /** Finds what other servers began, and before what was begun here after it: the order is that of their sequence. */
  async #catchUp(lookAround: () => void): Promise<void> {
    this.#isBehind = false
    if (!this.#generations.watchOthers) return
    const newer = await this.#generations.after(this.#caughtUpTo).catch((error: unknown) => {
      if (!isDatabaseUnavailable(error)) throw error
      this.#retry ??= setTimeout(() => {
        this.#retry = undefined
        lookAround()
      }, RETRY_MS)
      return []
    })
    // The number of a prompt that could not be stored is given to another one.
    const isKnown = (sequence: number) => this.#known.has(sequence) && !this.#known.get(sequence)?.isAbandoned
    const unknown = newer.filter((sequence) => !isKnown(sequence))
    if (unknown.length > 0) this.#await(unknown.map((sequence) => ({ sequence })))
    for (const sequence of newer) this.#known.delete(sequence)
    this.#caughtUpTo = newer.at(-1) ?? this.#caughtUpTo
  }

  /** There may be very many: whoever comes back after a year is told of a year. */
  #await(pending: readonly Pending[]): void {
    const bySequence = new Map(this.#pending.map((known) => [known.sequence, known]))
    for (const { sequence, log } of pending) {
      const isNews = this.#generations.watchOthers !== undefined && sequence > this.#caughtUpTo
      if (isNews) this.#known.set(sequence, log)
      bySequence.set(sequence, { sequence, log: log ?? bySequence.get(sequence)?.log })
    }
    this.#pending = [...bySequence.values()].sort((one, other) => other.sequence - one.sequence)
  }

  async #begin(wake: () => void): Promise<void> {
    const next = this.#pending.pop()
    if (!next) return
    const position = this.#left.get(next.sequence) ?? startOf(next.sequence)
    const log = next.log ?? (await this.#generations.load(next.sequence))
    this.#left.delete(next.sequence)
    if (!log) return
    this.#begun.push({ log, position, watch: log.watch(wake) })
    this.#begun.sort((one, other) => one.position.sequence - other.position.sequence)
  }

  /** The next reading of whichever log has one, each in its turn. */
  #next(): Reading | undefined {
    this.#leaveEnded()
    for (let tried = 0; tried < this.#begun.length; tried += 1) {
      this.#turn = (this.#turn + 1) % this.#begun.length
      const begun = this.#begun[this.#turn]
      const reading = begun?.log.read(begun.position)
      if (begun && reading) {
        begun.position = reading.after
        return this.#withCursor(reading)
      }
    }
    return undefined
  }

  #leaveEnded(): void {
    const over = this.#begun.filter(({ log, position }) => log.isSeenBy(position))
    if (over.length === 0) return
    for (const { watch } of over) watch[Symbol.dispose]()
    this.#begun = this.#begun.filter((begun) => !over.includes(begun))
    // Its writer has lost it, or it was deleted: how it ended stands in the database, if anywhere.
    const lost = over.filter(({ log }) => log.isAbandoned && log.eventCount > 0).map(({ position }) => position)
    for (const position of lost) this.#left.set(position.sequence, position)
    if (lost.length > 0) this.#await(lost)
  }

  /** The shared reading itself where its own cursor says it all, which is nearly always. */
  #withCursor(reading: Reading): Reading {
    if (reading.after.sequence >= (this.#newest?.sequence ?? 0)) this.#newest = reading.after
    const positions = this.#unfinished()
    const newest = this.#newest
    if (newest && !positions.some(({ sequence }) => sequence === newest.sequence)) positions.push(newest)
    positions.sort((one, other) => one.sequence - other.sequence)
    const cursor = formatCursor(positions)
    return cursor === reading.cursor ? reading : { ...reading, cursor, shared: reading }
  }

  /**
   * What the client must come back to: what was begun here, and what it had begun before but is not yet its turn. What is
   * only about to be stored may never be: a crash would leave the client with a cursor that nobody knows.
   */
  #unfinished(): Position[] {
    const begun = this.#begun.filter(({ log, position }) => log.eventCount > 0 && !log.isSeenBy(position))
    return [...begun.map(({ position }) => position), ...this.#left.values()]
  }
}
