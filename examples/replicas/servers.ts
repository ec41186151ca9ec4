import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url))

/** Slow enough that there is a middle of an answer to be killed in. */
const WORD_DELAY_MS = 100

/** What all servers have in common. */
export interface Shared {
  databaseUrl: string
  folder: string
}

/** The configuration folder that the servers share: a model that needs no key. */
export async function writeModels({ folder }: Shared): Promise<void> {
  const models = join(folder, 'config', 'models')
  await mkdir(models, { recursive: true })
  const eliza = { description: 'eliza, who takes her time', provider: 'eliza', word_delay_ms: WORD_DELAY_MS }
  await writeFile(join(models, 'eliza.json'), JSON.stringify(eliza))
}

/** One `vektor-server` process. Once it is killed another one takes its name, as a supervisor would see to. */
export class Server {
  readonly name: string
  readonly #shared: Shared
  #process: ChildProcess | undefined
  url = ''

  constructor(name: string, shared: Shared) {
    this.name = name
    this.#shared = shared
  }

  async start(): Promise<void> {
    const { databaseUrl, folder } = this.#shared
    const settings = {
      VEKTOR_DATABASE_URL: databaseUrl,
      VEKTOR_SECRET: 'the secret that all servers of this example share',
      VEKTOR_CONFIG_DIR: join(folder, 'config'),
      VEKTOR_DATA_DIR: join(folder, this.name),
      VEKTOR_HOST: '127.0.0.1',
      VEKTOR_PORT: '0',
      VEKTOR_LOG_FORMAT: 'json',
      VEKTOR_TRUST_PROXY: '127.0.0.1',
    }
    this.#process = spawn(process.execPath, [MAIN, 'serve'], {
      env: { PATH: process.env.PATH, ...settings },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.url = await listening(this.#process)
  }

  async kill(): Promise<void> {
    const running = this.#process
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    running.kill('SIGKILL')
    await once(running, 'exit')
  }
}

/** The address that the server logs once it listens. */
async function listening({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('The server has no output to read.')
  for await (const line of createInterface(stdout)) {
    const { msg, url }: { msg?: string; url?: string } = JSON.parse(line)
    if (msg !== 'listening' || !url) continue
    stdout.resume()
    return url
  }
  throw new Error('The server stopped before it listened.')
}
