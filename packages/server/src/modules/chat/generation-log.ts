import type { Ending, Message, Notice, PlacedNotice } from '../conversations/index.ts'
import { GrowingText } from './growing-text.ts'
import { formatCursor, type Position } from './position.ts'

/** What a viewer is told. All of it belongs to the generation that the log is of. */
export type LogEvent =
  | { type: 'message'; message: Message }
  | { type: 'start'; model: string; parentId: string | null }
  | { type: 'delta'; content: string }
  | { type: 'reasoning'; content: string }
  | { type: 'truncate'; length: number; reasoningLength: number }
  | Notice
  | Ending

/** UTF-16 units of a delta: what a viewer doesn't take waits in its socket, and that must not be a whole answer. */
const MAX_DELTA_LENGTH = 65_536

/** One event, and where whoever received it stands. Viewers that read the same place share one object, unless they are far behind. */
export interface Reading {
  readonly log: GenerationLog
  readonly event: LogEvent
  readonly after: Position
  /** The `id` of the event for a viewer of this generation alone. */
  readonly cursor: string
}

export interface GenerationIdentity {
  messageId: string
  conversationId: string
  ownerId: string
  sequence: number
}

/**
 * The log of one generation: two texts that grow, which are the answer and what the model thought on the way to it, and a
 * few events at known places of them. The prompts and the start stand before the texts, the ending behind them.
 *
 * One writer appends; any number of viewers read, each from a position of its own. What holds at any time:
 * - The texts only grow, and not at all once the log has its ending.
 * - `read` depends on the position and on what the log holds, and on nothing else. So whatever pieces the text came in, and
 *   wherever viewers stopped and went on, what each has received up to a position are the texts up to those offsets and the
 *   events up to that ordinal: no gap, nothing twice.
 * - A viewer that is behind gets what it lacks in large deltas; one that keeps up gets each piece as it comes. The log
 *   keeps no list of viewers' chunks: a viewer is three numbers.
 */
export class GenerationLog {
  readonly identity: GenerationIdentity
  readonly #answer = new GrowingText()
  readonly #reasoning = new GrowingText()
  readonly #viewers = new Set<() => void>()
  /** Undefined until the prompt is stored: nobody is told of what may still be taken back. */
  #before: readonly LogEvent[] | undefined
  readonly #notices: PlacedNotice[] = []
  #ending: Ending | undefined
  #isAbandoned = false
  /** By ordinal for events, by offset for the texts that are newer than it. Emptied when the texts grow. */
  readonly #events = new Map<number, Reading>()
  readonly #deltas = new Map<number, Reading>()
  readonly #thoughts = new Map<number, Reading>()

  constructor(identity: GenerationIdentity) {
    this.identity = identity
  }

  /** UTF-16 units of the answer. */
  get length(): number {
    return this.#answer.length
  }

  /** UTF-16 units of the reasoning. */
  get reasoningLength(): number {
    return this.#reasoning.length
  }

  get ending(): Ending | undefined {
    return this.#ending
  }

  /** What it is of was never stored, or was deleted: there will be nothing more to read. */
  get isAbandoned(): boolean {
    return this.#isAbandoned
  }

  get notices(): readonly PlacedNotice[] {
    return this.#notices
  }

  /** How many events there are that are not text. */
  get eventCount(): number {
    return (this.#before?.length ?? 0) + this.#notices.length + (this.#ending ? 1 : 0)
  }

  begin(before: readonly LogEvent[]): void {
    this.#before = before
    this.#wakeViewers()
  }

  append(content: string): void {
    this.#requireOpen()
    this.#answer.append(content)
    this.#deltas.clear()
    this.#wakeViewers()
  }

  appendReasoning(content: string): void {
    this.#requireOpen()
    this.#reasoning.append(content)
    this.#thoughts.clear()
    this.#wakeViewers()
  }

  /** After it is stored, which alone makes sure that a crash takes no event back. */
  place(notice: PlacedNotice): void {
    this.#requireOpen()
    this.#notices.push(notice)
    // Whoever has read up to its place would be given what was cut there.
    this.#deltas.clear()
    this.#thoughts.clear()
    this.#wakeViewers()
  }

  end(ending: Ending): void {
    if (this.#ending) throw new Error('A log ends once.')
    this.#ending = ending
    this.#wakeViewers()
  }

  abandon(): void {
    this.#isAbandoned = true
    this.#wakeViewers()
  }

  /** Whether a viewer that stands there has received everything that there will ever be. */
  isSeenBy({ ordinal }: Position): boolean {
    return this.#isAbandoned || (this.#ending !== undefined && ordinal >= this.eventCount)
  }

  /** What comes next at a position, or undefined if nothing does yet. */
  read(position: Position): Reading | undefined {
    const { offset, ordinal, reasoning } = position
    const before = this.#before
    if (!before) return undefined
    const event = before[ordinal]
    if (event) return this.#readEvent(event, position)
    const notice = this.#notices[ordinal - before.length]
    if (reasoning < (notice?.reasoningOffset ?? this.reasoningLength)) return this.#readReasoning(position, notice)
    if (offset < (notice?.offset ?? this.length)) return this.#readAnswer(position, notice)
    if (notice) return this.#readEvent(notice.event, position)
    if (!this.#ending || ordinal > before.length + this.#notices.length) return undefined
    const isAhead = offset > this.length || reasoning > this.reasoningLength
    return isAhead ? this.#truncation(position) : this.#readEvent(this.#ending, position)
  }

  /** The answer from `start` on. */
  textFrom(start: number): string {
    return this.#answer.slice(start)
  }

  reasoningFrom(start: number): string {
    return this.#reasoning.slice(start)
  }

  get isWatched(): boolean {
    return this.#viewers.size > 0
  }

  /** Calls `wake` at each change until it is disposed. */
  watch(wake: () => void): Disposable {
    this.#viewers.add(wake)
    return { [Symbol.dispose]: () => void this.#viewers.delete(wake) }
  }

  #readEvent(event: LogEvent, { offset, ordinal, reasoning }: Position): Reading {
    const after = { offset, ordinal: ordinal + 1, reasoning }
    return this.#shared(this.#events, ordinal, after) ?? this.#share(this.#events, ordinal, { event, after })
  }

  #readAnswer({ offset, ordinal, reasoning }: Position, notice: PlacedNotice | undefined): Reading {
    const after = { offset: pieceEnd(this.#answer, offset, notice?.offset), ordinal, reasoning }
    const known = this.#shared(this.#deltas, offset, after)
    if (known) return known
    const event = { type: 'delta' as const, content: this.#answer.slice(offset, after.offset) }
    return this.#sharePiece(this.#deltas, offset, { event, after })
  }

  #readReasoning({ offset, ordinal, reasoning }: Position, notice: PlacedNotice | undefined): Reading {
    const after = { offset, ordinal, reasoning: pieceEnd(this.#reasoning, reasoning, notice?.reasoningOffset) }
    const known = this.#shared(this.#thoughts, reasoning, after)
    if (known) return known
    const event = { type: 'reasoning' as const, content: this.#reasoning.slice(reasoning, after.reasoning) }
    return this.#sharePiece(this.#thoughts, reasoning, { event, after })
  }

  /** Only a crash loses text that was sent: the viewer is told how much of what it has holds. */
  #truncation({ ordinal, offset, reasoning }: Position): Reading {
    const after = {
      offset: Math.min(offset, this.length),
      ordinal,
      reasoning: Math.min(reasoning, this.reasoningLength),
    }
    return this.#reading({ type: 'truncate', length: after.offset, reasoningLength: after.reasoning }, after)
  }

  #shared(readings: Map<number, Reading>, key: number, after: Omit<Position, 'sequence'>): Reading | undefined {
    const known = readings.get(key)
    const isSame =
      known?.after.offset === after.offset &&
      known.after.ordinal === after.ordinal &&
      known.after.reasoning === after.reasoning
    return isSame ? known : undefined
  }

  #share(
    readings: Map<number, Reading>,
    key: number,
    { event, after }: { event: LogEvent; after: Omit<Position, 'sequence'> },
  ): Reading {
    const reading = this.#reading(event, after)
    readings.set(key, reading)
    return reading
  }

  /** Few are in the same place who are far behind, and all that they ever read would be kept. */
  #sharePiece(
    readings: Map<number, Reading>,
    start: number,
    { event, after }: { event: Extract<LogEvent, { content: string }>; after: Omit<Position, 'sequence'> },
  ): Reading {
    const isFarBehind = event.content.length >= MAX_DELTA_LENGTH - 1
    return isFarBehind ? this.#reading(event, after) : this.#share(readings, start, { event, after })
  }

  #reading(event: LogEvent, place: Omit<Position, 'sequence'>): Reading {
    const after = { sequence: this.identity.sequence, ...place }
    return { log: this, event, after, cursor: formatCursor([after]) }
  }

  #requireOpen(): void {
    if (this.#ending) throw new Error('A log that has ended does not grow.')
  }

  #wakeViewers(): void {
    for (const wake of this.#viewers) wake()
  }
}

/** Where a piece of a text ends that is sent at once: never in the middle of a character. */
function pieceEnd(text: GrowingText, start: number, limit = text.length): number {
  const end = start + MAX_DELTA_LENGTH
  if (end >= limit) return limit
  return /[\ud800-\udbff]/.test(text.slice(end - 1, end)) ? end - 1 : end
}
