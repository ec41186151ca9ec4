import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../packages/server/dist/main.js', import.meta.url))

export interface Server extends AsyncDisposable {
  url: string
  stop(): Promise<void>
}

/** A real server on a free port, with its data in a folder. */
export async function startServer(folder: string): Promise<Server> {
  const settings = { VEKTOR_DATA_DIR: join(folder, 'data'), VEKTOR_PORT: '0', VEKTOR_LOG_FORMAT: 'json' }
  const server = spawn(process.execPath, [MAIN, 'serve'], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const stop = async () => {
    if (server.exitCode !== null) return
    server.kill('SIGTERM')
    await once(server, 'exit')
  }
  return { url: await listening(server), stop, [Symbol.asyncDispose]: stop }
}

/** The address that the server logs once it listens. */
async function listening(server: ChildProcess): Promise<string> {
  if (!server.stdout) throw new Error('The server has no output to read.')
  for await (const line of createInterface(server.stdout)) {
    const { msg, url }: { msg?: string; url?: string } = JSON.parse(line)
    if (msg !== 'listening' || !url) continue
    server.stdout.resume()
    return url
  }
  throw new Error('The server stopped before it listened.')
}
