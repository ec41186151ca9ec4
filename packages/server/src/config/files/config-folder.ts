import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../../app-error.ts'
import type { Log } from '../../log.ts'
import { createPrivateFile, replacePrivateFile, syncFolder } from '../../private-file.ts'
import type { Environment } from '../config.ts'
import type { ConfigFault } from './config-fault.ts'
import { FolderReading } from './folder-reading.ts'
import { type ConfigSource, LiveConfig } from './live-config.ts'

export interface ConfigFolderOptions {
  path: string
  /** What `${NAME}` in its files is replaced from. */
  environment: Environment
  log: Log
}

/** The folder of the configuration files, which people edit while the server runs. */
export class ConfigFolder {
  readonly path: string
  readonly log: Log
  readonly #environment: Environment
  readonly #opened: Pick<LiveConfig<unknown>, 'faults'>[] = []

  constructor({ path, environment, log }: ConfigFolderOptions) {
    this.path = path
    this.log = log
    this.#environment = environment
  }

  /** Throws `ConfigFileError` for files that no server can start with. */
  async open<Value>(source: ConfigSource<Value>): Promise<LiveConfig<Value>> {
    const startReading = () => new FolderReading(this.path, this.#environment)
    const live = await LiveConfig.open({ ...source, startReading, log: this.log })
    this.#opened.push(live)
    return live
  }

  /** All that is wrong with its files now. What they said last, when they were whole, is in force. */
  listFaults(): ConfigFault[] {
    return this.#opened.flatMap(({ faults }) => faults)
  }

  /** Puts a file in the place of the old one. Throws `config-read-only`. */
  write(path: string, content: object): Promise<void> {
    return this.#change(() => replacePrivateFile(join(this.path, path), toText(content)))
  }

  /** Writes a file if there is none, and this may be done. */
  async offer(path: string, content: object): Promise<void> {
    await createPrivateFile(join(this.path, path), toText(content)).catch(() => undefined)
  }

  /** Removes a file. Throws `config-read-only`. */
  remove(path: string): Promise<void> {
    const file = join(this.path, path)
    return this.#change(async () => {
      await rm(file, { force: true })
      await syncFolder(dirname(file))
    })
  }

  async #change(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (cause) {
      throw isSystemError(cause) ? readOnly(cause) : cause
    }
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}

function readOnly(cause: NodeJS.ErrnoException): AppError {
  const detail = `Change the files of the config folder where they come from: the server cannot write them (${cause.code}).`
  return new AppError('config-read-only', detail, { cause })
}

function toText(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`
}
