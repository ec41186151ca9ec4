import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { contractFetch } from './contract-fetch.ts'
import { PASSWORD, type ServerFetch, type SignedIn, signUp } from './sign-up.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface ServerProcessOptions {
  /** The data folder; a new one, removed at the end, if it is left out. */
  folder?: string
  /** A server whose data folder and database this one shall use too. */
  beside?: { database: TestDatabase }
  /** Nothing else is inherited. `VEKTOR_PORT` is any free one unless it is given. */
  env?: Readonly<Record<string, string>>
  /** No file of its grows longer than so many kilobytes: as on a full disk, what is written then fails in the middle. */
  longestFileKb?: number
}

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** Runs `vektor-server` with these arguments until it ends. */
export async function runServerCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Output(start(args, env)).ended
}

/** `vektor-server serve` as a process of its own, listening. Rejects with what it printed if it ends before. */
export async function startServerProcess(options: ServerProcessOptions = {}): Promise<ServerProcess> {
  const database = options.beside?.database ?? (await createTestDatabase('process', options.folder))
  const server = new ServerProcess(database, options)
  await server.start()
  return server
}

export class ServerProcess implements AsyncDisposable {
  readonly database: TestDatabase
  readonly #options: ServerProcessOptions
  #child: ChildProcess | undefined
  #output: Output | undefined
  #fetch: ServerFetch = fetch
  url = ''

  constructor(database: TestDatabase, options: ServerProcessOptions) {
    this.database = database
    this.#options = options
  }

  get folder(): string {
    return this.database.folder
  }

  async start(): Promise<void> {
    const env = { VEKTOR_PORT: '0', VEKTOR_DATA_DIR: this.folder, ...this.database.env, ...this.#options.env }
    this.#child = start(['serve'], env, this.#options.longestFileKb)
    this.#output = new Output(this.#child)
    const { url } = await this.event('listening')
    if (typeof url !== 'string') throw new TypeError('The server did not say where it listens.')
    this.url = url
    this.#fetch = contractFetch(url)
  }

  /** `fetch` with a path of the server, restarted or not; it fails where a response is not what the contract says. */
  readonly fetch: ServerFetch = (input, init) => this.#fetch(input, init)

  /** Makes an account and signs it in. */
  signUp(username: string, password = PASSWORD): Promise<SignedIn & { accountId: string }> {
    return signUp(this.fetch, username, password)
  }

  /** The lines of its log, as far as they have come. */
  get lines(): readonly string[] {
    return this.#running.lines
  }

  /** The first log event of this name, once it is there. */
  event(name: string): Promise<Record<string, unknown>> {
    return this.#running.event(name)
  }

  /** How it ended, once it has. */
  get ended(): Promise<Ended> {
    return this.#running.ended
  }

  /** Sends a signal; `ended` says what came of it. */
  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }

  /** Ends it, with SIGKILL unless told otherwise, and starts it again on the same folder, maybe on another port. */
  async restart(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.kill(signal)
    await this.ended
    await this.start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill('SIGKILL')
    await this.ended
    if (!this.#options.beside) await this.database[Symbol.asyncDispose]()
  }

  get #running(): Output {
    if (!this.#output) throw new TypeError('The server was not started.')
    return this.#output
  }
}

function start(args: readonly string[], env: Readonly<Record<string, string>>, longestFileKb?: number): ChildProcess {
  const limit = longestFileKb === undefined ? 'unlimited' : longestFileKb * 2
  return spawn('sh', ['-c', `ulimit -f ${limit}; exec "$0" "$@"`, process.execPath, MAIN, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** What a process prints, for those who wait for something in it. */
class Output {
  readonly lines: string[] = []
  readonly ended: Promise<Ended>
  #stderr = ''
  readonly #listeners = new Set<() => void>()

  constructor(child: ChildProcess) {
    const { stdout, stderr } = child
    if (!stdout || !stderr) throw new TypeError('The process has no pipes.')
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
    })
    createInterface({ input: stdout }).on('line', (line) => {
      this.lines.push(line)
      for (const listener of this.#listeners) listener()
    })
    this.ended = once(child, 'close').then(([code, signal]) => ({
      code,
      signal,
      stdout: this.lines.map((line) => `${line}\n`).join(''),
      stderr: this.#stderr,
    }))
  }

  async event(name: string): Promise<Record<string, unknown>> {
    const { promise, resolve } = Promise.withResolvers<Record<string, unknown>>()
    const look = () => {
      const found = this.lines.map(parse).find((event) => event?.msg === name)
      if (found) resolve(found)
    }
    this.#listeners.add(look)
    look()
    const over = this.ended.then(({ stdout, stderr }) => {
      look()
      throw new Error(`The server ended without "${name}":\n${stdout}${stderr}`)
    })
    return Promise.race([promise, over]).finally(() => this.#listeners.delete(look))
  }
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}
