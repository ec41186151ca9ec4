/** Wakes one who waits. What rings while nobody waits is heard at the next `heard`. */
export class Bell implements Disposable {
  readonly #signal: AbortSignal
  #isRung = false
  #wake: (() => void) | undefined

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', this.ring)
  }

  readonly ring = (): void => {
    this.#isRung = true
    this.#wake?.()
  }

  async heard(): Promise<void> {
    if (!this.#isRung && !this.#signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    this.#wake = undefined
    this.#isRung = false
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.ring)
  }
}
