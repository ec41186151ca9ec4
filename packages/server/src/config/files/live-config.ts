import type { Log } from '../../log.ts'
import type { ConfigFault } from './config-fault.ts'
import { ConfigFileError } from './config-file-error.ts'
import type { FolderReading } from './folder-reading.ts'

/** What came of reading files. */
export interface Loaded<Value> {
  /** Left out where nothing can be made of them. */
  value?: Value
  /** All that is wrong with them. */
  faults: readonly ConfigFault[]
}

/** Something that the config folder says. */
export interface ConfigSource<Value> {
  /** Names it in the log. */
  name: string
  /** What is in force, if there is something yet, can lend what the files lack. */
  load(reading: FolderReading, current: Value | undefined): Promise<Loaded<Value>>
  /** What the log tells of it when it changes. */
  describe(value: Value): object
}

interface LiveConfigOptions<Value> extends ConfigSource<Value> {
  startReading(): FolderReading
  log: Log
}

/**
 * How often it looks. It asks for the state of a few files and does not wait to be told: of what is changed on a shared
 * volume by another machine, the file system tells nobody.
 */
const LOOK_INTERVAL_MS = 300

/** Something that the config folder says, as of now: what is changed there takes hold within a second. The last good one wins. */
export class LiveConfig<Value> implements AsyncDisposable {
  readonly #options: LiveConfigOptions<Value>
  readonly #timer: NodeJS.Timeout
  #current: Value
  #reading: FolderReading
  /** A change that was seen once. It is taken in when it is still the same at the next look: whoever writes it is done. */
  #unsettled: string | undefined
  #faults: readonly ConfigFault[] = []
  /** One thing after the other. */
  #work: Promise<void> = Promise.resolve()

  private constructor(options: LiveConfigOptions<Value>, current: Value, reading: FolderReading) {
    this.#options = options
    this.#current = current
    this.#reading = reading
    this.#timer = setInterval(() => this.#look(), LOOK_INTERVAL_MS).unref()
  }

  /** Throws `ConfigFileError` for files that no server can start with. */
  static async open<Value>(options: LiveConfigOptions<Value>): Promise<LiveConfig<Value>> {
    const reading = options.startReading()
    const { value, faults } = await options.load(reading, undefined)
    if (value === undefined || faults.length > 0) throw new ConfigFileError(toTexts(faults, reading))
    options.log.info({ config: options.name, ...options.describe(value) }, 'config-loaded')
    return new LiveConfig(options, value, reading)
  }

  /** What is in force. It never changes: what was edited makes a new one. */
  get current(): Value {
    return this.#current
  }

  /** What is wrong with the files as they were read last. */
  get faults(): readonly ConfigFault[] {
    return this.#faults
  }

  /** Takes in what has changed by now, for whoever needs to know or has written it. */
  refresh(): Promise<void> {
    return this.#enqueue(async () => {
      if ((await this.#reading.look()) !== this.#reading.seen) await this.#reload()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#work
  }

  #look(): void {
    this.#enqueue(async () => {
      const seen = await this.#reading.look()
      const isNew = seen !== this.#reading.seen
      const isSettled = seen === this.#unsettled
      this.#unsettled = isNew && !isSettled ? seen : undefined
      if (isNew && isSettled) await this.#reload()
    }).catch((err: unknown) => this.#options.log.error({ config: this.#options.name, err }, 'config-watch-failed'))
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(work)
    this.#work = done.catch(() => undefined)
    return done
  }

  async #reload(): Promise<void> {
    const reading = this.#options.startReading()
    const { value, faults } = await this.#options.load(reading, this.#current)
    const isNews = !reading.equals(this.#reading)
    this.#reading = reading
    // Touched, and no more: there is nothing to tell, and what is in force keeps what it has learnt.
    if (!isNews) return
    if (value !== undefined) this.#current = value
    this.#report(faults)
  }

  #report(faults: readonly ConfigFault[]): void {
    const { log, name, describe } = this.#options
    const isRepaired = this.#faults.length > 0
    this.#faults = faults
    if (faults.length > 0) log.error({ config: name, faults: toTexts(faults, this.#reading) }, 'config-broken')
    else log.info({ config: name, ...describe(this.#current) }, isRepaired ? 'config-repaired' : 'config-reloaded')
  }
}

function toTexts(faults: readonly ConfigFault[], reading: FolderReading): string[] {
  return faults.map((fault) => reading.describe(fault))
}
