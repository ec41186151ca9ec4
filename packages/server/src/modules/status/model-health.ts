/** What became of the last answers of a model. */
export interface ModelHealth {
  /** `unknown` until it has been asked since the start. */
  state: 'unknown' | 'ok' | 'failing'
  /** Epoch milliseconds. */
  lastSuccessAt: number | undefined
  lastFailure: { at: number; code: string } | undefined
}

const UNKNOWN: ModelHealth = { state: 'unknown', lastSuccessAt: undefined, lastFailure: undefined }

/** Far more than anybody sets up: models that come and go must not fill the memory. */
const MAX_MODELS = 1_000

/** Remembers how models did when somebody really asked them: nobody is asked only to find out. */
export class ModelHealthLog {
  readonly #byModel = new Map<string, ModelHealth>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  find(model: string): ModelHealth {
    return this.#byModel.get(model) ?? UNKNOWN
  }

  succeeded(model: string): void {
    this.#note(model, { ...this.find(model), state: 'ok', lastSuccessAt: this.#now() })
  }

  failed(model: string, code: string): void {
    this.#note(model, { ...this.find(model), state: 'failing', lastFailure: { at: this.#now(), code } })
  }

  #note(model: string, health: ModelHealth): void {
    if (this.#byModel.has(model) || this.#byModel.size < MAX_MODELS) this.#byModel.set(model, health)
  }
}
