import type { ChatEvent, Vektor } from '@vektor/sdk'

/** What a reader knows of one answer. */
export interface Read {
  text: string
  /** How often it was told that less holds than it had received. */
  truncations: number
  /** The reasons of its ends: there must be one. */
  ends: string[]
}

/** Reads everything that the account generates, over as many connections as it takes. */
export class Reader {
  readonly answers = new Map<string, Read>()
  readonly #stop = new AbortController()
  readonly #waiting = new Set<() => void>()
  readonly done: Promise<void>
  /** How often its connection broke and was made again. */
  reconnections = 0

  constructor(vektor: Vektor) {
    this.done = this.#read(vektor)
  }

  /** Resolves once the condition holds. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await Promise.race([this.done, new Promise<void>((resolve) => this.#waiting.add(resolve))])
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.done
  }

  async #read(vektor: Vektor): Promise<void> {
    const { signal } = this.#stop
    const onConnection = (state: 'lost' | 'resumed') => {
      if (state === 'resumed') this.reconnections += 1
    }
    try {
      for await (const event of vektor.chat.followAll({ signal, onConnection })) this.#take(event)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  #take(event: ChatEvent): void {
    const answer = this.answers.get(event.message_id) ?? { text: '', truncations: 0, ends: [] }
    this.answers.set(event.message_id, answer)
    if (event.type === 'delta') answer.text += event.content
    if (event.type === 'done') answer.ends.push(event.finish_reason)
    if (event.type === 'error') answer.ends.push(event.problem.title)
    if (event.type === 'truncate') {
      answer.text = answer.text.slice(0, event.length)
      answer.truncations += 1
    }
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}
