import type { Counts } from './archive/format.ts'

/** How often whoever waits is told. */
const EVERY_MS = 500

/** The backup is not wanted any more. */
export class UnwantedError extends Error {
  override name = 'UnwantedError'
}

/** Tells how far a backup has come, and hears on the way whether it is still wanted. */
export class Progress implements Disposable {
  readonly counts: Counts = { conversations: 0, messages: 0 }
  /** From 0 to 1. */
  fraction = 0
  readonly #unwanted = new AbortController()
  readonly #timer: NodeJS.Timeout

  /** `tell` answers whether the backup is still wanted. A failure is nothing: it is told again. */
  constructor(tell: (fraction: number, counts: Counts) => Promise<boolean>) {
    let isTelling = false
    this.#timer = setInterval(async () => {
      if (isTelling) return
      isTelling = true
      const isWanted = await tell(this.fraction, this.counts).catch(() => true)
      isTelling = false
      if (!isWanted)
        this.#unwanted.abort(new UnwantedError('The backup was deleted while it was made, or another server makes it.'))
    }, EVERY_MS)
    this.#timer.unref()
  }

  /** Aborted when the backup is not wanted any more. */
  get unwanted(): AbortSignal {
    return this.#unwanted.signal
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
