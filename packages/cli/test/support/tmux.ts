import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { builtCli } from './built-cli.ts'
import type { TerminalOptions } from './terminal.ts'

const PATIENCE_MS = 30_000
const LOOK_EVERY_MS = 50

/** The built executable in a tmux of its own: a terminal that others wrote, with a scrollback. */
export class Tmux implements Disposable {
  readonly #socket = `vektor-${randomUUID()}`

  static async open({ args, environment, columns = 80, rows = 24 }: TerminalOptions): Promise<Tmux> {
    const tmux = new Tmux()
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
    // The shell stays when the program has ended, so that what it left behind can be looked at.
    const program = [process.execPath, await builtCli(), ...args].map(quote).join(' ')
    const command = ['env', '-i', ...variables, 'TERM=tmux-256color', 'sh', '-c', `${program}; echo ended $?; cat`]
    tmux.#run('-f', '/dev/null', 'new-session', '-d', '-x', String(columns), '-y', String(rows), ...command)
    tmux.#run('set-option', '-g', 'history-limit', '20000')
    return tmux
  }

  type(text: string): void {
    this.#run('send-keys', '-l', text)
  }

  press(key: string): void {
    this.#run('send-keys', key)
  }

  resize(columns: number, rows: number): void {
    this.#run('resize-window', '-x', String(columns), '-y', String(rows))
  }

  /** Everything, the scrollback first. Lines that the terminal wrapped are one. */
  get lines(): string[] {
    return this.#run('capture-pane', '-p', '-J', '-S', '-')
      .split('\n')
      .map((line) => line.trimEnd())
  }

  shows(text: string): Promise<void> {
    return this.until((rows) => rows.some((row) => row.includes(text)), text)
  }

  /** Waits for something to be true of the rows that can be seen. */
  async until(condition: (rows: string[]) => boolean, what: string): Promise<void> {
    const end = Date.now() + PATIENCE_MS
    while (!condition(this.#run('capture-pane', '-p').split('\n'))) {
      if (Date.now() > end) throw new Error(`Waited in vain for ${what}. The terminal holds:\n${this.lines.join('\n')}`)
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
    }
  }

  [Symbol.dispose](): void {
    this.#run('kill-server')
  }

  #run(...args: string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8' })
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
