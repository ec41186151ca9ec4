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

type TextType = 'delta' | 'reasoning'

/** What of a position says how much of a text was received. */
const COUNTED = { delta: 'offset', reasoning: 'reasoning' } as const

/** One event, and where whoever received it stands. Viewers that read the same place share one object, unless they are far behind. */
export interface Reading {
  readonly log: GenerationLog
  readonly event: LogEvent
  readonly after: Position
  /** The `id` of the event for a viewer of this generation alone. */
  readonly cursor: string
  /** The one that this is of, where only the cursor is a viewer's own. */
  readonly shared?: Reading
  /** As it is sent. Who sends it first keeps it here for the others. */
  encoded?: object
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
  readonly #texts = { delta: new GrowingText(), reasoning: new GrowingText() }
  readonly #viewers = new Set<() => void>()
  /** Undefined until the prompt is stored: nobody is told of what may still be taken back. */
  #before: readonly LogEvent[] | undefined
  readonly #notices: PlacedNotice[] = []
  #ending: Ending | undefined
  #isAbandoned = false
  /** By ordinal. */
  readonly #events = new Map<number, Reading>()
  /** What is newer than a place of a text, by that place. Emptied when the text grows. */
  readonly #pieces = { delta: new Map<number, Reading>(), reasoning: new Map<number, Reading>() }

  constructor(identity: GenerationIdentity) {
    this.identity = identity
  }

  /** UTF-16 units of the answer. */
  get length(): number {
    return this.#texts.delta.length
  }

  /** UTF-16 units of the reasoning. */
  get reasoningLength(): number {
    return this.#texts.reasoning.length
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
    this.#grow('delta', content)
  }

  appendReasoning(content: string): void {
    this.#grow('reasoning', content)
  }

  /** After it is stored, which alone makes sure that a crash takes no event back. */
  place(notice: PlacedNotice): void {
    this.#requireOpen()
    this.#notices.push(notice)
    // Whoever has read up to its place would be given what was cut there.
    this.#pieces.delta.clear()
    this.#pieces.reasoning.clear()
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
    const limits = notice ?? { offset: this.length, reasoningOffset: this.reasoningLength }
    if (reasoning < limits.reasoningOffset) return this.#readPiece('reasoning', position, limits.reasoningOffset)
    if (offset < limits.offset) return this.#readPiece('delta', position, limits.offset)
    if (notice) return this.#readEvent(notice.event, position)
    if (!this.#ending || ordinal > before.length + this.#notices.length) return undefined
    const isAhead = offset > this.length || reasoning > this.reasoningLength
    return isAhead ? this.#truncation(position) : this.#readEvent(this.#ending, position)
  }

  /** The answer from `start` on. */
  textFrom(start: number): string {
    return this.#texts.delta.slice(start)
  }

  reasoningFrom(start: number): string {
    return this.#texts.reasoning.slice(start)
  }

  get isWatched(): boolean {
    return this.#viewers.size > 0
  }

  /** Calls `wake` at each change until it is disposed. */
  watch(wake: () => void): Disposable {
    this.#viewers.add(wake)
    return { [Symbol.dispose]: () => void this.#viewers.delete(wake) }
  }

  #readEvent(event: LogEvent, position: Position): Reading {
    const { ordinal } = position
    const after = { ...position, ordinal: ordinal + 1 }
    const known = sharedAt(this.#events, ordinal, after)
    if (known) return known
    const reading = this.#reading(event, after)
    this.#events.set(ordinal, reading)
    return reading
  }

  #readPiece(type: TextType, position: Position, limit: number): Reading {
    const text = this.#texts[type]
    const counted = COUNTED[type]
    const start = position[counted]
    const after = { ...position, [counted]: pieceEnd(text, start, limit) }
    const known = sharedAt(this.#pieces[type], start, after)
    if (known) return known
    const reading = this.#reading({ type, content: text.slice(start, after[counted]) }, after)
    // Few are in the same place who are far behind, and all that they ever read would be kept.
    if (after[counted] === limit) this.#pieces[type].set(start, reading)
    return reading
  }

  /** Only a crash loses text that was sent: the viewer is told how much of what it has holds. */
  #truncation(position: Position): Reading {
    const { length, reasoningLength } = this
    const after = {
      ...position,
      offset: Math.min(position.offset, length),
      reasoning: Math.min(position.reasoning, reasoningLength),
    }
    return this.#reading({ type: 'truncate', length: after.offset, reasoningLength: after.reasoning }, after)
  }

  #reading(event: LogEvent, place: Position): Reading {
    const { offset, ordinal, reasoning } = place
    const after = { sequence: this.identity.sequence, offset, ordinal, reasoning }
    return { log: this, event, after, cursor: formatCursor([after]) }
  }

  #grow(type: TextType, content: string): void {
    this.#requireOpen()
    this.#texts[type].append(content)
    this.#pieces[type].clear()
    this.#wakeViewers()
  }

  #requireOpen(): void {
    if (this.#ending) throw new Error('A log that has ended does not grow.')
  }

  #wakeViewers(): void {
    for (const wake of this.#viewers) wake()
  }
}

/** What another viewer was given at the same place, if it leads to the same one. */
function sharedAt(readings: ReadonlyMap<number, Reading>, key: number, after: Position): Reading | undefined {
  const known = readings.get(key)
  const isSame =
    known?.after.offset === after.offset &&
    known.after.ordinal === after.ordinal &&
    known.after.reasoning === after.reasoning
  return isSame ? known : undefined
}

/** Where a piece of a text ends that is sent at once: never in the middle of a character. */
function pieceEnd(text: GrowingText, start: number, limit: number): number {
  const end = start + MAX_DELTA_LENGTH
  if (end >= limit) return limit
  return /[\ud800-\udbff]/.test(text.slice(end - 1, end)) ? end - 1 : end
}
