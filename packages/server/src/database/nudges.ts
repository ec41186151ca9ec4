import type { Knex } from 'knex'

/**
 * Why a server looks at a table again, and what the keys of that name:
 * - `generations`: an account, for which another server has begun an answer;
 * - `answers`: a message, whose answer another server has continued or ended;
 * - `cancellations`: a message, whose answer is to be stopped by whoever writes it;
 * - `sessions`: a session, which another server has ended.
 */
export type Topic = 'generations' | 'answers' | 'cancellations' | 'sessions'

/**
 * How servers on one database wake each other. A nudge says where to look and never what is there: it may be lost, and it may
 * come for nothing. So whoever listens looks at the table, and looks every now and then without having been nudged.
 */
export interface Nudges extends AsyncDisposable {
  /** Nudges all other servers when the transaction is committed, and nobody if it is not. */
  send(transaction: Knex.Transaction, topic: Topic, keys: readonly string[]): Promise<void>
  /** Calls `look` at each nudge with this key, and whenever some may have been missed. */
  listen(topic: Topic, key: string, look: () => void): Disposable
  /** Calls those who listen on this server, whom what it sends itself does not reach. */
  wake(topic: Topic, keys: readonly string[]): void
  /** Whether nudges are heard as they come. While they are not, whoever listens looks more often. */
  readonly isHearing: boolean
}

/** SQLite has one server: there is nobody else to nudge. */
export const NOBODY_ELSE: Nudges = {
  async send() {},
  listen: () => ({ [Symbol.dispose]() {} }),
  wake() {},
  isHearing: true,
  async [Symbol.asyncDispose]() {},
}

/** Who wants to hear of what. */
export class Listeners {
  readonly #looks = new Map<string, Set<() => void>>()

  add(topic: string, key: string, look: () => void): Disposable {
    const name = `${topic} ${key}`
    const looks = this.#looks.get(name) ?? new Set()
    // One function may listen twice; each time is one of its own.
    const own = () => look()
    this.#looks.set(name, looks.add(own))
    return {
      [Symbol.dispose]: () => {
        looks.delete(own)
        if (looks.size === 0 && this.#looks.get(name) === looks) this.#looks.delete(name)
      },
    }
  }

  nudge(topic: string, keys: readonly string[]): void {
    for (const key of keys) {
      for (const look of this.#looks.get(`${topic} ${key}`) ?? []) look()
    }
  }

  nudgeAll(): void {
    for (const looks of this.#looks.values()) {
      for (const look of looks) look()
    }
  }
}
