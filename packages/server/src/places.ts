import { AppError } from './app-error.ts'

/** How many of a kind of work may go on at once: each takes a disk, and a processor, for as long as it lasts. */
export class Places {
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #taken = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Until the result is disposed. @throws AppError `busy` if all are taken */
  take(): Disposable {
    if (this.#taken === this.#most) {
      const detail = 'Try again in a minute: as many archives are being sent or read right now as may be.'
      throw new AppError('busy', detail, { retryAfterSeconds: 60 })
    }
    this.#taken += 1
    return {
      [Symbol.dispose]: () => {
        this.#taken -= 1
        this.#waiting.shift()?.()
      },
    }
  }

  /** The same, once one is free. */
  async wait(): Promise<Disposable> {
    while (this.#taken === this.#most) await new Promise<void>((resolve) => void this.#waiting.push(resolve))
    return this.take()
  }
}
