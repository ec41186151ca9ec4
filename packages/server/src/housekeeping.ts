import type { Log } from './log.ts'

const MINUTE_MS = 60_000

export type Chores = Readonly<Record<string, () => Promise<void>>>

/** Does the `chores` every minute, or so often, one after the other. One that fails is tried again the next time. */
export function startHousekeeping(chores: Chores, log: Log, intervalMs = MINUTE_MS): AsyncDisposable {
  let done = Promise.resolve()
  const timer = setInterval(() => {
    done = done.then(() => doAll(chores, log))
  }, intervalMs)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await done
    },
  }
}

async function doAll(chores: Chores, log: Log): Promise<void> {
  for (const [chore, work] of Object.entries(chores)) {
    try {
      await work()
    } catch (err) {
      log.warn({ chore, err }, 'housekeeping-failed')
    }
  }
}
