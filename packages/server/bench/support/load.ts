import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Wish } from './programs.ts'

export interface Stream {
  type: 'stream'
  /** Where `POST` begins a stream. */
  url: string
  token: string
  /** At once. */
  streams: number
  /** How many each of them, one after the other. */
  rounds: number
  /** Of each answer, whoever asked for it included. */
  viewers: number
  wish: Wish
}

export interface Hold {
  type: 'hold'
  /** Where `GET` begins a stream. */
  url: string
  token: string
  streams: number
}

export type Command = Stream | Hold | { type: 'release' }

export interface Outcome {
  /** Milliseconds from the upstream's writing of a chunk to the client's reading of it. */
  latency: { p50: number; p99: number }
}

/** Clients, in a process of their own so that what they cost is not counted. */
export class Load implements AsyncDisposable {
  readonly #process: ChildProcess

  constructor() {
    this.#process = fork(fileURLToPath(new URL('./load-client.ts', import.meta.url)))
  }

  async run(command: Command): Promise<Outcome> {
    this.#process.send(command)
    const [reply]: (Outcome | { error: string })[] = await once(this.#process, 'message')
    if (!reply || 'error' in reply) throw new Error(reply?.error ?? 'The clients said nothing.')
    return reply
  }

  /** Keeps `hold` open while `work` runs. */
  async during(hold: Omit<Hold, 'type'>, work: () => Promise<void>): Promise<void> {
    await this.run({ type: 'hold', ...hold })
    await work()
    await this.run({ type: 'release' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill()
    await once(this.#process, 'exit')
  }
}
