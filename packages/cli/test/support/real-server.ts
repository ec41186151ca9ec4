import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url))

export interface RealServerOptions {
  /** Where the model `written` is to be asked, beside those that every server has. */
  modelUrl?: string
  /** Besides those that a test needs; nothing else is inherited. */
  settings?: Readonly<Record<string, string>>
}

/** A Vektor server of its own: a free port, a data folder that goes with it. */
export class RealServer implements AsyncDisposable {
  url = ''
  /** Its data folder. */
  readonly folder: string
  readonly #settings: Readonly<Record<string, string>>
  #process: ChildProcess | undefined

  private constructor(folder: string, settings: Readonly<Record<string, string>>) {
    this.folder = folder
    this.#settings = settings
  }

  static async start({ modelUrl, settings = {} }: RealServerOptions = {}): Promise<RealServer> {
    const server = new RealServer(await mkdtemp(join(tmpdir(), 'vektor-cli-server-')), settings)
    if (modelUrl !== undefined) await server.#writeModel(modelUrl)
    await server.start('0')
    return server
  }

  /** Ends it; `start` has it back. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#process?.exitCode !== null || this.#process.signalCode !== null) return
    this.#process.kill(signal)
    await once(this.#process, 'exit')
  }

  /** On the same folder and, unless told otherwise, the same port. */
  async start(port = new URL(this.url).port): Promise<void> {
    const own = { VEKTOR_DATA_DIR: this.folder, VEKTOR_PORT: port, VEKTOR_LOG_FORMAT: 'json' }
    const server = spawn(process.execPath, [MAIN, 'serve'], {
      env: { PATH: process.env.PATH, ...own, ...this.#settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#process = server
    for await (const line of createInterface(server.stdout)) {
      const { msg, url }: { msg?: string; url?: string } = JSON.parse(line)
      if (msg !== 'listening' || !url) continue
      server.stdout.resume()
      this.url = url
      return
    }
    throw new Error('The server stopped before it listened.')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await rm(this.folder, { recursive: true, force: true })
  }

  async #writeModel(modelUrl: string): Promise<void> {
    const config = join(this.folder, 'config')
    await mkdir(join(config, 'models'), { recursive: true })
    const written = { description: 'Written by a test.', provider: 'openai-compatible', model: 'written' }
    await writeFile(
      join(config, 'models/written.json'),
      JSON.stringify({ ...written, endpoints: [{ base_url: modelUrl }] }),
    )
    await writeFile(
      join(config, 'model_configs.json'),
      JSON.stringify([{ name: 'written', path: 'models/written.json' }]),
    )
  }
}
