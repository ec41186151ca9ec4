import type { Log } from './log.ts'

const MINUTE_MS = 60_000

/** A chore that takes long looks at the signal, which says that the server is to end. */
export type Chores = Readonly<Record<string, (signal: AbortSignal) => Promise<void>>>

/**
 * Does the `chores` every minute, or so often, one after the other; for the first time within a minute, so that a server that is
 * restarted often does them too. One that fails is tried again the next time.
 */
export function startHousekeeping(chores: Chores, log: Log, intervalMs = MINUTE_MS): AsyncDisposable {
  const ending = new AbortController()
  let done = Promise.resolve()
  let timer: NodeJS.Timeout
  const doIn = (ms: number) => {
    timer = setTimeout(() => {
      done = done.then(() => doAll(chores, log, ending.signal))
      doIn(intervalMs)
    }, ms)
    timer.unref()
  }
  doIn(Math.min(intervalMs, MINUTE_MS))
  return {
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      ending.abort()
      await done
    },
  }
}

async function doAll(chores: Chores, log: Log, signal: AbortSignal): Promise<void> {
  for (const [chore, work] of Object.entries(chores)) {
    try {
      if (!signal.aborted) await work(signal)
    } catch (err) {
      if (!signal.aborted) log.warn({ chore, err }, 'housekeeping-failed')
    }
  }
}
