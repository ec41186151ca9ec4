import type { Database } from '../../database/database.ts'

/** So that whoever else writes waits for a few milliseconds only. */
const PAGES_AT_A_TIME = 100

/** Of SQLite, whose index keeps words of what was deleted until it is merged. PostgreSQL's has none. */
export class SearchLeftovers {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * Takes them out of the index, which is written anew for it in small steps; does nothing where nothing was deleted. What was left off
   * is gone on with the next time.
   */
  async remove(signal?: AbortSignal): Promise<void> {
    const { dialect, read } = this.#database
    if (dialect.name !== 'sqlite' || !(await this.#database.guard(async () => read('search_leftovers').first()))) return
    // What is deleted from here on is noted anew.
    await this.#database.transaction((transaction) => transaction.raw('UPDATE OR REPLACE search_leftovers SET id = 2'))
    for (let pages = -PAGES_AT_A_TIME; await this.#merge(pages); pages = PAGES_AT_A_TIME) signal?.throwIfAborted()
    await this.#database.transaction((transaction) => transaction('search_leftovers').where({ id: 2 }).delete())
  }

  /** A negative number begins with all there is. False once nothing was left to do. See https://sqlite.org/fts5.html#the_merge_command */
  async #merge(pages: number): Promise<boolean> {
    return this.#database.transaction(async (transaction) => {
      const countChanges = async () => {
        const [row] = await transaction.raw<{ changes: number }[]>('SELECT total_changes() AS changes')
        return row?.changes ?? 0
      }
      const before = await countChanges()
      await transaction.raw(`INSERT INTO message_search_words (message_search_words, rank) VALUES ('merge', ${pages})`)
      return (await countChanges()) - before > 1
    })
  }
}
