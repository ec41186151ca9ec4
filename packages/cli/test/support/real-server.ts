import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url))

/** A Vektor server of its own: a free port, a data folder that goes with it. */
export class RealServer implements AsyncDisposable {
  readonly url: string
  /** Its data folder. */
  readonly folder: string
  readonly #process: ChildProcess

  private constructor(url: string, process: ChildProcess, folder: string) {
    this.url = url
    this.folder = folder
    this.#process = process
  }

  /** With these settings besides those that a test needs; nothing else is inherited. */
  static async start(more: Readonly<Record<string, string>> = {}): Promise<RealServer> {
    const folder = await mkdtemp(join(tmpdir(), 'vektor-cli-server-'))
    const settings = { VEKTOR_DATA_DIR: folder, VEKTOR_PORT: '0', VEKTOR_LOG_FORMAT: 'json', ...more }
    const server = spawn(process.execPath, [MAIN, 'serve'], {
      env: { PATH: process.env.PATH, ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    for await (const line of createInterface(server.stdout)) {
      const { msg, url }: { msg?: string; url?: string } = JSON.parse(line)
      if (msg !== 'listening' || !url) continue
      server.stdout.resume()
      return new RealServer(url, server, folder)
    }
    throw new Error('The server stopped before it listened.')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode === null) {
      this.#process.kill('SIGTERM')
      await once(this.#process, 'exit')
    }
    await rm(this.folder, { recursive: true, force: true })
  }
}
