/** A state, how it changes, and who is told. Read at any moment, so that two keys in one read see each other's effect. */
export class Store<State, Action> {
  readonly #reduce: (state: State, action: Action) => State
  readonly #listeners = new Set<() => void>()
  #state: State
  #shown: State | undefined

  constructor(reduce: (state: State, action: Action) => State, initial: State) {
    this.#reduce = reduce
    this.#state = initial
  }

  get state(): State {
    return this.#state
  }

  /** What to draw. */
  readonly read = (): State => this.#shown ?? this.#state

  readonly dispatch = (action: Action): void => {
    this.#state = this.#reduce(this.#state, action)
    if (!this.#shown) this.#tell()
  }

  /** Shows this until the next `release`, whatever the state becomes. */
  hold(shown: State): void {
    this.#shown = shown
    this.#tell()
  }

  release(): void {
    this.#shown = undefined
    this.#tell()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
