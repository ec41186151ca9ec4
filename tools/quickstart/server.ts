import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { inRoot } from '../support/root.ts'
import { type Folder, ownEnvironment } from './folder.ts'
import { QuickstartError } from './quickstart-error.ts'

export interface RunningServer extends AsyncDisposable {
  url: string
}

/** Starts the built server on a free port. It ends with what is returned, or as soon as `signal` is aborted. */
export async function startServer(folder: Folder, signal: AbortSignal): Promise<RunningServer> {
  const settings = {
    VEKTOR_DATA_DIR: join(folder.path, 'data'),
    VEKTOR_HOST: '127.0.0.1',
    VEKTOR_PORT: '0',
    VEKTOR_LOG_FORMAT: 'json',
  }
  signal.throwIfAborted()
  const server = spawn(process.execPath, [inRoot('packages/server/dist/main.js'), 'serve'], {
    cwd: folder.path,
    env: { ...ownEnvironment(), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const end = () => server.kill('SIGTERM')
  signal.addEventListener('abort', end)
  process.once('exit', end)
  const dispose = async () => {
    end()
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
    signal.removeEventListener('abort', end)
    process.removeListener('exit', end)
  }
  try {
    const url = await listening(server, join(folder.path, 'server.log'))
    signal.throwIfAborted()
    return { url, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

/** The address that it logs once it listens. All that it logs goes into a file, for whoever wants to know. */
function listening(server: ChildProcess, logFile: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const log = createWriteStream(logFile, { mode: 0o600 })
  const last: string[] = []
  for (const input of [server.stdout, server.stderr]) {
    if (!input) continue
    createInterface({ input }).on('line', (line) => {
      log.write(`${line}\n`)
      last.push(line)
      if (last.length > 15) last.shift()
      const url = findUrl(line)
      if (url) resolve(url)
    })
  }
  server.on('error', reject)
  server.on('close', () => {
    log.end()
    reject(new QuickstartError(`The server did not start. The last that it said:\n\n${last.join('\n')}`))
  })
  return promise
}

function findUrl(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined
  const { msg, url }: { msg?: unknown; url?: unknown } = JSON.parse(line)
  return msg === 'listening' && typeof url === 'string' ? url : undefined
}
