import { once } from 'node:events'
import { styleText } from 'node:util'
import { openApp } from './app.ts'
import type { Config } from './config/config.ts'
import { listen } from './listen.ts'
import type { Log } from './log.ts'
import { readVersion } from './version.ts'

/** Where the command line client looks without being told. */
const DEFAULT_URL = 'http://127.0.0.1:8000'

export interface ServeOptions {
  config: Config
  log: Log
  /** Aborted when the server shall finish what it has and end. */
  stop: AbortSignal
}

/** Runs the server until it is told to stop and has finished what it had. */
export async function serve({ config, log, stop }: ServeOptions): Promise<void> {
  await using app = await openApp(config, log)
  await using server = await listen(app.listener, config, { log })
  announce(server.url, config, log)
  if (!stop.aborted) await once(stop, 'abort')
  log.info('draining')
  await app.drain()
}

function announce(url: string, { dataDir, host, logFormat }: Config, log: Log): void {
  if (logFormat === 'pretty') process.stdout.write(greeting(url, dataDir))
  else log.info({ url, host, dataDir, version: readVersion() }, 'listening')
}

function greeting(url: string, dataDir: string): string {
  const flag = url === DEFAULT_URL ? '' : ` --url ${url}`
  const label = (text: string) => styleText('dim', text.padEnd(8))
  return `
  ${styleText('bold', `Vektor ${readVersion()}`)} is listening on ${styleText('cyan', url)}

  ${label('Data')}${dataDir}
  ${label('Next')}vektor register${flag}, then vektor chat
  ${label('Stop')}Ctrl-C: running answers are finished and kept

`
}
