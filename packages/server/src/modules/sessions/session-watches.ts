import type { SessionWatch } from '../../http/authenticator.ts'

/** How soon an end is noticed that nobody in this process announced. */
const RECHECK_INTERVAL = 1_000

/**
 * Who wants to know that a session ends. An end in this process is announced at once; every other one (it expired, its
 * account was deleted with it, it was already over when the watch began) is found by asking the database each second.
 */
export class SessionWatches implements Disposable {
  readonly #findOver: (sessionIds: string[]) => Promise<string[]>
  readonly #watches = new Map<string, Set<AbortController>>()
  #timer: NodeJS.Timeout | undefined
  #isRechecking = false

  constructor(findOver: (sessionIds: string[]) => Promise<string[]>) {
    this.#findOver = findOver
  }

  watch(sessionId: string): SessionWatch {
    const controller = new AbortController()
    const watches = this.#watches.get(sessionId) ?? new Set()
    this.#watches.set(sessionId, watches.add(controller))
    this.#timer ??= setInterval(() => this.#recheckQuietly(), RECHECK_INTERVAL).unref()
    return { ended: controller.signal, [Symbol.dispose]: () => this.#remove(sessionId, controller) }
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
    if (this.#watches.size > 0) this.end(await this.#findOver([...this.#watches.keys()]))
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

  async #recheckQuietly(): Promise<void> {
    if (this.#isRechecking) return
    this.#isRechecking = true
    try {
      await this.recheck()
    } catch {
      // The database is away: whoever needs it says so, and the next second asks again.
    } finally {
      this.#isRechecking = false
    }
  }
}
