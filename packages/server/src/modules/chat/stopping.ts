import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../app-error.ts'
import type { GenerationLog } from './generation-log.ts'
import type { GenerationLogs } from './generation-logs.ts'
import type { Registry } from './registry.ts'
import type { Generation, GenerationRepository } from './repository.ts'

/** A stopped answer is stored within moments; a database that cannot be written must not hold a request for ever. */
const TIMEOUT_MS = 10_000

export interface StoppingOptions {
  generations: GenerationRepository
  logs: GenerationLogs
  registry: Registry
  /** Epoch milliseconds. */
  now(): number
}

/** Stops answers, here or wherever they are written. What there is of them is kept. */
export class Stopping {
  readonly #options: StoppingOptions

  constructor(options: StoppingOptions) {
    this.#options = options
  }

  /** Resolves when their ends are stored. */
  async stop(generations: readonly Generation[]): Promise<void> {
    const { registry } = this.#options
    const here = generations.flatMap(({ messageId }) => registry.find(messageId) ?? [])
    const elsewhere = generations.filter(({ isRunning, messageId }) => isRunning && !registry.find(messageId))
    for (const generation of here) generation.stop('cancelled')
    await inTime([...here.map(({ settled }) => settled), this.#stopElsewhere(elsewhere)])
  }

  /** Stops whatever the account generates, or a conversation of it; also what is only about to be stored. */
  async stopAll(ownerId: string, conversationId?: string): Promise<void> {
    const { generations, registry } = this.#options
    const all = registry.ofAccount(ownerId)
    const here = all.filter(({ log }) => [undefined, log.identity.conversationId].includes(conversationId))
    for (const generation of here) generation.stop('cancelled')
    await inTime(here.map(({ settled }) => settled))
    await this.stop(await generations.listRunning(ownerId, conversationId))
  }

  /** Their writers are nudged, or see it when they prolong their leases; those of the dead are ended by whoever notices. */
  async #stopElsewhere(running: readonly Generation[]): Promise<void> {
    if (running.length === 0) return
    const { generations, logs, now } = this.#options
    const ids = running.map(({ messageId }) => messageId)
    await generations.requestCancel(ids, now())
    const opened = await Promise.all(running.map((generation) => logs.open(generation.ownerId, generation)))
    await Promise.all(opened.map(ended))
  }
}

function ended(log: GenerationLog): Promise<void> {
  return new Promise((resolve) => {
    const watch = log.watch(check)
    check()
    function check(): void {
      if (!log.ending && !log.isAbandoned) return
      watch[Symbol.dispose]()
      resolve()
    }
  })
}

async function inTime(work: readonly Promise<unknown>[]): Promise<void> {
  const timeout = new AbortController()
  const late = delay(TIMEOUT_MS, 'late', { signal: timeout.signal }).catch(() => undefined)
  const outcome = await Promise.race([Promise.all(work), late])
  timeout.abort()
  if (outcome !== 'late') return
  const detail = 'The database cannot be written right now: try again in a few seconds.'
  throw new AppError('database-unavailable', detail, { retryAfterSeconds: 5 })
}
