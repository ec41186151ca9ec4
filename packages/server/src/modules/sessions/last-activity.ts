import { ACTIVITY_INTERVAL, type Session } from './session.ts'

export interface Activity {
  sessionId: string
  accountId: string
  deviceId: string
  /** Epoch milliseconds. */
  at: number
}

export function toActivity({ id: sessionId, accountId, deviceId }: Session, at: number): Activity {
  return { sessionId, accountId, deviceId, at }
}

/** Writes when a session was last used: behind the requests' backs, and no more often than once a minute. */
export class LastActivity {
  readonly #write: (activities: Activity[]) => Promise<void>
  readonly #pending = new Map<string, Activity>()
  #flushing: Promise<void> | undefined

  constructor(write: (activities: Activity[]) => Promise<void>) {
    this.#write = write
  }

  note(session: Session, at: number): void {
    if (at - session.lastUsedAt < ACTIVITY_INTERVAL || this.#pending.has(session.id)) return
    this.#pending.set(session.id, toActivity(session, at))
    // What cannot be written now stays pending, and goes with the next flush; the one who asked for that hears of it.
    this.flush().catch(() => undefined)
  }

  flush(): Promise<void> {
    this.#flushing ??= this.#writePending().finally(() => {
      this.#flushing = undefined
    })
    return this.#flushing
  }

  async #writePending(): Promise<void> {
    while (this.#pending.size > 0) {
      const activities = [...this.#pending.values()]
      await this.#write(activities)
      for (const { sessionId } of activities) this.#pending.delete(sessionId)
    }
  }
}
