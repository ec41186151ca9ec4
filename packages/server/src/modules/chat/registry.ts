import type { GenerationLog } from './generation-log.ts'
import type { RunningGeneration } from './running-generation.ts'

type OnLog = (log: GenerationLog) => void

/** The generations that this process writes, and who wants to hear of new ones. */
export class Registry {
  readonly #running = new Map<string, RunningGeneration>()
  readonly #watchers = new Map<string, Set<OnLog>>()

  add(generation: RunningGeneration): void {
    this.#running.set(generation.messageId, generation)
    for (const onLog of this.#watchers.get(generation.log.identity.ownerId) ?? []) onLog(generation.log)
  }

  delete(generation: RunningGeneration): void {
    this.#running.delete(generation.messageId)
  }

  /** It was announced, but its prompt could not be stored. */
  takeBack(messageId: string): void {
    this.#running.get(messageId)?.abandon()
    this.#running.delete(messageId)
  }

  find(messageId: string): RunningGeneration | undefined {
    return this.#running.get(messageId)
  }

  all(): RunningGeneration[] {
    return [...this.#running.values()]
  }

  ofAccount(ownerId: string): RunningGeneration[] {
    return this.all().filter(({ log }) => log.identity.ownerId === ownerId)
  }

  /** Calls `onLog` for each generation of the account that begins from now on. */
  watch(ownerId: string, onLog: OnLog): Disposable {
    const watchers = this.#watchers.get(ownerId) ?? new Set()
    this.#watchers.set(ownerId, watchers.add(onLog))
    return {
      [Symbol.dispose]: () => {
        watchers.delete(onLog)
        if (watchers.size === 0 && this.#watchers.get(ownerId) === watchers) this.#watchers.delete(ownerId)
      },
    }
  }
}
