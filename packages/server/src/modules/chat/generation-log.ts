import type { Ending, Message } from '../conversations/index.ts'
import { formatCursor, type Position } from './position.ts'

/** What a viewer is told. All of it belongs to the generation that the log is of. */
export type LogEvent =
  | { type: 'message'; message: Message }
  | { type: 'start'; model: string; parentId: string | null }
  | { type: 'delta'; content: string }
  | { type: 'truncate'; length: number }
  | Ending

/** An upstream that sends letter by letter must not cost fifty times its text. */
const MAX_PIECES = 1_000

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
 * The log of one generation: a text that grows, and a few events at known places of it. The prompts and the start stand
 * before the text, the ending behind it.
 *
 * One writer appends; any number of viewers read, each from a position of its own. What holds at any time:
 * - The text only grows, and not at all once the log has its ending.
 * - `read` depends on the position and on what the log holds, and on nothing else. So whatever pieces the text came in, and
 *   wherever viewers stopped and went on, what each has received up to a position is the text up to that offset and the
 *   events up to that ordinal: no gap, nothing twice.
 * - A viewer that is behind gets what it lacks in large deltas; one that keeps up gets each piece as it comes. The log
 *   keeps no list of viewers' chunks: a viewer is two numbers.
 */
export class GenerationLog {
  readonly identity: GenerationIdentity
  /** The pieces of the text, and the offset at which each starts. */
  readonly #pieces: { start: number; content: string }[] = []
  readonly #viewers = new Set<() => void>()
  #length = 0
  /** Undefined until the prompt is stored: nobody is told of what may still be taken back. */
  #before: readonly LogEvent[] | undefined
  #ending: Ending | undefined
  #isAbandoned = false
  /** By ordinal for events, by offset for the text that is newer than it. Emptied when the text grows. */
  readonly #events = new Map<number, Reading>()
  readonly #deltas = new Map<number, Reading>()

  constructor(identity: GenerationIdentity) {
    this.identity = identity
  }

  /** UTF-16 units of the text. */
  get length(): number {
    return this.#length
  }

  get ending(): Ending | undefined {
    return this.#ending
  }

  /** What it is of was never stored, or was deleted: there will be nothing more to read. */
  get isAbandoned(): boolean {
    return this.#isAbandoned
  }

  /** How many events there are that are not text. */
  get eventCount(): number {
    return (this.#before?.length ?? 0) + (this.#ending ? 1 : 0)
  }

  begin(before: readonly LogEvent[]): void {
    this.#before = before
    this.#wakeViewers()
  }

  append(content: string): void {
    if (this.#ending) throw new Error('A log that has ended does not grow.')
    if (this.#pieces.length >= MAX_PIECES) this.#pieces.splice(0, MAX_PIECES, { start: 0, content: this.textFrom(0) })
    this.#pieces.push({ start: this.#length, content })
    this.#length += content.length
    this.#deltas.clear()
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
  read({ offset, ordinal }: Position): Reading | undefined {
    const before = this.#before
    if (!before) return undefined
    if (ordinal < before.length) return this.#readEvent(ordinal, offset)
    if (offset < this.#length) return this.#readText(offset, ordinal)
    if (!this.#ending || ordinal > before.length) return undefined
    return offset > this.#length ? this.#truncation(ordinal) : this.#readEvent(ordinal, offset)
  }

  /** The text from `start` on, or up to `end`. */
  textFrom(start: number, end = this.#length): string {
    let index = this.#pieces.length
    while (index > 0 && (this.#pieces[index - 1]?.start ?? 0) >= start) index -= 1
    if (index > 0) index -= 1
    const from = this.#pieces[index]?.start ?? 0
    let text = ''
    for (; index < this.#pieces.length && from + text.length < end; index += 1) text += this.#pieces[index]?.content
    return text.slice(Math.max(0, start - from), end - from)
  }

  get isWatched(): boolean {
    return this.#viewers.size > 0
  }

  /** Calls `wake` at each change until it is disposed. */
  watch(wake: () => void): Disposable {
    this.#viewers.add(wake)
    return { [Symbol.dispose]: () => void this.#viewers.delete(wake) }
  }

  #readEvent(ordinal: number, offset: number): Reading | undefined {
    const event = this.#before?.[ordinal] ?? this.#ending
    if (!event) return undefined
    const known = this.#events.get(ordinal)
    if (known?.after.offset === offset) return known
    const reading = this.#reading(event, offset, ordinal + 1)
    this.#events.set(ordinal, reading)
    return reading
  }

  #readText(offset: number, ordinal: number): Reading {
    const known = this.#deltas.get(offset)
    if (known) return known
    const end = offset + MAX_DELTA_LENGTH
    const isFarBehind = end < this.#length
    const content = isFarBehind ? wholeCharacters(this.textFrom(offset, end)) : this.textFrom(offset)
    const reading = this.#reading({ type: 'delta', content }, offset + content.length, ordinal)
    // Few are in the same place there, and all that they ever read would be kept.
    if (!isFarBehind) this.#deltas.set(offset, reading)
    return reading
  }

  /** Only a crash loses text that was sent: the viewer is told how much of what it has holds. */
  #truncation(ordinal: number): Reading {
    return this.#reading({ type: 'truncate', length: this.#length }, this.#length, ordinal)
  }

  #reading(event: LogEvent, offset: number, ordinal: number): Reading {
    const after = { sequence: this.identity.sequence, offset, ordinal }
    return { log: this, event, after, cursor: formatCursor([after]) }
  }

  #wakeViewers(): void {
    for (const wake of this.#viewers) wake()
  }
}

/** Without the first half of a character at its end, whose second half comes with what follows. */
function wholeCharacters(text: string): string {
  const last = text.charCodeAt(text.length - 1)
  return last >= 0xd800 && last <= 0xdbff ? text.slice(0, -1) : text
}
