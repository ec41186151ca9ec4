import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface RunningServer extends AsyncDisposable {
  url: string
  process: ChildProcess
}

/** The real server, as a process of its own whose cost can be told apart. */
export async function startServer(dataDir: string, settings: Record<string, string> = {}): Promise<RunningServer> {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
  const env = { VEKTOR_DATA_DIR: dataDir, VEKTOR_PORT: '0', VEKTOR_LOG_FORMAT: 'json', ...settings }
  const server = spawn(process.execPath, ['--conditions=vektor-source', main, 'serve'], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface(server.stdout)) {
    const { msg, url }: { msg?: string; url?: string } = JSON.parse(line)
    if (msg !== 'listening' || !url) continue
    server.stdout.resume()
    return {
      url,
      process: server,
      async [Symbol.asyncDispose]() {
        server.kill('SIGTERM')
        await once(server, 'exit')
      },
    }
  }
  throw new Error('The server stopped before it listened.')
}
