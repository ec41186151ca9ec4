import { type IPty, spawn } from '@lydell/node-pty'
import { Terminal as Screen } from '@xterm/headless'
import { builtCli } from './built-cli.ts'

export interface TerminalOptions {
  args: string[]
  environment: Record<string, string>
  columns?: number
  rows?: number
  /** As most terminals do. */
  tellsSize?: boolean
}

const PATIENCE_MS = 45_000

/** The built executable in a terminal of its own, and what its screen shows. */
export class TestTerminal implements AsyncDisposable {
  /** Everything that was written to the terminal. */
  output = ''
  exitCode: number | undefined
  readonly #screen: Screen
  readonly #pty: IPty
  readonly #watchers = new Set<() => void>()

  private constructor(pty: IPty, columns: number, rows: number) {
    this.#pty = pty
    this.#screen = new Screen({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true })
    this.#screen.onData((reply) => pty.write(reply))
    pty.onData((data) => {
      this.output += data
      this.#screen.write(data, () => this.#changed())
    })
    pty.onExit(({ exitCode }) => {
      this.exitCode = exitCode
      this.#screen.write('', () => this.#changed())
    })
  }

  static async open(options: TerminalOptions): Promise<TestTerminal> {
    const { args, environment, columns = 80, rows = 24, tellsSize = true } = options
    const env = { TERM: 'xterm-256color', ...environment }
    const command = [process.execPath, await builtCli(), ...args]
    const [program = '', ...rest] = tellsSize
      ? command
      : ['sh', '-c', 'stty cols 0 rows 0; exec "$@"', 'sh', ...command]
    const pty = spawn(program, rest, { cols: columns, rows, env, cwd: '/' })
    return new TestTerminal(pty, columns, rows)
  }

  type(keys: string): void {
    this.#pty.write(keys)
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows)
    this.#pty.resize(columns, rows)
  }

  /** What can be seen. */
  get visible(): string[] {
    const { baseY } = this.#screen.buffer.active
    return this.lines.slice(baseY)
  }

  /** The scrollback too. */
  get lines(): string[] {
    const buffer = this.#screen.buffer.active
    return Array.from({ length: buffer.length }, (_, row) => buffer.getLine(row)?.translateToString(true) ?? '')
  }

  get cursor(): { x: number; y: number } {
    const { cursorX: x, cursorY: y } = this.#screen.buffer.active
    return { x, y }
  }

  /** Waits until what can be seen holds `text`. */
  shows(text: string | RegExp): Promise<void> {
    return this.until(() => {
      const seen = this.visible.join('\n')
      return typeof text === 'string' ? seen.includes(text) : text.test(seen)
    }, `the screen to show ${text}`)
  }

  async exits(): Promise<number> {
    await this.until(() => this.exitCode !== undefined, 'the program to end')
    return this.exitCode ?? Number.NaN
  }

  until(condition: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = () => {
        if (!condition()) return
        clearTimeout(timer)
        this.#watchers.delete(check)
        resolve()
      }
      const timer = setTimeout(() => {
        this.#watchers.delete(check)
        reject(new Error(`Waited in vain for ${what}. The terminal holds:\n${this.lines.join('\n').trimEnd()}`))
      }, PATIENCE_MS)
      this.#watchers.add(check)
      check()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.exitCode === undefined) {
      this.#pty.kill('SIGKILL')
      await this.exits()
    }
    this.#screen.dispose()
  }

  /** Between the begin and the end of a synchronised update a real terminal shows nothing of it. */
  #changed(): void {
    if (
      this.exitCode === undefined &&
      this.output.lastIndexOf('\u001b[?2026h') > this.output.lastIndexOf('\u001b[?2026l')
    )
      return
    for (const watcher of [...this.#watchers]) watcher()
  }
}
