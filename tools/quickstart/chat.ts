import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { inRoot } from '../support/root.ts'
import { run } from '../support/run.ts'
import { type Folder, ownEnvironment } from './folder.ts'
import { QuickstartError } from './quickstart-error.ts'

const ACCOUNT = { username: 'you', email: 'you@example.com' }
const OFFLINE_MODEL = 'eliza'
const QUESTION = 'Hello! Who are you?'
const VEKTOR = inRoot('packages/cli/dist/vektor.js')

/** The built command line, with a profile that lives in the folder of this run. */
export class Chat {
  readonly #folder: Folder
  readonly #signal: AbortSignal
  readonly #env: NodeJS.ProcessEnv

  constructor(folder: Folder, url: string, signal: AbortSignal) {
    this.#folder = folder
    this.#signal = signal
    const home = join(folder.path, 'home')
    this.#env = {
      ...ownEnvironment(),
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_STATE_HOME: join(home, 'state'),
      XDG_DATA_HOME: join(home, 'data'),
      XDG_CACHE_HOME: join(home, 'cache'),
      VEKTOR_URL: url,
      VEKTOR_GOODBYE: 'npx pnpm@12 quickstart opens this conversation again.',
    }
  }

  /** Signs in with the account of an earlier run, or else makes one. Returns its name. */
  async signIn(): Promise<string> {
    const { username, email } = ACCOUNT
    const input = await this.#password()
    const login = await this.#vektor(['login', '--username', username], input)
    if (!login.isSuccess) await this.#expect(['register', '--username', username, '--email', email], input)
    return username
  }

  /** The next run has another port, and so signs in again. A server that is gone needs no farewell. */
  async signOut(): Promise<void> {
    await this.#vektor(['logout'])
  }

  /** Opens the terminal view, on the last conversation if there is one. */
  async open(): Promise<void> {
    const last = await this.#lastConversation()
    const model = last && (await this.#canAnswer(last.model)) ? [] : ['--model', OFFLINE_MODEL]
    await this.#show(['chat', ...(last ? ['--continue'] : []), ...model])
  }

  /** Asks one question, and shows the answer as it comes and then all that the server has stored of it. */
  async askOnce(): Promise<void> {
    await this.#showCommand(['chat', '--model', OFFLINE_MODEL, QUESTION])
    const conversation = await this.#lastConversation()
    if (!conversation) throw new QuickstartError('The server has stored no conversation.')
    await this.#showCommand(['history', 'show', conversation.id])
  }

  async #lastConversation(): Promise<{ id: string; model: string } | undefined> {
    return JSON.parse(await this.#expect(['history', '--limit', '1', '--json']))[0]
  }

  /** The key that an earlier run had may be missing now. */
  async #canAnswer(name: string): Promise<boolean> {
    const models: { name: string; available: boolean }[] = JSON.parse(await this.#expect(['models', '--json']))
    return models.some((model) => model.name === name && model.available)
  }

  async #showCommand(args: string[]): Promise<void> {
    const words = args.map((word) => (word.includes(' ') ? `"${word}"` : word))
    console.log(`\n${styleText('dim', `$ vektor ${words.join(' ')}`)}`)
    await this.#show(args)
  }

  /** Runs a command on the terminal, or whatever there is instead. */
  async #show(args: string[]): Promise<void> {
    const stdin = process.stdin.isTTY ? 'inherit' : 'ignore'
    const options = { env: this.#env, signal: this.#signal }
    const child = spawn(process.execPath, [VEKTOR, ...args], { ...options, stdio: [stdin, 'inherit', 'inherit'] })
    const [code] = await once(child, 'close')
    if (code !== 0) throw new QuickstartError(`vektor ${args[0]} ended with ${code}.`)
  }

  async #expect(args: string[], input?: string): Promise<string> {
    const { isSuccess, output } = await this.#vektor(args, input)
    if (!isSuccess) throw new QuickstartError(`vektor ${args[0]} failed:\n${output}`)
    return output
  }

  async #vektor(args: string[], input?: string) {
    const result = await run(process.execPath, [VEKTOR, ...args], {
      env: this.#env,
      signal: this.#signal,
      ...(input === undefined ? {} : { input }),
    })
    this.#signal.throwIfAborted()
    return result
  }

  /** Made once, and kept where only its owner can read it. */
  async #password(): Promise<string> {
    const file = join(this.#folder.path, 'password')
    const kept = await readFile(file, 'utf8').catch(() => undefined)
    if (kept) return kept
    const password = `${randomBytes(18).toString('base64url')}\n`
    await writeFile(file, password, { mode: 0o600 })
    return password
  }
}
