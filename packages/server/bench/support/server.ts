import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface RunningServer extends AsyncDisposable {
  url: string
  process: ChildProcess
}

/** The real server, as a process of its own whose cost can be told apart, with the options that its first line gives it. */
export function startServer(dataDir: string, settings: Record<string, string> = {}): Promise<RunningServer> {
  const env = { VEKTOR_DATA_DIR: dataDir, VEKTOR_PORT: '0', VEKTOR_LOG_FORMAT: 'json', ...settings }
  return start(['../../src/main.ts', 'serve'], env)
}

/** A program of this folder that says where it listens as the server does. */
export function startProgram(
  name: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<RunningServer> {
  return start([`./${name}`, ...args], env)
}

async function start([module = '', ...args]: string[], env: Record<string, string>): Promise<RunningServer> {
  const main = fileURLToPath(new URL(module, import.meta.url))
  const server = spawn(process.execPath, ['--max-semi-space-size=16', '--conditions=vektor-source', main, ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface(server.stdout)) {
    const { url }: { url?: string } = JSON.parse(line)
    if (!url) continue
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
