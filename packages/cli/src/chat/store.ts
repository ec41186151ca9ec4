/** A state, how it changes, and who is told. Read at any moment, so that two keys in one read see each other's effect. */
export class Store<State, Action> {
  readonly #reduce: (state: State, action: Action) => State
  readonly #listeners = new Set<() => void>()
  #state: State

  constructor(reduce: (state: State, action: Action) => State, initial: State) {
    this.#reduce = reduce
    this.#state = initial
  }

  get state(): State {
    return this.#state
  }

  readonly read = (): State => this.#state

  readonly dispatch = (action: Action): void => {
    this.#state = this.#reduce(this.#state, action)
    for (const listener of this.#listeners) listener()
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
