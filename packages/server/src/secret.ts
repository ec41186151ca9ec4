import { inspect } from 'node:util'

const MASK = '[secret]'

/**
 * A value that must not be seen. Printing, logging or serialising it shows a mask: only `reveal()` gives the value,
 * so that every place that handles it can be found by that word.
 */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  toString(): string {
    return MASK
  }

  toJSON(): string {
    return MASK
  }

  [inspect.custom](): string {
    return MASK
  }
}
