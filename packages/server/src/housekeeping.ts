import type { Log } from './log.ts'

const MINUTE_MS = 60_000

/** A chore that takes long looks at the signal, which says that the server is to end. */
export type Chores = Readonly<Record<string, (signal: AbortSignal) => Promise<void>>>

/** Does the `chores` every minute, or so often, one after the other. One that fails is tried again the next time. */
export function startHousekeeping(chores: Chores, log: Log, intervalMs = MINUTE_MS): AsyncDisposable {
  const ending = new AbortController()
  let done = Promise.resolve()
  const timer = setInterval(() => {
    done = done.then(() => doAll(chores, log, ending.signal))
  }, intervalMs)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
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
