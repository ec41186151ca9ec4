import { type GenerationIdentity, GenerationLog } from './generation-log.ts'

/** The log of an answer that another server writes. It is as long as somebody here has read it. */
export class FollowedLog extends GenerationLog {
  readonly #onWatched: () => void
  #lastTurn: Promise<unknown> = Promise.resolve()
  /** Whether somebody here reads it now. */
  isFollowed = false

  /** `onWatched` is called when somebody begins to watch, however long ago the log was opened. */
  constructor(identity: GenerationIdentity, onWatched: () => void) {
    super(identity)
    this.#onWatched = onWatched
  }

  override watch(wake: () => void): Disposable {
    const watch = super.watch(wake)
    this.#onWatched()
    return watch
  }

  /** After whoever else reads on: each begins where the one before has come to. */
  readOn(read: () => Promise<void>): Promise<void> {
    const turn = this.#lastTurn.then(read)
    this.#lastTurn = turn.catch(() => undefined)
    return turn
  }
}
