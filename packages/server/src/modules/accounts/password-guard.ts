import { AppError } from '../../app-error.ts'
import type { Counter, Counters } from '../../limits/counter.ts'

const WINDOW_SECONDS = 3_600
const LONGEST_PAUSE_SECONDS = 900

/** How many wrong passwords an hour may bring before pauses begin: from one place, and from all strange ones together. */
const FREE = { place: 10, strangers: 20 }

/** A try to prove who one is with a password. */
export interface Attempt {
  /** The name that was given, so that names without an account are treated like any other. */
  identity: string
  address: string
  /** Given if this device has signed in to the account before. */
  familiarDevice: string | undefined
  /** The account has been signed in to from this address before. */
  isFamiliarAddress: boolean
}

/**
 * Slows down who tries passwords. After a few wrong ones each pause is twice as long as the one before, up to a quarter of
 * an hour: for each place, and for all places together that the account does not know. So whoever has a thousand addresses
 * waits as if they had one, and the owner's own devices and addresses do not wait for them.
 *
 * Pauses are checked before the password is: who must wait learns nothing. Below them, several tries at once may all be
 * made before the first is found to be wrong; the queue of the password hasher says how many.
 */
export class PasswordGuard {
  readonly #failures: Record<keyof typeof FREE, Counter>
  readonly #pauses: Counter

  constructor(counters: Counters) {
    const open = (kind: keyof typeof FREE) =>
      counters.open({ name: `wrong-passwords-${kind}`, limit: Number.MAX_SAFE_INTEGER, windowSeconds: WINDOW_SECONDS })
    this.#failures = { place: open('place'), strangers: open('strangers') }
    this.#pauses = counters.open({ name: 'password-pauses', limit: 1, windowSeconds: LONGEST_PAUSE_SECONDS })
  }

  /** Calls `verify` unless it must wait, and remembers whether it found anything. */
  async check<T>(attempt: Attempt, verify: () => Promise<T | undefined>): Promise<T | undefined> {
    const sources = sourcesOf(attempt)
    for (const source of sources) await this.#enter(source)
    const found = await verify()
    for (const { kind, key } of sources) {
      if (found === undefined) await this.#failures[kind].take(key)
      // What strangers tried is not forgiven because one of them was the owner.
      else if (kind === 'place') await this.#forget(key)
    }
    return found
  }

  async #enter({ kind, key }: Source): Promise<void> {
    const wrong = await this.#failures[kind].peek(key)
    if (wrong < FREE[kind]) return
    const seconds = Math.min(2 ** (wrong - FREE[kind] + 1), LONGEST_PAUSE_SECONDS)
    const pause = await this.#pauses.take(key, seconds)
    if (!pause.isGranted) throw tooManyTries(pause.resetSeconds)
  }

  async #forget(key: string): Promise<void> {
    if ((await this.#failures.place.peek(key)) === 0) return
    await this.#failures.place.forget(key)
    await this.#pauses.forget(key)
  }
}

interface Source {
  kind: keyof typeof FREE
  key: string
}

/** What is counted as one. A device that is known answers for itself, even where others try from its address. */
function sourcesOf({ identity, address, familiarDevice, isFamiliarAddress }: Attempt): Source[] {
  if (familiarDevice !== undefined)
    return [{ kind: 'place', key: JSON.stringify(['device', identity, familiarDevice]) }]
  const place: Source = { kind: 'place', key: JSON.stringify(['address', identity, address]) }
  return isFamiliarAddress ? [place] : [place, { kind: 'strangers', key: JSON.stringify(['strangers', identity]) }]
}

function tooManyTries(seconds: number): AppError {
  const wait = seconds === 1 ? 'a second' : `${seconds} seconds`
  const detail = `Wait ${wait}: too many wrong passwords were tried. A device that has signed in before need not wait.`
  return new AppError('too-many-requests', detail, { retryAfterSeconds: seconds })
}
