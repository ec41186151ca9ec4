import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url))

/** A real server of its own: a free port, a data folder that goes with it. */
export async function startServer(): Promise<{ url: string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'vektor-example-'))
  const settings = { VEKTOR_DATA_DIR: folder, VEKTOR_HOST: '127.0.0.1', VEKTOR_PORT: '0', VEKTOR_LOG_FORMAT: 'json' }
  const server = spawn(process.execPath, [MAIN, 'serve'], {
    env: { PATH: process.env.PATH, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return {
    url: await listening(server),
    async [Symbol.asyncDispose]() {
      if (server.exitCode === null) {
        server.kill('SIGTERM')
        await once(server, 'exit')
      }
      await rm(folder, { recursive: true, force: true })
    },
  }
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
