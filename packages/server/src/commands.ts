import { type Config, ConfigError, findUnknownSettings, loadConfig } from './config/config.ts'
import { createLog, type Log } from './log.ts'
import { openDatabase } from './open-database.ts'
import { Resources } from './resources.ts'
import { serve as serveUntilStopped } from './serve.ts'
import { explainStartFault } from './start-fault.ts'

type Exit = (code: number) => never

const FAILED = 1
const WRONG_SETTINGS = 2

/** Load balancers and supervisors kill what takes longer: whatever hangs by then is not worth their SIGKILL. */
const END_WITHIN_MS = 9_500

/** `vektor-server serve` */
export async function serve(exit: Exit): Promise<number> {
  return withConfig(async (config, log) => {
    process.on('uncaughtException', (err) => {
      log.fatal({ err }, 'crashed')
      exit(FAILED)
    })
    await serveUntilStopped({ config, log, stop: stopSignal(log, exit) })
    log.info('stopped')
  })
}

/** `vektor-server migrate` */
export async function migrate(): Promise<number> {
  return withConfig(async (config, log) => {
    await using resources = new Resources()
    const { ran } = await openDatabase(config, log, resources)
    process.stdout.write(ran.length === 0 ? 'The tables are up to date.\n' : `Ran ${ran.join(', ')}.\n`)
  })
}

/** Ctrl-C reaches a server twice when it runs under a package manager, from the terminal and from there. */
const SAME_SIGNAL_MS = 500

/** Aborted by the first SIGTERM or SIGINT; the second ends the process at once. What is committed stays committed. */
function stopSignal(log: Log, exit: Exit): AbortSignal {
  const stop = new AbortController()
  let stoppedAt = 0
  const onSignal = (signal: string) => {
    if (stop.signal.aborted) {
      if (performance.now() - stoppedAt > SAME_SIGNAL_MS) exit(FAILED)
      return
    }
    stoppedAt = performance.now()
    log.info({ signal }, 'stopping')
    stop.abort()
    setTimeout(() => {
      log.error('stop-timed-out')
      exit(FAILED)
    }, END_WITHIN_MS).unref()
  }
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal)
  return stop.signal
}

/** Whatever an operator can put right is a sentence on stderr; a stack trace means a mistake of ours. */
async function withConfig(work: (config: Config, log: Log) => Promise<void>): Promise<number> {
  try {
    return await attempt(work, loadConfig())
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    return WRONG_SETTINGS
  }
}

async function attempt(work: (config: Config, log: Log) => Promise<void>, config: Config): Promise<number> {
  // What the server writes is nobody else's to read, wherever the data folder came from.
  process.umask(0o077)
  const log = await createLog(config)
  for (const unknown of findUnknownSettings(config.environment)) log.warn(unknown, 'unknown-setting')
  try {
    await work(config, log)
    return 0
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const sentence = explainStartFault(error, config)
    if (sentence === undefined) log.fatal({ err: error }, 'crashed')
    else process.stderr.write(`${sentence}\n`)
    return FAILED
  }
}
