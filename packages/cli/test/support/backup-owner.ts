import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Home } from './home.ts'
import { type Run, runVektor } from './run-vektor.ts'

const PASSWORD = 'correct horse battery\n'

/** Somebody with an account on a server, and something to lose. */
export class BackupOwner implements AsyncDisposable {
  readonly home: Home
  readonly #username: string
  readonly #environment: Record<string, string>

  private constructor(home: Home, url: string, username: string) {
    this.home = home
    this.#username = username
    this.#environment = home.environment({ VEKTOR_URL: url })
  }

  static async register(url: string, username: string): Promise<BackupOwner> {
    const owner = new BackupOwner(await Home.create(), url, username)
    const args = ['register', '--email', `${username}@example.com`, '--username', username]
    await owner.vektor(args, PASSWORD)
    return owner
  }

  /** By another way to the server. */
  async signIn(url: string): Promise<void> {
    await this.vektor(['login', '--username', this.#username], PASSWORD, { VEKTOR_URL: url })
  }

  /** Runs there, as a script does. */
  vektor(args: string[], stdin?: string, more: Record<string, string> = {}): Promise<Run> {
    return runVektor(args, { ...this.#environment, ...more }, stdin)
  }

  /** The same, of what must succeed; gives what it printed as JSON. */
  async json(args: string[]) {
    const { exitCode, stdout, stderr } = await this.vektor([...args, '--json'])
    if (exitCode !== 0) throw new Error(`vektor ${args.join(' ')} ended with ${exitCode}: ${stderr}${stdout}`)
    return JSON.parse(stdout)
  }

  path(name: string): string {
    return join(this.home.path, name)
  }

  /** A conversation that gzip makes no smaller: its archive comes in many pieces. */
  async remember(title: string, bytes = 400_000): Promise<void> {
    const parts = (text: string) => ({ content_type: 'text', parts: [text] })
    const message = (id: string, role: string, text: string) => ({ id, author: { role }, content: parts(text) })
    const mapping = {
      q: { id: 'q', parent: null, children: ['a'], message: message('q', 'user', 'What was it?') },
      a: {
        id: 'a',
        parent: 'q',
        children: [],
        message: message('a', 'assistant', randomBytes((bytes * 3) / 4).toString('base64')),
      },
    }
    const file = this.path('remembered.json')
    const conversation = { title, create_time: 1_710_000_000, mapping, current_node: 'a', conversation_id: title }
    await writeFile(file, JSON.stringify([conversation]))
    await this.json(['history', 'import', file])
  }

  async titles(): Promise<string[]> {
    const conversations: { title: string }[] = await this.json(['history', '--all'])
    return conversations.map(({ title }) => title).sort()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.home[Symbol.asyncDispose]()
  }
}
