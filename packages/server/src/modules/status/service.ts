import { AppError } from '../../app-error.ts'
import { findDiskFault } from './disk.ts'
import type { StatusRepository } from './repository.ts'

/** A check that takes longer has failed: whoever asks wants to know where to send requests, now. */
const CHECK_TIMEOUT_MS = 3_000

/** Whoever was told to come back later comes back about this much later. */
const RETRY_AFTER_SECONDS = 5

/** Anybody may ask, as often as they like: whoever does so within this time shares one check. */
const SHARE_MS = 1_000

export interface StatusServiceOptions {
  repository: Pick<StatusRepository, 'ping' | 'isMigrated'>
  dataDir: string
  /** Milliseconds, since whenever. */
  now?: () => number
}

/** Whether the server can do its work. */
export class StatusService {
  readonly #options: StatusServiceOptions
  readonly #now: () => number
  #isDraining = false
  /** Migrations are never taken back while a server runs. */
  #isMigrated = false
  #check: { startedAt: number; isOver: boolean; fault: Promise<string | undefined> } | undefined

  constructor(options: StatusServiceOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** From now on the server is not ready, so that requests are sent elsewhere while it finishes what it has. */
  startDraining(): void {
    this.#isDraining = true
  }

  /** Throws `not-ready`, naming what is wrong. */
  async requireReady(): Promise<void> {
    const fault = this.#isDraining ? undefined : await this.#shareCheck()
    if (this.#isDraining) throw notReady('it is shutting down')
    if (fault !== undefined) throw notReady(fault)
  }

  #shareCheck(): Promise<string | undefined> {
    const last = this.#check
    if (last && !(last.isOver && this.#now() - last.startedAt >= SHARE_MS)) return last.fault
    const fault = this.#findFault().finally(() => {
      check.isOver = true
    })
    const check = { startedAt: this.#now(), isOver: false, fault }
    this.#check = check
    return fault
  }

  /** The disk first: when it fails the database does too, and the disk is what somebody can put right. */
  async #findFault(): Promise<string | undefined> {
    return (await findDiskFault(this.#options.dataDir)) ?? (await this.#findDatabaseFault())
  }

  async #findDatabaseFault(): Promise<string | undefined> {
    const { repository } = this.#options
    try {
      await inTime(repository.ping())
      this.#isMigrated ||= await inTime(repository.isMigrated())
      return this.#isMigrated ? undefined : 'the database lacks migrations (run `vektor-server migrate`)'
    } catch {
      return 'the database does not answer'
    }
  }
}

function inTime<T>(check: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The check took too long.')), CHECK_TIMEOUT_MS)
    check.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

function notReady(reason: string): AppError {
  const detail = `This server cannot work right now: ${reason}. Try again later, or ask another replica.`
  return new AppError('not-ready', detail, { retryAfterSeconds: RETRY_AFTER_SECONDS })
}
