import { type GenerationIdentity, GenerationLog } from './generation-log.ts'

/** The log of an answer that another server writes. It is as long as somebody here has read it. */
export class FollowedLog extends GenerationLog {
  readonly #onWatched: () => void
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
}
