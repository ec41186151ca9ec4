import type { GenerationLog, Reading } from './generation-log.ts'
import type { Position } from './position.ts'

/** Reads one log from a position to its end, and makes of each reading what is wanted. */
export function followOne<Item>(
  log: GenerationLog,
  from: Position,
  signal: AbortSignal,
  toItem: (reading: Reading) => Item,
): AsyncGenerator<Item> {
  return new LogViewer(log, from, signal, toItem)
}

/**
 * A viewer of one log. An async generator would wait for a few promises at each piece of an answer, which costs as much as
 * everything else that happens to it here: this waits for one.
 */
class LogViewer<Item> implements AsyncGenerator<Item> {
  readonly #log: GenerationLog
  readonly #signal: AbortSignal
  readonly #watch: Disposable
  #position: Position
  #isOver = false
  #waiting: { resolve(result: IteratorResult<Item>): void; reject(error: unknown): void } | undefined
  readonly #toItem: (reading: Reading) => Item

  constructor(log: GenerationLog, from: Position, signal: AbortSignal, toItem: (reading: Reading) => Item) {
    this.#log = log
    this.#toItem = toItem
    this.#position = from
    this.#signal = signal
    this.#watch = log.watch(this.#wake)
    signal.addEventListener('abort', this.#wake)
  }

  next(): Promise<IteratorResult<Item>> {
    return new Promise((resolve, reject) => {
      const result = this.#read()
      if (result) resolve(result)
      else this.#waiting = { resolve, reject }
    })
  }

  async return(): Promise<IteratorResult<Item>> {
    return this.#end()
  }

  async throw(error: unknown): Promise<IteratorResult<Item>> {
    this.#end()
    throw error
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end()
  }

  /** What goes wrong here is this viewer's alone: whoever writes the log must not fail of it. */
  readonly #wake = (): void => {
    const waiting = this.#waiting
    if (!waiting) return
    try {
      const result = this.#read()
      if (!result) return
      waiting.resolve(result)
    } catch (error) {
      waiting.reject(error)
    }
    this.#waiting = undefined
  }

  /** Undefined while there is nothing new. */
  #read(): IteratorResult<Item> | undefined {
    if (this.#isOver || this.#signal.aborted || this.#log.isSeenBy(this.#position)) return this.#end()
    const reading = this.#log.read(this.#position)
    if (!reading) return undefined
    this.#position = reading.after
    return { done: false, value: this.#make(reading) }
  }

  #make(reading: Reading): Item {
    try {
      return this.#toItem(reading)
    } catch (error) {
      // Who iterates calls nothing any more after a failure.
      this.#end()
      throw error
    }
  }

  #end(): IteratorReturnResult<undefined> {
    this.#isOver = true
    this.#watch[Symbol.dispose]()
    this.#signal.removeEventListener('abort', this.#wake)
    return { done: true, value: undefined }
  }
}
