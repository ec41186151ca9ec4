import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { AppError } from '../../app-error.ts'
import { Secret } from '../../secret.ts'

/** argon2id, which is the library's default algorithm, with OWASP's parameters for it: 19 MiB, two passes. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Hashing takes a thread of libuv's pool of four, and the database needs some of them too. */
const AT_ONCE = 2

/** About half a second of work: whoever comes later is better off trying again. */
const MAX_WAITING = 64

/** Hashes and verifies passwords with argon2id, a few at a time. */
export class PasswordHasher {
  readonly #dummy: Secret
  readonly #waiting: (() => void)[] = []
  #running = 0

  private constructor(dummy: Secret) {
    this.#dummy = dummy
  }

  /** The hash that stands in for unknown users is made here, so that the first of them waits no longer than others. */
  static async create(): Promise<PasswordHasher> {
    return new PasswordHasher(new Secret(await hash(randomBytes(32), PARAMETERS)))
  }

  /** The password counts byte for byte, as its UTF-8 was sent: it is neither cut nor normalised. */
  async hash(password: string): Promise<Secret> {
    return this.#inTurn(async () => new Secret(await hash(password, PARAMETERS)))
  }

  async verify(passwordHash: Secret, password: string): Promise<boolean> {
    return this.#inTurn(() => verify(passwordHash.reveal(), password))
  }

  /** Takes as long as `verify`, and is never true: an unknown user costs the same as a wrong password. */
  async verifyDummy(password: string): Promise<false> {
    await this.verify(this.#dummy, password)
    return false
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter()
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < AT_ONCE) {
      this.#running += 1
      return
    }
    if (this.#waiting.length >= MAX_WAITING) {
      throw new AppError('busy', 'Too many passwords are being checked right now: try again in a second.', {
        retryAfterSeconds: 1,
      })
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  /** Whoever waits takes over the place; it is given back only when nobody does. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#running -= 1
  }
}
