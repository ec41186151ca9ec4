import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type App, openApp } from '../../src/app.ts'
import { parseConfig } from '../../src/config/config.ts'
import { type Listening, listen } from '../../src/listen.ts'
import { createLog } from '../../src/log.ts'
import { contractFetch } from './contract-fetch.ts'
import { PASSWORD, type ServerFetch, type SignedIn, signIn, signUp } from './sign-up.ts'
import { createTestDatabase, type TestDatabase } from './test-database.ts'

export interface TestServerOptions {
  /** Settings and variables for the configuration files; the environment of the test itself is not inherited. */
  env?: Readonly<Record<string, string>>
  /** The data folder; a new one, removed at the end, if it is left out. */
  folder?: string
  /** A server whose data folder and database this one shall use too. */
  beside?: { database: TestDatabase }
  /** What eliza waits between two words: nothing, unless a test wants to be there while it answers. */
  wordDelayMs?: number
}

/** Tests ask more, in a minute and from one address, than people do. */
const UNHURRIED = { VEKTOR_PORT: '0', VEKTOR_RATE_LIMIT: '10000000', VEKTOR_STREAM_LIMIT: '20000' }

/** The real server, in this process, on a free port, with a data folder and a database of its own. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const database = options.beside?.database ?? (await createTestDatabase('server', options.folder))
  const server = new TestServer(database, options)
  await server.start()
  return server
}

export class TestServer implements AsyncDisposable {
  readonly database: TestDatabase
  /** The lines of its log, restarts included. */
  readonly logs: string[] = []
  readonly #options: TestServerOptions
  #running: { app: App; listening: Listening; fetch: ServerFetch } | undefined

  constructor(database: TestDatabase, options: TestServerOptions) {
    this.database = database
    this.#options = options
  }

  async start(): Promise<void> {
    const { env, folder } = this.database
    const config = parseConfig({ ...UNHURRIED, VEKTOR_DATA_DIR: folder, ...env, ...this.#options.env }, false)
    await this.#writeEliza(config.configDir)
    const log = await createLog(config, { write: (line) => this.logs.push(line) })
    const app = await openApp(config, log)
    const listening = await listen(app.listener, config, { log })
    this.#running = { app, listening, fetch: contractFetch(listening.url) }
  }

  get folder(): string {
    return this.database.folder
  }

  get app(): App {
    return this.#get().app
  }

  get url(): string {
    return this.#get().listening.url
  }

  /** `fetch` with a path of the server, restarted or not; it fails where a response is not what the contract says. */
  readonly fetch: ServerFetch = (input, init) => this.#get().fetch(input, init)

  /** Ends it in an orderly way and starts it again on the same folder, on another port. */
  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  async stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.listening[Symbol.asyncDispose]()
    await running?.app[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    if (!this.#options.beside) await this.database[Symbol.asyncDispose]()
  }

  /** Makes an account and signs it in. */
  signUp(username: string, password = PASSWORD): Promise<SignedIn & { accountId: string }> {
    return signUp(this.fetch, username, password)
  }

  /** Signs in on one more device. */
  signIn(username: string, password = PASSWORD): Promise<SignedIn> {
    return signIn(this.fetch, username, password)
  }

  async #writeEliza(configDir: string): Promise<void> {
    const folder = join(configDir, 'models')
    await mkdir(folder, { recursive: true })
    const { wordDelayMs = 0 } = this.#options
    const eliza = { description: 'eliza, in a hurry', provider: 'eliza', word_delay_ms: wordDelayMs }
    await writeFile(join(folder, 'eliza.json'), JSON.stringify(eliza))
  }

  #get() {
    if (!this.#running) throw new TypeError('The server is not running.')
    return this.#running
  }
}
