import type { Nudges } from '../../database/nudges.ts'
import type { SessionWatch } from '../../http/authenticator.ts'

/** How soon an end is noticed that nobody announced, or whose nudge was lost. */
const RECHECK_INTERVAL = 1_000

export interface SessionWatchesOptions {
  findOver(sessionIds: string[]): Promise<string[]>
  nudges: Pick<Nudges, 'listen'>
}

/**
 * Who wants to know that a session ends. An end in this process is announced at once, one on another server by a nudge;
 * every other one (it expired, it was already over when the watch began) is found by asking the database each second.
 */
export class SessionWatches implements Disposable {
  readonly #options: SessionWatchesOptions
  readonly #watches = new Map<string, Set<AbortController>>()
  #timer: NodeJS.Timeout | undefined
  #isRechecking = false
  #isDue = false

  constructor(options: SessionWatchesOptions) {
    this.#options = options
  }

  watch(sessionId: string): SessionWatch {
    const controller = new AbortController()
    const watches = this.#watches.get(sessionId) ?? new Set()
    this.#watches.set(sessionId, watches.add(controller))
    const recheck = () => void this.#recheckQuietly()
    this.#timer ??= setInterval(recheck, RECHECK_INTERVAL).unref()
    const listening = this.#options.nudges.listen('sessions', sessionId, recheck)
    return {
      ended: controller.signal,
      [Symbol.dispose]: () => {
        listening[Symbol.dispose]()
        this.#remove(sessionId, controller)
      },
    }
  }

  end(sessionIds: readonly string[]): void {
    for (const id of sessionIds) {
      const watches = this.#watches.get(id) ?? []
      this.#watches.delete(id)
      for (const controller of watches) controller.abort()
    }
    this.#rest()
  }

  async recheck(): Promise<void> {
    if (this.#watches.size > 0) this.end(await this.#options.findOver([...this.#watches.keys()]))
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #remove(sessionId: string, controller: AbortController): void {
    const watches = this.#watches.get(sessionId)
    if (watches?.delete(controller) && watches.size === 0) this.#watches.delete(sessionId)
    this.#rest()
  }

  #rest(): void {
    if (this.#watches.size === 0) this[Symbol.dispose]()
  }

  /** Whatever asks while the database is being asked may know of something newer. */
  async #recheckQuietly(): Promise<void> {
    this.#isDue = true
    if (this.#isRechecking) return
    this.#isRechecking = true
    while (this.#isDue) {
      this.#isDue = false
      // The database is away: whoever needs it says so, and the next second asks again.
      await this.recheck().catch(() => undefined)
    }
    this.#isRechecking = false
  }
}
