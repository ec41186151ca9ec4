import type { Log } from './log.ts'

const INTERVAL_MS = 60_000

/** Does the `chores` every minute, one after the other. One that fails is tried again the next time. */
export function startHousekeeping(chores: Readonly<Record<string, () => Promise<void>>>, log: Log): AsyncDisposable {
  let done = Promise.resolve()
  const timer = setInterval(() => {
    done = done.then(() => doAll(chores, log))
  }, INTERVAL_MS)
  timer.unref()
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await done
    },
  }
}

async function doAll(chores: Readonly<Record<string, () => Promise<void>>>, log: Log): Promise<void> {
  for (const [chore, work] of Object.entries(chores)) {
    try {
      await work()
    } catch (err) {
      log.warn({ chore, err }, 'housekeeping-failed')
    }
  }
}
